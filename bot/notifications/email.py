"""Email to staff: what happened and a link, and no patient's words unless the clinic turned that on."""

from __future__ import annotations

import hashlib
import json
import smtplib
import ssl
from collections.abc import Mapping
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from bot.db.engine import utc_now
from bot.errors import ConnectionFailedError

TIMEOUT_SECONDS = 15


class EmailSender:
    """Sends by SMTP; over TLS only to a server whose certificate is good for its name.

    Args:
        server: Where to, as `smtp://user:password@host:port`; `smtps://` for TLS from the start, `smtp+tls://` for
            STARTTLS.
        sender: The address it comes from.
        authorities: A file of the certificate authorities to trust in place of the machine's; None for the machine's.
    """

    def __init__(self, server: str, sender: str, authorities: Path | None = None) -> None:
        self._server = urlsplit(server)
        self._sender = sender
        self._authorities = authorities

    def send(self, notification_id: int, target: str, event: str, content: Mapping[str, Any]) -> None:  # noqa: ARG002
        """Send one email.

        Raises:
            ConnectionFailedError: The server's certificate is not trusted; nothing was sent, no password either.
            OSError: The server is out of reach.
            smtplib.SMTPException: It refused, or offers no TLS though it is to be used.
        """
        message = EmailMessage()
        message["From"], message["To"] = self._sender, target
        message["Subject"] = str(content["title"])
        message["Date"] = format_datetime(utc_now())
        message["Message-ID"] = self._message_id(notification_id, target, content)
        message.set_content(f"{content['text']}\n\n{content['link']}\n")
        try:
            with self._connected() as server:
                server.send_message(message)
        except ssl.SSLCertVerificationError as error:
            problem = f"certificate not trusted, see FRONTDESK_SMTP_CA: {error.verify_message}"
            raise ConnectionFailedError(problem) from None

    def _message_id(self, notification_id: int, target: str, content: Mapping[str, Any]) -> str:
        """Give the same id to each try of one email, and another to one of another database."""
        told = json.dumps([target, content], sort_keys=True, default=str)
        mark = hashlib.sha256(told.encode()).hexdigest()[:16]
        domain = parseaddr(self._sender)[1].partition("@")[2] or "localhost"
        return f"<frontdesk-{notification_id}-{mark}@{domain}>"

    def _connected(self) -> smtplib.SMTP:
        host, port = self._server.hostname or "localhost", self._server.port or 0
        if self._server.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_SECONDS, context=self._trusted())
        else:
            server = smtplib.SMTP(host, port, timeout=TIMEOUT_SECONDS)
        try:
            if self._server.scheme == "smtp+tls":
                server.starttls(context=self._trusted())
            if self._server.username:
                server.login(unquote(self._server.username), unquote(self._server.password or ""))
        except BaseException:
            server.close()
            raise
        return server

    def _trusted(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self._authorities)
