"""The ladder to real ears: paging address and mail, rung by rung, from the roster, until someone acknowledges."""

from __future__ import annotations

import asyncio
import email
import email.policy
import json

import aiohttp
import pytest
from aiohttp import web

from actions.connectors import Caller, CallFailed, Mailer, Pager
from bot.cases.types import Alert
from bot.store import Options, Store
from bot.store.alarms import raise_alert
from bot.store.change import Change
from bot.work.on_call import parse_roster
from bot.work.sender import Sender

SHOP = "demo"
ROSTER = {
    "people": [
        {"name": "王敏", "email": "wang@desk.example"},
        {"name": "李雷", "email": "li@desk.example", "hours": "09:00-18:00"},
        {"name": "赵队", "email": "zhao@desk.example", "phone": "13900000001"},
        {"name": "值守电话", "phone": "13900000002"},
    ],
    "groups": [{"name": "夜班", "members": ["王敏", "李雷"]}],
    "leads": ["赵队"],
    "phones": ["值守电话", "赵队"],
}


class Sink:
    """A mail server as small as can be: takes messages, or refuses while told to."""

    def __init__(self) -> None:
        self.mails: list[tuple[list[str], email.message.EmailMessage]] = []
        self.refuse = 0
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        def say(line: str) -> None:
            writer.write(line.encode() + b"\r\n")

        to: list[str] = []
        say("220 sink")
        while line := (await reader.readline()).decode().strip():
            word = line.split(":")[0].split(" ")[0].upper()
            if word == "RCPT" and self.refuse:
                self.refuse -= 1
                say("451 later")
            elif word == "RCPT":
                to.append(line.partition("<")[2].rstrip(">"))
                say("250 ok")
            elif word == "DATA":
                say("354 go on")
                raw = b""
                while (part := await reader.readline()) != b".\r\n":
                    raw += part
                self.mails.append((to, email.message_from_bytes(raw, policy=email.policy.default)))
                to = []
                say("250 taken")
            elif word == "QUIT":
                say("221 bye")
                break
            else:
                say("250 ok")
        writer.close()


@pytest.fixture
async def sink():
    found = Sink()
    server = await asyncio.start_server(found.serve, "127.0.0.1", 0)
    found.port = server.sockets[0].getsockname()[1]
    yield found
    server.close()
    await server.wait_closed()


@pytest.fixture
async def pages():
    """A paging address; `answers` are statuses to give first."""
    calls: list[dict] = []
    answers: list[int] = []

    async def handle(request: web.Request) -> web.Response:
        status = answers.pop(0) if answers else 204
        if status < 300:
            calls.append({**json.loads(await request.read()), "key": request.headers["Idempotency-Key"]})
        return web.Response(status=status)

    app = web.Application()
    app.router.add_post("/page", handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/page", calls, answers
    await runner.cleanup()


@pytest.fixture
async def desk(world, sink, pages):
    """A worker that calls by both ways; the night is 04:26 in Shanghai."""
    await world.store.close()
    world.store = await Store.connect(world.url, Options(page=True, mail=True), world.clock)
    roster = parse_roster(ROSTER, "test")
    async with aiohttp.ClientSession() as session:
        caller = Caller(session, timeout=2.0)
        mailer = Mailer("127.0.0.1", sink.port, "zaoan@desk.example", tls="none")
        yield Sender(world.store, caller, {}, Pager(caller, pages[0], "s" * 20), mailer=mailer, roster=lambda: roster)
    await world.store.close()


async def _work(world, sender: Sender) -> None:
    await world.fire_due()
    for shop_id, lane in await world.store.due_commands([SHOP]):
        while lane.startswith(("case:", "mail:")) and await sender.send_next(shop_id, lane):
            pass


async def test_call_climbs_from_desk_to_group_lead_and_phone_list(world, desk, sink, pages):
    """Nobody at the console at four in the morning: each minute somebody else must be woken."""
    await world.say(3)
    await _work(world, desk)
    for seconds in (60, 120, 180):
        world.clock.advance(seconds + 0.1)
        await _work(world, desk)
    _, calls, _ = pages
    assert [call["audience"] for call in calls] == ["desk", "group", "lead", "everyone"]
    assert [[person["name"] for person in call["people"]] for call in calls] == [
        ["王敏"], ["王敏"], ["赵队"], ["值守电话", "赵队", "王敏"],
    ]  # fmt: skip
    assert calls[3]["people"][0]["phone"] == "13900000002"
    assert [call["loud"] for call in calls] == [False] * 4
    assert [to for to, _ in sink.mails] == [
        ["wang@desk.example"], ["wang@desk.example"], ["zhao@desk.example"], ["zhao@desk.example", "wang@desk.example"],
    ]  # fmt: skip
    assert len({call["key"] for call in calls}) == 4


async def test_level_four_is_sooner_louder_and_starts_higher(world, desk, sink, pages):
    """Someone on the roof has no three minutes."""
    await world.say(4, "我在天台")
    await _work(world, desk)
    for seconds in (30, 60, 60):
        world.clock.advance(seconds + 0.1)
        await _work(world, desk)
    _, calls, _ = pages
    assert [call["audience"] for call in calls] == ["group", "lead", "everyone", "everyone"]
    assert all(call["loud"] and call["urgency"] == "now" for call in calls)
    subject = sink.mails[0][1]["Subject"]
    assert "立即" in subject and "4 级" in subject
    assert sink.mails[0][1]["X-Priority"] == "1"
    assert "第 3 次呼叫" in sink.mails[2][1]["Subject"]
    assert not any("天台" in mail.get_content() + mail["Subject"] for _, mail in sink.mails)
    assert not any("天台" in str(call) for call in calls)


async def test_only_an_acknowledgement_makes_it_quiet(world, desk, sink, pages):
    """A confirmed page, a seen alert, a bot's answer: none of them is a person who comes."""
    accepted = await world.say(3)
    await _work(world, desk)
    assert (await world.store.case(SHOP, accepted.case_id)).escalation == "offered"
    for alert in await world.store.alerts(SHOP):
        await world.store.see_alert(SHOP, alert.alert_id, "王敏")
    world.clock.advance(61)
    await _work(world, desk)
    assert len(pages[1]) == 2
    await world.store.accept_case(SHOP, accepted.case_id, "王敏")
    await world.agent("我在")
    world.clock.advance(7200)
    await _work(world, desk)
    assert len(pages[1]) == len(sink.mails) == 2
    world.clock.advance(10)
    await world.say(4)
    await _work(world, desk)
    assert "danger" in {alert.kind for alert in await world.store.alerts(SHOP)}, "who has it sees that it is worse"


async def test_silent_acceptance_rings_the_whole_group(world, desk, sink, pages):
    """Accepted in half-sleep and slept on: the group must hear of it before the morning does."""
    accepted = await world.say(3)
    await _work(world, desk)
    await world.store.accept_case(SHOP, accepted.case_id, "王敏")
    world.clock.advance(181)
    await _work(world, desk)
    assert [call["audience"] for call in pages[1]] == ["desk", "group"]
    world.clock.advance(181)
    await _work(world, desk)
    assert pages[1][-1]["audience"] == "lead"


async def test_dead_paging_service_holds_up_no_mail_and_the_other_way_round(world, desk, sink, pages):
    """One broken way to call must not be all ways."""
    pages[2][:] = [500] * 50
    await world.say(3)
    await _work(world, desk)
    assert (len(pages[1]), len(sink.mails)) == (0, 1)
    pages[2].clear()
    sink.refuse = 50
    world.clock.advance(61)
    await _work(world, desk)
    assert [call["rung"] for call in pages[1]] == [1], "the call of the rung that has passed is not made up for"
    assert len(sink.mails) == 1
    sink.refuse = 0
    world.clock.advance(60)
    await _work(world, desk)
    assert len(sink.mails) == 2
    assert "undelivered" not in {alert.kind for alert in await world.store.alerts(SHOP)}


async def test_after_a_dead_time_the_call_goes_on_where_it_should_be_by_now(world, desk, sink, pages):
    """A worker that was dead for six minutes would begin with the desk again, or ring four times in a row."""
    await world.say(3)
    world.clock.advance(365)
    while await world.fire_due():
        pass
    await _work(world, desk)
    assert [call["audience"] for call in pages[1]] == ["everyone"]
    assert len(sink.mails) == 1


async def test_a_way_to_call_that_comes_back_calls_the_rung_of_now(world, desk, sink, pages):
    """Refused through three rungs, the paging service comes back and must reach everyone, not the sleeping desk."""
    pages[2][:] = [503] * 100
    await world.say(3)
    for _ in range(37):
        await _work(world, desk)
        world.clock.advance(10)
    assert pages[1] == []
    assert len(sink.mails) == 4, "the other way has climbed meanwhile"
    pages[2].clear()
    world.clock.advance(5)
    await _work(world, desk)
    assert [(call["audience"], call["rung"]) for call in pages[1]] == [("everyone", 3)]


async def test_an_alert_is_called_by_page_and_mail_too(world, desk, sink, pages):
    """The platform did not confirm a hold, and the only sign of it was on a screen that nobody watched."""
    change = Change(world.store.keys(SHOP))
    alert = Alert("hold-A1", "hold_unconfirmed", SHOP, "c1", world.clock(), 4, "case1", "A1")
    raise_alert(change, alert)
    await world.store.commit(change)
    world.clock.advance(61)
    await world.fire_due()
    for shop_id, lane in await world.store.due_commands([SHOP]):
        assert await desk.send_next(shop_id, lane)
    ((call,), ((_, mail),)) = pages[1], sink.mails
    assert (call["alert"], call["audience"], call["people"][0]["name"]) == ("hold_unconfirmed", "group", "王敏")
    assert "平台还没有确认拦截" in mail["Subject"]
    assert "立即" in mail["Subject"]
    assert "接手" not in mail.get_content()


async def test_mail_that_is_never_taken_is_told_to_people(world, desk, sink, pages):
    """Everybody would rely on a mail server that has been refusing for an hour."""
    await world.say(3)
    sink.refuse = 500
    for _ in range(6):
        await _work(world, desk)
        world.clock.advance(31)
    assert "undelivered" in {alert.kind for alert in await world.store.alerts(SHOP)}


async def test_repeated_mail_carries_the_same_id(sink):
    """A mail sent twice because a confirmation was lost must be recognisable as one."""
    mailer = Mailer("127.0.0.1", sink.port, "zaoan@desk.example", ["always@desk.example"], tls="none")
    payload = {"case_id": "c1", "shop_id": SHOP, "level": 3, "rung": 0, "audience": "group"}
    for _ in range(2):
        await mailer.call(payload, ["wang@desk.example"], "mail-1")
    ids = {mail["Message-ID"] for _, mail in sink.mails}
    assert len(ids) == 1
    assert sink.mails[0][0] == ["wang@desk.example", "always@desk.example"]


async def test_mail_to_nobody_or_to_a_dead_server_is_a_failure():
    """A call that reached nobody must not count as made; and its error must not print addresses."""
    mailer = Mailer("127.0.0.1", 9, "zaoan@desk.example", tls="none")
    payload = {"case_id": "c1", "shop_id": SHOP, "level": 3}
    for addresses in ([], ["wang@desk.example"]):
        with pytest.raises(CallFailed) as caught:
            await mailer.call(payload, addresses, "k")
        assert caught.value.retryable
        assert "wang" not in str(caught.value)


async def test_server_without_tls_is_refused_when_tls_is_set(sink):
    """A call for a person must not be sent in the clear because a router stripped the encryption."""
    mailer = Mailer("127.0.0.1", sink.port, "zaoan@desk.example", ["a@desk.example"], tls="starttls")
    with pytest.raises(CallFailed):
        await mailer.call({"case_id": "c1", "shop_id": SHOP, "level": 3}, [], "k")
    assert sink.mails == []
