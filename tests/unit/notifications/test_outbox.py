"""Notifications wait in the outbox until they were sent, by real mail servers and real HTTP."""

from __future__ import annotations

import datetime as dt
import json
import socket
from collections.abc import Iterator
from email.message import Message
from functools import partial
from typing import Any

import httpx
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as MessageHandler
from sqlalchemy import delete, select, update

from bot.bootstrap import Services
from bot.conversations import store as conversations
from bot.db.engine import utc_now
from bot.escalation.alerts import Alerts
from bot.escalation.due.deadlines import Deadlines
from bot.escalation.lifecycle import Tickets
from bot.notifications.email import EmailSender
from bot.notifications.models import Notification
from bot.notifications.outbox import WAITS, Outbox, Sender
from bot.notifications.webhook import WebhookSender, is_signed
from bot.redaction.redactor import REDACTION, load_redactor
from bot.settings import ROOT
from bot.staff import store as staff
from bot.vocabulary import EscalationReason, Role, Urgency
from tests.factories import ALWAYS, NEVER, a_clinic, a_conversation, a_staff_member

SECRET = "a shared secret"
WORDS = "my knee is zanzibarmarker"
BOTH = frozenset({"email", "webhook"})


class Mailbox(MessageHandler):
    """Keeps what a mail server is given."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[Message] = []

    def handle_message(self, message: Message) -> None:
        """Keep one."""
        self.messages.append(message)


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, str]]:
    """Run a mail server; give what it receives, and its address."""
    box = Mailbox()
    server = Controller(box, hostname="127.0.0.1", port=_free_port())
    server.start()
    yield box, f"smtp://127.0.0.1:{server.port}"
    server.stop()


def _tickets(services: Services, ways: frozenset[str] = BOTH, **clinic: Any) -> tuple[Tickets, Deadlines]:
    made = a_clinic(**{"hours": ALWAYS, **clinic})
    redactor = partial(load_redactor, ROOT / REDACTION, "US")
    alerts = Alerts(made, console_address="https://desk.example/", ways=ways, redactor=redactor)
    return (
        Tickets(services.database, made, services.responses, alerts),
        Deadlines(services.database, made, services.responses, alerts),
    )


def _waiting(services: Services) -> list[tuple[str, str, str]]:
    with services.database.read() as session:
        rows = session.scalars(select(Notification).order_by(Notification.id))
        return [(row.event, row.way, row.target) for row in rows]


def _outbox(services: Services, **senders: Sender) -> Outbox:
    return Outbox(services.database, senders)


def _answering(*statuses: int) -> tuple[WebhookSender, list[httpx.Request]]:
    left, calls = list(statuses), []

    def answer(request: httpx.Request) -> httpx.Response:
        calls.append(request)
        return httpx.Response(left.pop(0) if left else 200)

    return WebhookSender("https://hooks.example/x", SECRET, httpx.MockTransport(answer)), calls


@pytest.fixture
async def conversation(services: Services) -> str:
    """Give a conversation whose patient has written something."""
    made = await a_conversation(services)
    await services.receive.receive(made, WORDS, None)
    return made


async def test_an_urgent_ticket_is_told_at_once_and_an_ordinary_one_is_not(services: Services, conversation: str):
    """To all staff when the clinic names nobody; joining an urgent ticket tells nothing twice."""
    a_staff_member(services.database)
    tickets, _ = _tickets(services)

    tickets.open(conversation, reason=EscalationReason.NO_ANSWER)
    assert _waiting(services) == []
    for _again in range(2):
        tickets.open(conversation, reason=EscalationReason.RED_FLAG, urgency=Urgency.URGENT)

    assert _waiting(services) == [
        ("ticket.urgent", "email", "ana@clinic.example"),
        ("ticket.urgent", "webhook", ""),
    ]


async def test_a_broken_promise_is_told_to_the_next_people_too(services: Services, conversation: str):
    """The clinic's lists come before the accounts."""
    tickets, deadlines = _tickets(services, alerts={"first": ["desk@x.example"], "next": ["boss@x.example"]})
    ticket = tickets.open(conversation, reason=EscalationReason.NO_ANSWER)

    deadlines.pass_time(tickets.view(ticket).promised_at or utc_now())

    assert [target for _event, way, target in _waiting(services) if way == "email"] == [
        "desk@x.example",
        "boss@x.example",
    ]


async def test_after_hours_other_people_are_told(services: Services, conversation: str):
    """Whoever is on call."""
    lists = {"first": ["desk@x.example"], "after_hours": ["oncall@x.example"]}
    tickets, _ = _tickets(services, frozenset({"email"}), hours=NEVER, alerts=lists)

    tickets.open(conversation, reason=EscalationReason.RED_FLAG, urgency=Urgency.EMERGENCY)

    assert _waiting(services) == [("ticket.urgent", "email", "oncall@x.example")]


async def test_nothing_waits_for_a_way_that_is_not_set_up(services: Services, conversation: str):
    """It would wait for ever."""
    tickets, _ = _tickets(services, frozenset())

    tickets.open(conversation, reason=EscalationReason.RED_FLAG, urgency=Urgency.EMERGENCY)

    assert _waiting(services) == []


@pytest.mark.parametrize("allowed", [False, True])
async def test_an_email_holds_a_link_and_the_patients_words_only_if_allowed(
    services: Services, conversation: str, mailbox: tuple[Mailbox, str], allowed: bool
):
    """It passes through servers that nobody at the clinic knows."""
    box, server = mailbox
    tickets, _ = _tickets(
        services, frozenset({"email"}), alerts={"first": ["desk@x.example"], "patients_words": allowed}
    )
    ticket = tickets.open(conversation, reason=EscalationReason.RED_FLAG, urgency=Urgency.URGENT)

    sent = _outbox(services, email=EmailSender(server, "frontdesk@x.example")).send_due(utc_now())

    assert (sent.sent, sent.failed) == (1, 0)
    (message,) = box.messages
    assert (message["To"], message["From"]) == ("desk@x.example", "frontdesk@x.example")
    assert message["Subject"] == f"Urgent ticket {ticket} needs somebody."
    body = message.get_payload()
    assert f"https://desk.example/staff/tickets/{ticket}" in body
    assert ("zanzibarmarker" in message.as_string()) is allowed


async def test_an_email_names_nobody(services: Services, conversation: str, mailbox: tuple[Mailbox, str]):
    """What the patient wrote is told without their name and number, also a name that only the contact tells."""
    box, server = mailbox
    tickets, _ = _tickets(services, frozenset({"email"}), alerts={"first": ["desk@x.example"], "patients_words": True})
    said = "Quillo here, my knee is hot, call 312-555-0142"
    with services.database.write() as session:
        conversations.get_conversation(session, conversation).patient_name = "Quillo"
        message = conversations.add_inbound(session, conversation_id=conversation, text=said, client_message_id=None)
    tickets.open(conversation, reason=EscalationReason.RED_FLAG, urgency=Urgency.URGENT, message_id=message.id)

    _outbox(services, email=EmailSender(server, "frontdesk@x.example")).send_due(utc_now())

    body = box.messages[0].get_payload()
    assert "The patient wrote: [name] here, my knee is hot, call [phone]" in body


async def test_the_webhook_is_signed_and_reads_like_a_message(services: Services, conversation: str):
    """A receiver can tell that it comes from here, and just now."""
    sender, calls = _answering()
    tickets, _ = _tickets(services, frozenset({"webhook"}))
    ticket = tickets.open(conversation, reason=EscalationReason.RED_FLAG, urgency=Urgency.URGENT)

    _outbox(services, webhook=sender).send_due(utc_now())

    (call,) = calls
    body, stamp = call.content.decode(), call.headers["x-frontdesk-timestamp"]
    told = json.loads(body)
    assert told["event"] == "ticket.urgent"
    assert told["text"] == f"Urgent ticket {ticket} needs somebody. https://desk.example/staff/tickets/{ticket}"
    assert "zanzibarmarker" not in body
    given = call.headers["x-frontdesk-signature"]
    assert is_signed(SECRET, stamp, body, given, now=float(stamp) + 10)
    assert not is_signed(SECRET, stamp, body, given, now=float(stamp) + 301)
    assert not is_signed(SECRET, stamp, body + " ", given, now=float(stamp))
    assert not is_signed("another", stamp, body, given, now=float(stamp))
    assert not is_signed(SECRET, "soon", body, given, now=float(stamp))


async def test_what_did_not_arrive_is_tried_again_and_sent_once(services: Services, conversation: str):
    """Ever more seldom; under the same id."""
    sender, calls = _answering(500, 503)
    tickets, _ = _tickets(services, frozenset({"webhook"}))
    tickets.open(conversation, reason=EscalationReason.RED_FLAG, urgency=Urgency.URGENT)
    outbox, now = _outbox(services, webhook=sender), utc_now()

    assert outbox.send_due(now).failed == 1
    assert outbox.send_due(now + WAITS[0] / 2).failed == 0
    now += WAITS[0]
    assert outbox.send_due(now).failed == 1
    now += WAITS[1]
    assert outbox.send_due(now).sent == 1
    assert outbox.send_due(now + dt.timedelta(days=1)).sent == 0

    assert len({json.loads(call.content)["id"] for call in calls}) == 1
    assert len(calls) == 3


async def test_what_never_arrives_is_given_up(services: Services, conversation: str):
    """After the last wait; the row stays, with the kind of problem."""
    nowhere = EmailSender(f"smtp://127.0.0.1:{_free_port()}", "frontdesk@x.example")
    tickets, _ = _tickets(services, frozenset({"email"}), alerts={"first": ["desk@x.example"]})
    tickets.open(conversation, reason=EscalationReason.RED_FLAG, urgency=Urgency.URGENT)
    outbox, now = _outbox(services, email=nowhere), utc_now()

    for _try in range(len(WAITS) + 3):
        outbox.send_due(now)
        now += dt.timedelta(days=1)

    with services.database.read() as session:
        (row,) = session.scalars(select(Notification))
    assert (row.tries, row.next_try_at, row.sent_at) == (len(WAITS) + 1, None, None)
    assert row.problem == "ConnectionRefusedError"


async def test_administrators_are_the_next_people_when_nobody_is_named(services: Services, conversation: str):
    """Somebody is always told."""
    with services.database.write() as session:
        staff.add_staff_member(session, email="boss@x.example", name="Boss", role=Role.ADMIN, password_hash="x")
    tickets, deadlines = _tickets(services, frozenset({"email"}), alerts={"first": ["desk@x.example"]})
    ticket = tickets.open(conversation, reason=EscalationReason.NO_ANSWER)

    deadlines.pass_time(tickets.view(ticket).promised_at or utc_now())

    assert [target for _e, _w, target in _waiting(services)] == ["desk@x.example", "boss@x.example"]


async def test_what_is_given_up_while_another_is_sent_is_not_sent(services: Services, conversation: str):
    """As by a STOP that comes in between: each is looked at again just before its turn."""
    tickets, _ = _tickets(services, frozenset({"email"}), alerts={"first": ["a@x.example", "b@x.example"]})
    tickets.open(conversation, reason=EscalationReason.RED_FLAG, urgency=Urgency.URGENT)
    told: list[str] = []

    class GivesUp:
        """Sends one, and has all that still wait given up meanwhile."""

        def send(self, notification_id: int, target: str, event: str, content: object) -> None:  # noqa: ARG002 - Others need them.
            """Keep the target."""
            told.append(target)
            with services.database.write() as session:
                session.execute(update(Notification).where(Notification.id != notification_id).values(next_try_at=None))

    sent = _outbox(services, email=GivesUp()).send_due(utc_now())

    assert told == ["a@x.example"]
    assert (sent.sent, sent.failed) == (1, 0)


async def test_what_is_forgotten_while_it_is_sent_stops_nothing(services: Services, conversation: str):
    """A patient is forgotten, and all notifications of their ticket with them."""
    tickets, _ = _tickets(services, frozenset({"email"}), alerts={"first": ["a@x.example", "b@x.example"]})
    tickets.open(conversation, reason=EscalationReason.RED_FLAG, urgency=Urgency.URGENT)
    told: list[str] = []

    class Forgets:
        """Sends one, and has all of them deleted meanwhile."""

        def send(self, notification_id: int, target: str, event: str, content: object) -> None:  # noqa: ARG002 - Others need them.
            """Keep the target."""
            told.append(target)
            with services.database.write() as session:
                session.execute(delete(Notification))

    sent = _outbox(services, email=Forgets()).send_due(utc_now())

    assert told == ["a@x.example"]
    assert (sent.sent, sent.failed) == (1, 0)
