"""`/console/`: the workbench's page, once it is built."""

from __future__ import annotations

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, html

page = Blueprint("console_page")
_PAGE = """<!doctype html>
<html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>早安 工作台</title>
<body><main><h1>早安 工作台</h1>
<p>工作台页面还没有构建。接口已经可用：见 docs/openapi.yaml。</p>
<p>先试一试：打开演示店铺的页面，扮演顾客和客服。</p>
<p lang="en">The workbench page is not built yet; its API is served here (docs/openapi.yaml).</p></main></body></html>
"""
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}


@page.get("/console/")
async def index(_: Request) -> HTTPResponse:
    """A plain page until there is a built one."""
    return html(_PAGE, headers=_HEADERS)
