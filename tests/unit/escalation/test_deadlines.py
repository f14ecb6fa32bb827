"""What passes by itself: broken promises are raised, silent staff are replaced, sleeping tickets wake up."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import event

from bot.bootstrap import Services
from bot.conversations import store as conversations
from bot.db.engine import utc_now
from bot.escalation.change import Change
from bot.escalation.due.deadlines import Deadlines
from bot.escalation.store import find_unresolved
from bot.staff.actor import FRONTDESK, Actor
from bot.vocabulary import EscalationReason, Handler, TicketStatus, Urgency
from tests.factories import ALWAYS, EMERGENCY, URGENT, a_clinic, a_conversation, a_staff_member

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def deadlines(services: Services) -> Deadlines:
    """Give the deadlines of a clinic that is always open, so that tests pass on Sundays too."""
    return Deadlines(services.database, a_clinic(hours=ALWAYS), services.responses)


@pytest.fixture
async def conversation(services: Services) -> str:
    """Give a conversation."""
    return await a_conversation(services)


@pytest.fixture
def ana(services: Services) -> Actor:
    """Give a staff member."""
    return Actor(staff_member_id=a_staff_member(services.database), name="Ana")


def _told(change: Change) -> str:
    return " ".join(message.text for message in change.messages)


async def test_a_ticket_that_nobody_takes_in_time_is_raised_once(
    services: Services, deadlines: Deadlines, conversation: str
):
    """The patient is promised a call back, by when and what to do meanwhile."""
    ticket = services.tickets.open(conversation, reason=EscalationReason.NO_ANSWER)
    promised = services.tickets.view(ticket).promised_at
    assert promised is not None

    assert deadlines.pass_time(promised - MINUTE) == []
    (change,) = deadlines.pass_time(promised)
    assert deadlines.pass_time(promised + MINUTE) == []

    assert "nobody from our staff was free in time" in _told(change)
    assert "555-0100" in _told(change)
    view = services.tickets.view(ticket)
    assert view.raised_at == promised
    assert view.call_back_at is not None
    assert view.call_back_at > promised


async def test_an_emergency_is_raised_at_once_without_telling_to_wait(
    services: Services, deadlines: Deadlines, conversation: str
):
    """The card has told the patient to call; a promise to be called back would say the opposite."""
    services.tickets.open(conversation, reason=EscalationReason.RED_FLAG, urgency=Urgency.EMERGENCY)

    (change,) = deadlines.pass_time(utc_now())

    assert change.messages == ()


async def test_a_same_day_ticket_that_nobody_takes_tells_to_call_and_promises_no_call(
    services: Services, deadlines: Deadlines, conversation: str
):
    """The card said today; a call back tomorrow would say the opposite."""
    await services.receive.receive(conversation, URGENT, None)
    with services.database.read() as session:
        ticket = find_unresolved(session, conversation)
    assert ticket is not None

    (change,) = deadlines.pass_time(utc_now() + dt.timedelta(days=3))

    assert "Call us today at 555-0100" in _told(change)
    assert "call you back" not in _told(change)
    assert services.tickets.view(ticket.id).call_back_at is None


async def test_who_stops_answering_after_a_card_leaves_the_number_to_call(
    services: Services, deadlines: Deadlines, conversation: str, ana: Actor
):
    """Nobody is told to wait for somebody else."""
    await services.receive.receive(conversation, EMERGENCY, None)
    with services.database.read() as session:
        ticket = find_unresolved(session, conversation)
    assert ticket is not None
    services.tickets.take(ticket.id, ana)

    (change,) = deadlines.pass_time(utc_now() + 30 * MINUTE)

    assert "Ana has left this chat" in _told(change)
    assert "Call 911 now" in _told(change)
    assert "will reply" not in _told(change)


async def test_a_ticket_that_was_taken_in_time_is_not_raised(
    services: Services, deadlines: Deadlines, conversation: str, ana: Actor
):
    """However long the conversation lasts."""
    ticket = services.tickets.open(conversation, reason=EscalationReason.NO_ANSWER)
    services.tickets.take(ticket, ana)

    assert deadlines.pass_time(utc_now() + dt.timedelta(days=30)) == []


async def test_a_patient_who_waits_too_long_for_their_staff_member_gets_somebody_else(
    services: Services, deadlines: Deadlines, conversation: str, ana: Actor
):
    """The ticket goes back to all, the bot answers meanwhile, and the patient is told both."""
    ticket = services.tickets.open(conversation, reason=EscalationReason.NO_ANSWER)
    services.tickets.take(ticket, ana)
    services.replies.send(ticket, text="Hello", by=ana)
    await services.receive.receive(conversation, "are you there?", None)

    assert deadlines.pass_time(utc_now() + 19 * MINUTE) == []
    (change,) = deadlines.pass_time(utc_now() + 21 * MINUTE)

    assert change.handler is Handler.BOT
    assert "Ana had to step away" in _told(change)
    view = services.tickets.view(ticket)
    assert (view.status, view.assignee_id) == (TicketStatus.OPEN, None)
    assert view.promised_at is not None
    assert view.promised_at > utc_now()


async def test_staff_who_have_answered_are_not_replaced(
    services: Services, deadlines: Deadlines, conversation: str, ana: Actor
):
    """It is the patient's turn."""
    ticket = services.tickets.open(conversation, reason=EscalationReason.NO_ANSWER)
    services.tickets.take(ticket, ana)
    await services.receive.receive(conversation, "are you there?", None)
    services.replies.send(ticket, text="Yes", by=ana)

    assert deadlines.pass_time(utc_now() + dt.timedelta(days=2)) == []


async def test_a_snoozed_ticket_wakes_at_its_time(
    services: Services, deadlines: Deadlines, conversation: str, ana: Actor
):
    """With who had it."""
    ticket = services.tickets.open(conversation, reason=EscalationReason.NO_ANSWER)
    services.tickets.take(ticket, ana)
    until = utc_now() + dt.timedelta(hours=2)
    services.tickets.snooze(ticket, until=until, by=ana)

    assert deadlines.pass_time(until - MINUTE) == []
    assert services.tickets.view(ticket).status is TicketStatus.SNOOZED
    (change,) = deadlines.pass_time(until)

    assert change.ticket_id == ticket
    view = services.tickets.view(ticket)
    assert (view.status, view.assignee_id) == (TicketStatus.ASSIGNED, ana.staff_member_id)


async def test_a_snoozed_ticket_wakes_when_its_patient_writes(services: Services, conversation: str, ana: Actor):
    """In the transaction that stores the message."""
    ticket = services.tickets.open(conversation, reason=EscalationReason.NO_ANSWER)
    services.tickets.snooze(ticket, until=utc_now() + dt.timedelta(days=2), by=ana)

    await services.receive.receive(conversation, "one more thing", None)

    assert services.tickets.view(ticket).status is TicketStatus.OPEN


async def test_nothing_due_changes_nothing(services: Services, deadlines: Deadlines, conversation: str):
    """The conversation stays as it is."""
    assert deadlines.pass_time(utc_now() + dt.timedelta(days=365)) == []
    with services.database.read() as session:
        assert conversations.transcript(session, conversation) == []


async def test_a_look_asks_once_for_each_kind_however_many_chats_are_under_way(
    services: Services, deadlines: Deadlines, ana: Actor
):
    """And writes nothing where nothing is due: no patient waits for it."""
    for number in range(12):
        conversation = await a_conversation(services)
        ticket = services.tickets.open(conversation, reason=EscalationReason.NO_ANSWER)
        services.tickets.take(ticket, ana)
        await services.receive.receive(conversation, f"are you there? {number}", None)
    asked: list[str] = []

    def note_it(_connection, _cursor, statement: str, *_more) -> None:
        asked.append(statement)

    event.listen(services.database.engine, "before_cursor_execute", note_it)
    assert deadlines.pass_time(utc_now() + 19 * MINUTE) == []
    looks = [statement for statement in asked if statement.lstrip().startswith("SELECT")]
    event.remove(services.database.engine, "before_cursor_execute", note_it)

    assert len(looks) == 4
    assert [statement for statement in asked if not statement.lstrip().startswith(("SELECT", "BEGIN", "PRAGMA"))] == []
    assert "BEGIN IMMEDIATE" not in asked
    assert len(deadlines.pass_time(utc_now() + 21 * MINUTE)) == 12


async def test_what_somebody_has_who_was_shut_out_by_other_means_is_passed_on(
    services: Services, deadlines: Deadlines, conversation: str, ana: Actor
):
    """By an older version, or in the database itself; a sleeping ticket too."""
    ticket = services.tickets.open(conversation, reason=EscalationReason.NO_ANSWER)
    services.tickets.take(ticket, ana)
    services.tickets.snooze(ticket, until=utc_now() + dt.timedelta(days=1), by=ana)
    services.people.shut_out(ana.staff_member_id or 0, FRONTDESK)

    (change,) = deadlines.pass_time(utc_now())

    assert change.handler is Handler.BOT
    assert "Ana has left this chat" in _told(change)
    assert services.tickets.view(ticket).status is TicketStatus.OPEN
    assert deadlines.pass_time(utc_now()) == []


async def test_a_patient_who_is_answered_in_one_chat_does_not_wait_in_the_other(
    services: Services, deadlines: Deadlines, conversation: str, ana: Actor
):
    """Of a merged ticket; and who waits in the second chat is not forgotten."""
    first = services.tickets.open(conversation, reason=EscalationReason.NO_ANSWER)
    other = await a_conversation(services)
    second = services.tickets.open(other, reason=EscalationReason.NO_ANSWER)
    services.tickets.take(first, ana)
    services.tickets.merge(second, into=first, by=ana)
    await services.receive.receive(conversation, "one", None)
    await services.receive.receive(other, "two", None)
    services.replies.send(first, text="To both.", by=ana)

    assert deadlines.pass_time(utc_now() + dt.timedelta(days=2)) == []
    await services.receive.receive(other, "three", None)
    (change,) = deadlines.pass_time(utc_now() + dt.timedelta(days=2))
    assert set(change.conversation_ids) == {conversation, other}
