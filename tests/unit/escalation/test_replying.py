"""A reply of staff is all or nothing: the ticket taken, the text looked at, stored once, noted."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from bot.bootstrap import Services
from bot.conversations import store as conversations
from bot.conversations.models import Message
from bot.errors import ClaimsError, ConflictError, NotFoundError
from bot.escalation.replying import Sent
from bot.staff.actor import Actor
from bot.staff.store import audit_entries
from bot.vocabulary import Author, EscalationReason, Handler, TicketStatus
from tests.factories import a_conversation, a_staff_member

PROMISE = "PRP will definitely cure your knee."


@pytest.fixture
async def ticket(services: Services) -> int:
    """Give the ticket of a patient who asked for a person."""
    return services.tickets.open(await a_conversation(services), reason=EscalationReason.ASKED_FOR_PERSON)


@pytest.fixture
def ana(services: Services) -> Actor:
    """Give a staff member."""
    return Actor(staff_member_id=a_staff_member(services.database), name="Ana")


@pytest.fixture
def ben(services: Services) -> Actor:
    """Give another one."""
    return Actor(staff_member_id=a_staff_member(services.database, email="ben@clinic.example", name="Ben"), name="Ben")


def _said(services: Services, ticket: int) -> list[str]:
    with services.database.read() as session:
        said = conversations.transcript(session, services.tickets.view(ticket).conversation_id)
    return [message.text for message in said if message.author is Author.STAFF]


def _handler(services: Services, ticket: int) -> Handler:
    with services.database.read() as session:
        return conversations.handler_of(session, services.tickets.view(ticket).conversation_id)


async def test_a_reply_takes_the_ticket_and_is_noted(services: Services, ticket: int, ana: Actor):
    """The patient is told who joins, before what they say."""
    sent = services.replies.send(ticket, text="Hello.", by=ana)

    assert sent.change is not None
    assert [message.text for message in sent.change.messages] == ["Ana from the clinic has joined this chat."]
    assert sent.change.messages[-1].id < sent.message.id
    assert (sent.change.handler, sent.change.staff_name) == (Handler.STAFF, "Ana")
    with services.database.read() as session:
        entries = audit_entries(session, subject="ticket", subject_id=str(ticket))
    assert [entry.action for entry in reversed(entries)] == ["ticket.assigned", "ticket.replied"]


async def test_the_same_id_sends_it_once_whatever_has_happened_since(
    services: Services, ticket: int, ana: Actor, ben: Actor
):
    """The answer to the first try was lost; meanwhile the ticket was given on, then resolved."""
    first = services.replies.send(ticket, text="Hello.", by=ana, client_message_id="x")
    services.tickets.assign(ticket, to=ben.staff_member_id or 0, by=ana)
    again = services.replies.send(ticket, text="Hello.", by=ana, client_message_id="x")
    services.tickets.resolve(ticket)
    once_more = services.replies.send(ticket, text="Hello.", by=ana, client_message_id="x")

    assert again == once_more == Sent(message=first.message, change=None)
    assert _said(services, ticket) == ["Hello."]
    assert services.tickets.view(ticket).status is TicketStatus.RESOLVED


async def test_nothing_is_said_on_a_resolved_ticket(services: Services, ticket: int, ana: Actor):
    """The bot answers there, and goes on doing so."""
    services.tickets.resolve(ticket)

    with pytest.raises(ConflictError, match="Reopen it"):
        services.replies.send(ticket, text="Hello.", by=ana)

    assert _said(services, ticket) == []
    assert _handler(services, ticket) is Handler.BOT


async def test_nobody_answers_for_somebody_else(services: Services, ticket: int, ana: Actor, ben: Actor):
    """They are told who has it, and what to do."""
    services.tickets.take(ticket, ana)

    with pytest.raises(ConflictError, match=r"Ana has taken this ticket\. Leave a note"):
        services.replies.send(ticket, text="Hello.", by=ben)

    assert _said(services, ticket) == []


async def test_a_claim_is_held_back_and_takes_nothing(services: Services, ticket: int, ana: Actor):
    """Until its writer has seen why."""
    with pytest.raises(ClaimsError) as raised:
        services.replies.send(ticket, text=PROMISE, by=ana)

    assert raised.value.claims[0][0] in PROMISE
    assert (_said(services, ticket), _handler(services, ticket)) == ([], Handler.BOT)
    services.replies.send(ticket, text=PROMISE, by=ana, claims_seen=True)
    assert _said(services, ticket) == [PROMISE]


async def test_a_reply_that_cannot_be_stored_takes_nothing(services: Services, ticket: int, ana: Actor):
    """The bot is not silenced with nothing said."""

    def fail(_mapper, _connection, target: Message) -> None:
        if target.author == Author.STAFF.value:
            raise OperationalError("insert", {}, Exception("the disk is full"))

    event.listen(Message, "before_insert", fail)
    try:
        with pytest.raises(OperationalError):
            services.replies.send(ticket, text="Hello.", by=ana)
    finally:
        event.remove(Message, "before_insert", fail)

    assert _handler(services, ticket) is Handler.BOT
    assert services.tickets.view(ticket).assignee_id is None


async def test_two_who_answer_at_once_give_one_answer(services: Services, ticket: int, ana: Actor, ben: Actor):
    """The other text is not sent."""
    results = await asyncio.gather(
        *(asyncio.to_thread(services.replies.send, ticket, text=f"{by.name} here.", by=by) for by in (ana, ben)),
        return_exceptions=True,
    )

    (sent,) = [result for result in results if isinstance(result, Sent)]
    assert len([result for result in results if isinstance(result, ConflictError)]) == 1
    assert _said(services, ticket) == [sent.message.text]


async def test_an_unknown_ticket_is_named(services: Services, ana: Actor):
    """Its number is in the message."""
    with pytest.raises(NotFoundError, match="no ticket 4711"):
        services.replies.send(4711, text="Hello.", by=ana)
