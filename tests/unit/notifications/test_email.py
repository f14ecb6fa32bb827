"""Emails go to a real mail server over real TLS, and to none whose certificate is not good for its name."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from email.message import Message
from email.utils import parsedate_to_datetime
from pathlib import Path
from smtplib import SMTPNotSupportedError
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as MessageHandler
from aiosmtpd.smtp import SMTP, AuthResult
from sqlalchemy import select

from bot.bootstrap import Services
from bot.cli.processes.running import free_port
from bot.db.engine import utc_now
from bot.errors import ConnectionFailedError
from bot.notifications import store
from bot.notifications.email import EmailSender
from bot.notifications.models import Notification
from bot.notifications.outbox import LONGEST_PROBLEM, WAITS, Outbox

CONTENT = {"title": "Urgent ticket 7 needs somebody.", "text": "It waits.", "link": "https://desk.example/7"}
OVER_TLS = ["smtps", "smtp+tls"]


class Mailbox(MessageHandler):
    """Keeps what a mail server is given, and the passwords it was told."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[Message] = []
        self.passwords: list[bytes] = []

    def handle_message(self, message: Message) -> None:
        """Keep one."""
        self.messages.append(message)

    def authenticate(self, *told: Any) -> AuthResult:
        """Let everybody in; the last that is told is the login."""
        self.passwords.append(told[-1].password)
        return AuthResult(success=True)


class ServerWithTls(Controller):
    """A mail server that offers STARTTLS."""

    def __init__(self, box: Mailbox, port: int, context: ssl.SSLContext) -> None:
        self._starttls = context
        super().__init__(box, hostname="127.0.0.1", port=port)

    def factory(self) -> SMTP:
        """Make the server's side of a connection."""
        box = self.handler
        return SMTP(box, tls_context=self._starttls, authenticator=box.authenticate, require_starttls=True)


StartServer = Callable[..., tuple[Mailbox, str]]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[trustme.CA, Path]:
    """Give a certificate authority that no machine knows, and its file."""
    made, path = trustme.CA(), tmp_path_factory.mktemp("authority") / "ca.pem"
    made.cert_pem.write_to_path(path)
    return made, path


@pytest.fixture
def start_server(authority: tuple[trustme.CA, Path]) -> Iterator[StartServer]:
    """Give a way to run a mail server whose certificate is for a name; that gives what it receives and its address."""
    with ExitStack() as running:

        def start(scheme: str, *, name: str = "127.0.0.1") -> tuple[Mailbox, str]:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            authority[0].issue_cert(name).configure_cert(context)
            box, port = Mailbox(), free_port()
            server: Controller = (
                ServerWithTls(box, port, context)
                if scheme == "smtp+tls"
                else Controller(
                    box,
                    hostname="127.0.0.1",
                    port=port,
                    ssl_context=context,
                    authenticator=box.authenticate,
                    # The whole connection is encrypted, which aiosmtpd does not count.
                    auth_require_tls=False,
                )
            )
            server.start()
            running.callback(server.stop)
            return box, f"{scheme}://ana:secret@127.0.0.1:{port}"

        yield start


@pytest.mark.parametrize("scheme", OVER_TLS)
def test_an_email_reaches_a_server_that_an_authority_vouches_for(
    start_server: StartServer, authority: tuple[trustme.CA, Path], scheme: str
):
    """The password goes there as well."""
    box, address = start_server(scheme)

    EmailSender(address, "frontdesk@x.example", authority[1]).send(1, "ana@x.example", "ticket.urgent", CONTENT)

    assert [message["Subject"] for message in box.messages] == ["Urgent ticket 7 needs somebody."]
    assert box.passwords == [b"secret"]


@pytest.mark.parametrize("scheme", OVER_TLS)
def test_a_server_that_nobody_vouches_for_gets_neither_email_nor_password(start_server: StartServer, scheme: str):
    """It may be anybody's; the error says what to do."""
    box, address = start_server(scheme)

    with pytest.raises(ConnectionFailedError, match=r"certificate not trusted, see FRONTDESK_SMTP_CA"):
        EmailSender(address, "frontdesk@x.example").send(1, "ana@x.example", "ticket.urgent", CONTENT)

    assert (box.messages, box.passwords) == ([], [])


@pytest.mark.parametrize("scheme", OVER_TLS)
def test_a_certificate_for_another_name_is_not_enough(
    start_server: StartServer, authority: tuple[trustme.CA, Path], scheme: str
):
    """Though its authority is trusted."""
    box, address = start_server(scheme, name="mail.evil.example")

    with pytest.raises(ConnectionFailedError, match="certificate not trusted"):
        EmailSender(address, "frontdesk@x.example", authority[1]).send(1, "ana@x.example", "ticket.urgent", CONTENT)

    assert (box.messages, box.passwords) == ([], [])


def test_a_server_without_starttls_is_not_written_to_in_the_open():
    """Somebody in between may have taken the offer out."""
    box, port = Mailbox(), free_port()
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    try:
        sender = EmailSender(f"smtp+tls://ana:secret@127.0.0.1:{port}", "frontdesk@x.example")
        with pytest.raises(SMTPNotSupportedError):
            sender.send(1, "ana@x.example", "ticket.urgent", CONTENT)
    finally:
        server.stop()

    assert box.messages == []


def test_a_server_that_is_not_trusted_is_tried_again_and_the_row_says_why(
    start_server: StartServer, services: Services
):
    """Once its certificate is mended, the email arrives."""
    _, address = start_server("smtps")
    with services.database.write() as session:
        store.add(session, way="email", target="ana@x.example", event="ticket.urgent", content=CONTENT)
    now = utc_now()

    Outbox(services.database, {"email": EmailSender(address, "frontdesk@x.example")}).send_due(now)

    with services.database.read() as session:
        (row,) = session.scalars(select(Notification))
    assert row.next_try_at == now + WAITS[0]
    assert row.problem is not None
    assert row.problem.startswith("certificate not trusted, see FRONTDESK_SMTP_CA: ")
    assert len(row.problem) <= LONGEST_PROBLEM


@pytest.mark.parametrize("sender", ["frontdesk@x.example", "Front desk <frontdesk@x.example>"])
def test_an_email_says_when_it_was_sent_and_keeps_its_id(
    start_server: StartServer, authority: tuple[trustme.CA, Path], sender: str
):
    """Mail servers mistrust one without; tried again it is the same email, and that of another database another."""
    box, address = start_server("smtps")
    emails = EmailSender(address, sender, authority[1])

    for target in ("ana@x.example", "ana@x.example", "ben@x.example"):
        emails.send(1, target, "ticket.urgent", CONTENT)

    first, again, other = box.messages
    assert abs((parsedate_to_datetime(first["Date"]) - utc_now()).total_seconds()) < 60
    assert first["Message-ID"] == again["Message-ID"] != other["Message-ID"]
    assert first["Message-ID"].endswith("@x.example>")
