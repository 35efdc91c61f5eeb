"""Calling people by mail, through the house's own mail server.

Python's smtplib in a thread: it is old, blocking and sound, and a call for a person is worth a thread.
"""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from typing import Any

from actions.connectors.calls import CallFailed
from bot.settings import Settings

TIMEOUT = 5.0
"""Seconds for each answer of the server; below the sender's lease (8 s) together with AT_MOST."""
AT_MOST = 7.0
MAILS_AT_ONCE = 16
LEVELS = ("无", "困扰", "意念", "高危", "紧急")
ALERTS = {
    "reading_failed": "有一条消息没能读出来，请人工看",
    "bot_failed": "机器人没能回答，请人工接上",
    "silence": "顾客沉默了，请看一看",
    "undelivered": "有内容没能送达",
    "hold_unconfirmed": "平台还没有确认拦截",
    "hold_too_late": "拦截来不及了",
    "hold_released_outside": "平台自己放行了订单",
    "hold_expiry": "拦截到期",
    "hold_appeal": "有人申请复核拦截",
    "multi_shop": "这位顾客在别的店铺也需要帮助",
    "follow_up": "有一次约好的问候要由人来做",
}
"""What an alert is about, in the subject of its mail."""
AUDIENCES = {"desk": "干预台", "group": "值班组", "lead": "组长", "everyone": "所有人"}


class Mailer:
    """Sends calls. No name, no word of the customer: a mailbox is read by more people than it should be."""

    def __init__(
        self,
        host: str,
        port: int,
        sender: str,
        always: Sequence[str] = (),
        *,
        tls: str = "starttls",
        user: str = "",
        password: str = "",
    ) -> None:
        self._host, self._port, self._sender, self._always = host, port, sender, tuple(always)
        self._tls, self._user, self._password = tls, user, password
        # Not the loop's own threads: those look up names, and a mail server that hangs must not keep a page or a hold
        # from finding its address.
        self._threads = ThreadPoolExecutor(MAILS_AT_ONCE, "mail")

    @classmethod
    def from_settings(cls, settings: Settings) -> Mailer:
        """The mailer that ZAOAN_SMTP_* describe."""
        return cls(
            settings.smtp_host or "", settings.smtp_port, settings.smtp_from, settings.smtp_to,
            tls=settings.smtp_tls, user=settings.smtp_user, password=settings.smtp_password,
        )  # fmt: skip

    async def call(self, payload: Mapping[str, Any], addresses: Sequence[str], key: str) -> None:
        """One call to all of `addresses`; confirmed when the server has taken it for at least one of them.

        The key is in the Message-ID: a call that is repeated because its confirmation was lost can be told apart
        from a new one.
        """
        to = list(dict.fromkeys([*addresses, *self._always]))
        if not to:
            raise CallFailed("nobody who is called has a mail address", True)
        message = self._message(payload, to, key)
        try:
            async with asyncio.timeout(AT_MOST):
                await asyncio.get_running_loop().run_in_executor(self._threads, self._send, message, to)
        except (smtplib.SMTPException, OSError, TimeoutError) as error:
            # The class only: the text may repeat addresses. Always retryable: a mail server is mended by people.
            raise CallFailed(f"mail not taken ({type(error).__name__})", True) from None

    def _message(self, payload: Mapping[str, Any], to: Sequence[str], key: str) -> EmailMessage:
        level = int(payload.get("level", 0))
        loud = "【立即】" if payload.get("loud") else ""
        again = f"，第 {payload['rung'] + 1} 次呼叫" if payload.get("rung") else ""
        message = EmailMessage()
        about = ALERTS.get(str(payload.get("alert") or ""), "有人需要您")
        todo = "点“知道了”或处理它。有人看过" if payload.get("alert") else "点“接手”。有人接手"
        if payload.get("to"):  # to the one who has the case
            about, todo = "您接手的个案危险升高了", "回到您接手的对话里。您对顾客说上话"
        message["Subject"] = f"{loud}早安：{level} 级（{LEVELS[level]}）{about}{again}"
        message["From"], message["To"] = self._sender, ", ".join(to)
        message["Message-ID"] = f"<{key}@zaoan.invalid>"
        if payload.get("loud"):
            message["X-Priority"], message["Importance"] = "1", "high"
        audience = AUDIENCES.get(str(payload.get("audience")), "所有人")
        message.set_content(
            f"个案：{payload['case_id'] or '无'}\n店铺：{payload['shop_id']}\n等级：{level}（{LEVELS[level]}）\n"
            f"这次呼叫：{audience}\n\n请打开早安工作台，{todo}之前，呼叫会一级一级升高。\n"
            "这封邮件里没有顾客的话，也请不要在邮件里讨论顾客。\n"
        )
        return message

    def _send(self, message: EmailMessage, to: Sequence[str]) -> None:
        context = ssl.create_default_context()
        if self._tls == "tls":
            client: smtplib.SMTP = smtplib.SMTP_SSL(self._host, self._port, timeout=TIMEOUT, context=context)
        else:
            client = smtplib.SMTP(self._host, self._port, timeout=TIMEOUT)
        with client:
            if self._tls == "starttls":
                client.starttls(context=context)
            if self._user:
                client.login(self._user, self._password)
            client.send_message(message, from_addr=self._sender, to_addrs=list(to))
