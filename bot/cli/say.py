"""`zaoan say CHAT TEXT`: be the customer for one message."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import datetime
from typing import Any

from bot.cli.client import Client, NotRunning
from bot.cli.turns import turn_line

LEVELS = ("0 无", "1 困扰", "2 意念", "3 高危", "4 紧急")


def show(line: dict[str, Any]) -> str:
    """A turn for eyes."""
    evidence = "、".join(f"{s['name']}「{s['text']}」" if s["text"] else s["name"] for s in line["signals"])
    out = [f"顾客  {line['text']}", f"      等级 {LEVELS[line['level']]}" + (f"  依据 {evidence}" if evidence else "")]
    out += [f"早安  {reply['text']}" for reply in line["replies"]]
    out += [f"建议  {item['text']}  〔{item['strategy']}〕" for item in line["suggestions"]]
    if line["case"]:
        case = line["case"]
        out.append(f"个案  {case['id']}  等级 {LEVELS[case['level']]}  人工介入 {case['escalation']}")
    if line["holds"]:
        out.append("订单  " + "  ".join(f"{h['order_id']} {h['state']}" for h in line["holds"]))
    if line["referrals"]:
        out.append("转介  " + "、".join(line["referrals"]))
    if not line["replies"] and not line["suggestions"]:
        out.append("      还没有回复：工作台与 var/log/brain.log 里能看到原因；消息已存好，不会丢。")
    return "\n".join(out)


def main(argv: list[str]) -> int:
    """Exit 0 when the message was stored and answered, 1 when not."""
    parser = argparse.ArgumentParser(prog="zaoan say", description=__doc__)
    parser.add_argument("chat", help="chat id, e.g. chat-1 (letters, digits and _ . @ -)")
    parser.add_argument("text", help="what the customer writes")
    parser.add_argument("--shop", help="shop id (default: the first connected)")
    parser.add_argument("--handover", action="store_true", help="give the chat to the bot first")
    parser.add_argument("--json", action="store_true", help="print the turn as one JSON line")
    options = parser.parse_args(argv)
    now = datetime.now().astimezone()
    try:
        client = Client.from_settings(options.shop)
        customer = f"u-{options.chat}"[:64]
        client.introduce(options.chat, customer)
        if options.handover:
            client.event("chat.handover", options.chat, now, to="bot")
        sent = client.say(options.chat, options.text, now, customer)
        view, first = client.wait_turn(options.chat, sent)
    except NotRunning as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    line = turn_line(options.chat, 1, options.text, sent, view, first)
    print(json.dumps(line, ensure_ascii=False) if options.json else show(line))
    return 0 if line["replies"] or line["suggestions"] else 1
