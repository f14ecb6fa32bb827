"""A ticket is opened once, gets more urgent but never less, is taken by one person, and hands back when resolved."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.bootstrap import Services
from bot.conversations import store as conversations
from bot.errors import ConflictError, NotFoundError
from bot.escalation.lifecycle import Tickets, contact_request
from bot.escalation.models import Ticket
from bot.vocabulary import EscalationReason, Handler, ReplyKind, TicketStatus, Urgency
from tests.factories import ALWAYS, NEVER, a_clinic, a_conversation, a_staff_member


@pytest.fixture
def tickets(services: Services) -> Tickets:
    """Give the keeper of tickets."""
    return services.tickets


@pytest.fixture
async def conversation(services: Services) -> str:
    """Give a conversation; another one, with a ticket of its own, is noise."""
    noise = await a_conversation(services)
    services.tickets.open(noise, reason=EscalationReason.NO_ANSWER)
    return await a_conversation(services)


def _handler(services: Services, conversation_id: str) -> tuple[str, str | None]:
    with services.database.read() as session:
        row = conversations.get_conversation(session, conversation_id)
        return row.handler, row.handler_name


async def test_a_conversation_has_one_unresolved_ticket(tickets: Tickets, conversation: str, services: Services):
    """Asking again joins the first; the database would refuse a second."""
    first = tickets.open(conversation, reason=EscalationReason.ASKED_FOR_PERSON)

    assert tickets.open(conversation, reason=EscalationReason.NO_ANSWER) == first
    with services.database.read() as session:
        assert len(session.scalars(select(Ticket).where(Ticket.conversation_id == conversation)).all()) == 1


@pytest.mark.parametrize(
    ("before", "then", "urgency", "reason"),
    [
        (Urgency.ROUTINE, Urgency.EMERGENCY, Urgency.EMERGENCY, EscalationReason.RED_FLAG),
        (Urgency.SOON, Urgency.URGENT, Urgency.URGENT, EscalationReason.RED_FLAG),
        (Urgency.EMERGENCY, Urgency.URGENT, Urgency.EMERGENCY, EscalationReason.NO_ANSWER),
        (Urgency.URGENT, Urgency.ROUTINE, Urgency.URGENT, EscalationReason.NO_ANSWER),
    ],
)
async def test_urgency_is_raised_and_never_lowered(
    tickets: Tickets, conversation: str, *, before: Urgency, then: Urgency, urgency: Urgency, reason: EscalationReason
):
    """The reason goes with the urgency; signs add up, each once."""
    ticket = tickets.open(conversation, reason=EscalationReason.NO_ANSWER, urgency=before, signs=["bleeding"])

    tickets.open(conversation, reason=EscalationReason.RED_FLAG, urgency=then, signs=["bleeding", "infection"])

    view = tickets.view(ticket)
    assert view.urgency is urgency
    assert view.reason is reason
    assert view.signs == ("bleeding", "infection")


async def test_a_ticket_shows_the_message_that_led_to_it(services: Services, conversation: str):
    """In one line, shortened."""
    await services.receive.receive(conversation, "hello\n there  " + "x" * 200, None)

    view = services.tickets.view(services.tickets.open(conversation, reason=EscalationReason.NO_ANSWER))

    assert view.first_line.startswith("hello there xxx")
    assert len(view.first_line) == 140


async def test_an_unknown_conversation_gets_no_ticket(tickets: Tickets):
    """It is an error of the caller."""
    with pytest.raises(NotFoundError):
        tickets.open("nobody", reason=EscalationReason.NO_ANSWER)


async def test_taking_a_ticket_gives_its_conversation_to_staff(tickets: Tickets, conversation: str, services: Services):
    """From then on the bot is silent."""
    ana = a_staff_member(services.database)
    ticket = tickets.open(conversation, reason=EscalationReason.NO_ANSWER)

    assert tickets.take(ticket, staff_member_id=ana, staff_name="Ana") == conversation

    view = tickets.view(ticket)
    assert (view.status, view.assignee_id, view.assignee_name) == (TicketStatus.ASSIGNED, ana, "Ana")
    assert _handler(services, conversation) == (Handler.STAFF.value, "Ana")


async def test_a_taken_ticket_cannot_be_taken_by_somebody_else(tickets: Tickets, conversation: str, services: Services):
    """The first one keeps it, and may press the button twice."""
    ana = a_staff_member(services.database)
    ben = a_staff_member(services.database, email="ben@clinic.example", name="Ben")
    ticket = tickets.open(conversation, reason=EscalationReason.NO_ANSWER)
    tickets.take(ticket, staff_member_id=ana, staff_name="Ana")

    with pytest.raises(ConflictError, match="Somebody else has taken"):
        tickets.take(ticket, staff_member_id=ben, staff_name="Ben")
    tickets.take(ticket, staff_member_id=ana, staff_name="Ana")

    assert tickets.view(ticket).assignee_id == ana
    assert _handler(services, conversation) == (Handler.STAFF.value, "Ana")


async def test_resolving_hands_the_conversation_back(tickets: Tickets, conversation: str, services: Services):
    """The bot answers again; the next escalation is a new ticket."""
    ana = a_staff_member(services.database)
    ticket = tickets.open(conversation, reason=EscalationReason.NO_ANSWER)
    tickets.take(ticket, staff_member_id=ana, staff_name="Ana")

    assert tickets.resolve(ticket) == conversation

    assert tickets.view(ticket).status is TicketStatus.RESOLVED
    assert tickets.view(ticket).resolved_at is not None
    assert _handler(services, conversation) == (Handler.BOT.value, None)
    assert tickets.open(conversation, reason=EscalationReason.NO_ANSWER) != ticket


async def test_a_resolved_ticket_is_closed_for_good(tickets: Tickets, conversation: str, services: Services):
    """It can be neither taken nor resolved again."""
    ana = a_staff_member(services.database)
    ticket = tickets.open(conversation, reason=EscalationReason.NO_ANSWER)
    tickets.resolve(ticket)

    with pytest.raises(ConflictError, match="resolved already"):
        tickets.take(ticket, staff_member_id=ana, staff_name="Ana")
    with pytest.raises(ConflictError, match="resolved already"):
        tickets.resolve(ticket)


@pytest.mark.parametrize("use_case", ["take", "resolve", "view"])
async def test_an_unknown_ticket_is_named(tickets: Tickets, use_case: str):
    """Its number is in the message."""
    values = {"staff_member_id": 1, "staff_name": "Ana"} if use_case == "take" else {}

    with pytest.raises(NotFoundError, match="no ticket 4711"):
        getattr(tickets, use_case)(4711, **values)


def test_in_opening_hours_the_promise_is_in_minutes(services: Services):
    """The clinic's own number of minutes."""
    clinic = a_clinic(hours=ALWAYS, reply_promise_minutes=20)

    promise = Tickets(services.database, clinic, services.responses).promise(7)

    assert (promise.kind, promise.ticket) == (ReplyKind.ESCALATED, 7)
    assert "within 20 minutes" in promise.text
    assert "Test Clinic" in promise.text


def test_after_hours_the_promise_says_closed_and_whom_to_call(services: Services):
    """Nobody is told "minutes" at night; phone and emergency number stand there."""
    clinic = a_clinic(hours=NEVER, after_hours="Press 2 for the nurse.")

    text = Tickets(services.database, clinic, services.responses).promise(7).text

    assert "closed now" in text
    assert "minutes" not in text
    for part in ("555-0100", "Press 2 for the nurse.", "call 911"):
        assert part in text


def test_contact_details_are_asked_for_and_can_be_declined(services: Services):
    """A patient who leaves the chat can still be reached."""
    reply = contact_request(services.responses)

    assert reply.text == services.responses.text("utter_ask_contact")
    assert [option.intent for option in reply.options] == ["deny"]
