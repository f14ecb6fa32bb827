"""Email to staff: what happened and a link, and no patient's words unless the clinic turned that on."""

from __future__ import annotations

import smtplib
from collections.abc import Mapping
from email.message import EmailMessage
from typing import Any
from urllib.parse import unquote, urlsplit

TIMEOUT_SECONDS = 15


class EmailSender:
    """Sends by SMTP.

    Args:
        server: Where to, as `smtp://user:password@host:port`; `smtps://` for TLS from the start, `smtp+tls://` for
            STARTTLS.
        sender: The address it comes from.
    """

    def __init__(self, server: str, sender: str) -> None:
        self._server = urlsplit(server)
        self._sender = sender

    def send(self, notification_id: int, target: str, event: str, content: Mapping[str, Any]) -> None:  # noqa: ARG002
        """Send one email.

        Raises:
            OSError: The server is out of reach.
            smtplib.SMTPException: It refused.
        """
        message = EmailMessage()
        message["From"], message["To"] = self._sender, target
        message["Subject"] = str(content["title"])
        message["Message-ID"] = f"<frontdesk-{notification_id}@{self._sender.partition('@')[2] or 'localhost'}>"
        message.set_content(f"{content['text']}\n\n{content['link']}\n")
        with self._connected() as server:
            server.send_message(message)

    def _connected(self) -> smtplib.SMTP:
        host, port = self._server.hostname or "localhost", self._server.port or 0
        if self._server.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_SECONDS)
        else:
            server = smtplib.SMTP(host, port, timeout=TIMEOUT_SECONDS)
        if self._server.scheme == "smtp+tls":
            server.starttls()
        if self._server.username:
            server.login(unquote(self._server.username), unquote(self._server.password or ""))
        return server
