"""Planted personal data, and everything that a Redis holds, to look for it."""

from __future__ import annotations

from typing import Any

PLANTED = {
    "name": "王晓梅",
    "phone": "13987654321",
    "id_number": "330106199003074512",
    "address": "文三路478号华星时代3栋1201室",
    "mail": "xiaomei.wang@163.com",
}
TEXTS = (
    f"你好，我叫{PLANTED['name']}",
    f"我电话{PLANTED['phone']}，身份证{PLANTED['id_number']}",
    f"我不想活了，住在杭州市西湖区{PLANTED['address']}",
    f"遗书发到{PLANTED['mail']}了",
)
ORDER = {"order_id": "S1", "status": "paid", "title": "挂钩", "city": "杭州"}
RECEIVER = {name: PLANTED[name] for name in ("name", "phone", "address")}


def found_in(text: str) -> list[str]:
    """Kinds of planted data that stand in a text."""
    return [kind for kind, value in PLANTED.items() if value in text]


async def everything(redis: Any) -> dict[str, str]:
    """Every key with its content as text."""
    seen: dict[str, str] = {}
    async for key in redis.scan_iter(count=500):
        kind = await redis.type(key)
        readers = {
            "string": redis.get, "hash": redis.hgetall, "list": lambda k: redis.lrange(k, 0, -1),
            "zset": lambda k: redis.zrange(k, 0, -1), "set": redis.smembers, "stream": redis.xrange,
        }  # fmt: skip
        if kind in readers:
            seen[key] = str(await readers[kind](key))
    return seen


def leaks(seen: dict[str, str]) -> dict[str, list[str]]:
    """Keys other than the transcript that hold planted data."""
    return {key: kinds for key, content in seen.items() if ":lines:" not in key and (kinds := found_in(key + content))}
