"""The documents that outsiders build on say what the door does."""

from __future__ import annotations

import asyncio
import json
import os
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from sanic import Sanic

from channels.server import create_app
from channels.signing import sign
from tests.redis.door_kit import Words, open_door, write_settings

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs/guide/webhook.md").read_text(encoding="utf-8")
OPENAPI: dict[str, Any] = yaml.safe_load((ROOT / "docs/openapi.yaml").read_text(encoding="utf-8"))


def routes(app: Sanic) -> set[tuple[str, str]]:
    """Method and path of every route that answers with JSON."""
    found = set()
    for route in app.router.routes:
        path = "/" + re.sub(r"<(\w+):\w+>", r"{\1}", route.path)
        if not path.startswith("/console"):
            found |= {(method.lower(), path) for method in route.methods}
    return found


def test_every_route_is_documented_and_every_document_is_served(tmp_path: Path) -> None:
    """The typed client of the workbench would call what is not there, and not find what is."""
    app = create_app(write_settings(tmp_path, "redis://127.0.0.1:9/0"), talk_reader=Words())
    assert routes(app) == {(method, path) for path, item in OPENAPI["paths"].items() for method in item}


def _inline(schema: Any) -> Any:
    """The schema with its references filled in, and OpenAPI's `nullable` in JSON Schema's words."""
    if isinstance(schema, list):
        return [_inline(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _inline(OPENAPI["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    plain = {key: _inline(value) for key, value in schema.items() if key != "nullable"}
    return {"anyOf": [plain, {"type": "null"}]} if schema.get("nullable") else plain


async def test_a_real_chat_fits_its_documented_shape(world: Any, tmp_path: Path) -> None:
    """A merchant's desk built from the document would break on the first dangerous chat."""
    async with open_door(tmp_path, world.url, world.store) as shop:
        order = {"order_id": "A1", "status": "paid"}
        event = {**shop.message(), "type": "order.updated", "order": order}
        jsonschema.validate(event, _inline(OPENAPI["components"]["schemas"]["Event"]))
        await shop.post(event)
        await shop.say("难过 4")
        status, view = await shop.read("/api/v1/chats/demo/c1")
    assert status == 200
    jsonschema.validate(view, _inline(OPENAPI["components"]["schemas"]["ChatView"]))
    documented = OPENAPI["components"]["schemas"]
    assert set(view) <= set(documented["ChatView"]["properties"])
    assert set(view["case"]) <= set(documented["Case"]["properties"])
    assert set(view["transcript"][0]) <= set(documented["Line"]["properties"])


def test_the_guides_vector_is_right() -> None:
    """Engineers would look for the fault in their own code."""
    rows = dict(re.findall(r"^\| (密钥|时间戳|请求体|签名) \| `(.+)` \|$", GUIDE, re.MULTILINE))
    assert sign(rows["密钥"], int(rows["时间戳"]), rows["请求体"].encode()) == rows["签名"]


@pytest.mark.parametrize("code", ["200", "202", "400", "401", "413", "429", "503"])
def test_the_guide_explains_every_answer(code: str) -> None:
    """An engineer would not know whether to send again."""
    assert re.search(rf"^\| {code}\b", GUIDE, re.MULTILINE)


async def test_the_guides_python_works(world: Any, tmp_path: Path) -> None:
    """Copied code that does not run is worse than none."""
    code = next(block for block in re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL) if "def deliver" in block)
    async with open_door(tmp_path, world.url, world.store) as shop:
        names: dict[str, Any] = {}
        exec(code.replace("http://127.0.0.1:8080", shop.url), names)  # noqa: S102 -- our own guide
        secret = shop.settings.shops()["demo"].secret
        answer = await asyncio.to_thread(names["deliver"], secret, shop.message("在吗 1"))
    assert answer == {"accepted": True, "level": 1}


async def test_the_guides_freeze_request_works(world: Any, tmp_path: Path) -> None:
    """The marketing system would treat everybody as frozen, or nobody."""
    code = next(block for block in re.findall(r"```bash\n(.*?)```", GUIDE, re.DOTALL) if "/frozen" in block)
    async with open_door(tmp_path, world.url, world.store) as shop:
        await shop.say("难过 3")
        script = code.replace("http://127.0.0.1:8080", shop.url)
        process = await asyncio.create_subprocess_exec(
            "bash", "-c", script, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
            env={**os.environ, "SECRET": shop.settings.shops()["demo"].secret},
        )  # fmt: skip
        out, problem = await process.communicate()
    assert json.loads(out or b"{}") == {"customer_id": "u1", "frozen": True}, problem.decode()[-300:]
