"""`/console/`: the workbench's page and its files, as `npm run build` left them in web/dist."""

from __future__ import annotations

import mimetypes
import re
from pathlib import Path

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, html, raw, redirect

page = Blueprint("console_page")
DIST = Path(__file__).resolve().parents[2] / "web" / "dist"
_MISSING = """<!doctype html>
<html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>早安 工作台</title>
<body><main><h1>早安 工作台</h1>
<p>工作台页面还没有构建。请在项目目录运行 <code>python scripts/build_console.py</code>，然后刷新本页。</p>
<p>接口已经可用，不受影响。</p>
<p lang="en">The workbench page is not built yet. Run <code>python scripts/build_console.py</code>, then reload.
Its API is served already.</p></main></body></html>
"""
#: No inline script or style, no other host, nothing framed: customers' words can never become code.
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": CSP,
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
_FILE = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,120}")


@page.get("/console/", strict_slashes=True)
async def index(_: Request) -> HTTPResponse:
    """The page; never cached, so that a new build is seen at the next reload."""
    try:
        text = (DIST / "index.html").read_text(encoding="utf-8")
    except OSError:
        text = _MISSING
    return html(text, headers={**_HEADERS, "Cache-Control": "no-store"})


@page.get("/console", strict_slashes=True)
async def index_without_slash(_: Request) -> HTTPResponse:
    """The files are named relative to `/console/`."""
    return redirect("/console/", status=308)


@page.get("/console/<name:str>")
async def top_file(_: Request, name: str) -> HTTPResponse:
    """Icons and the like."""
    return _serve(DIST, name, "no-cache")


@page.get("/console/assets/<name:str>")
async def asset(_: Request, name: str) -> HTTPResponse:
    """Scripts and styles; their names change with their content."""
    return _serve(DIST / "assets", name, "public, max-age=31536000, immutable")


def _serve(folder: Path, name: str, cache: str) -> HTTPResponse:
    if not _FILE.fullmatch(name):
        return raw(b"", 404)
    try:
        body = (folder / name).read_bytes()
    except OSError:
        return raw(b"", 404)
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if name.endswith(".js"):
        kind = "text/javascript"
    if kind.startswith("text/"):
        kind += "; charset=utf-8"
    return raw(body, headers={**_HEADERS, "Cache-Control": cache}, content_type=kind)
