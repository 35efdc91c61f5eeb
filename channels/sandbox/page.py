"""Serves the shop's one page: fixed files only, nothing from outside, no inline script."""

from __future__ import annotations

from pathlib import Path

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, raw, text

page = Blueprint("sandbox_page")
_FOLDER = Path(__file__).with_name("static")
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}
_FILES = {path.name: path for path in sorted(_FOLDER.iterdir()) if path.suffix in _TYPES}

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def _file(name: str) -> HTTPResponse:
    path = _FILES.get(name)
    if path is None:
        return text("not found", 404, headers=SECURITY_HEADERS)
    return raw(path.read_bytes(), content_type=_TYPES[path.suffix], headers=SECURITY_HEADERS)


@page.get("/")
async def index(_: Request) -> HTTPResponse:
    """The customer's phone on the left, the agent's desk on the right."""
    return _file("index.html")


@page.get("/static/<name:str>")
async def static(_: Request, name: str) -> HTTPResponse:
    """A file of the page, by its exact name."""
    return _file(name)


@page.get("/favicon.ico")
async def icon(_: Request) -> HTTPResponse:
    """The sun."""
    return _file("icon.svg")
