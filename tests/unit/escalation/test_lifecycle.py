"""A ticket is opened once, gets more urgent but never less, is taken by one person, and hands back when resolved."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest
from sqlalchemy import select

from bot.bootstrap import Services
from bot.conversations import store as conversations
from bot.db.engine import utc_now
from bot.errors import ConflictError, NotFoundError
from bot.escalation.change import Change
from bot.escalation.lifecycle import Tickets
from bot.escalation.models import Ticket
from bot.staff.actor import FRONTDESK, Actor
from bot.staff.store import audit_entries, names
from bot.vocabulary import EscalationReason, Handler, Resolution, Role, TicketStatus, Urgency
from tests.factories import a_clinic, a_conversation, a_staff_member

ANA = Actor(staff_member_id=1, name="Ana")


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

    assert tickets.take(ticket, Actor(staff_member_id=ana, name="Ana")).conversation_ids == (conversation,)

    view = tickets.view(ticket)
    assert (view.status, view.assignee_id, view.assignee_name) == (TicketStatus.ASSIGNED, ana, "Ana")
    assert _handler(services, conversation) == (Handler.STAFF.value, "Ana")


async def test_a_taken_ticket_cannot_be_taken_by_somebody_else(tickets: Tickets, conversation: str, services: Services):
    """The first one keeps it, and may press the button twice."""
    ana = a_staff_member(services.database)
    ben = a_staff_member(services.database, email="ben@clinic.example", name="Ben")
    ticket = tickets.open(conversation, reason=EscalationReason.NO_ANSWER)
    tickets.take(ticket, Actor(staff_member_id=ana, name="Ana"))

    with pytest.raises(ConflictError, match="Ana has taken this ticket"):
        tickets.take(ticket, Actor(staff_member_id=ben, name="Ben"))
    tickets.take(ticket, Actor(staff_member_id=ana, name="Ana"))

    assert tickets.view(ticket).assignee_id == ana
    assert _handler(services, conversation) == (Handler.STAFF.value, "Ana")


async def test_resolving_hands_the_conversation_back(tickets: Tickets, conversation: str, services: Services):
    """The bot answers again."""
    ana = a_staff_member(services.database)
    ticket = tickets.open(conversation, reason=EscalationReason.NO_ANSWER)
    tickets.take(ticket, Actor(staff_member_id=ana, name="Ana"))

    assert tickets.resolve(ticket).handler is Handler.BOT

    assert tickets.view(ticket).status is TicketStatus.RESOLVED
    assert tickets.view(ticket).resolved_at is not None
    assert _handler(services, conversation) == (Handler.BOT.value, None)


async def test_a_resolved_ticket_is_closed_for_good(tickets: Tickets, conversation: str, services: Services):
    """It can be neither taken nor resolved again."""
    ana = a_staff_member(services.database)
    ticket = tickets.open(conversation, reason=EscalationReason.NO_ANSWER)
    tickets.resolve(ticket)

    with pytest.raises(ConflictError, match="resolved already"):
        tickets.take(ticket, Actor(staff_member_id=ana, name="Ana"))
    with pytest.raises(ConflictError, match="resolved already"):
        tickets.resolve(ticket)


@pytest.mark.parametrize("use_case", ["take", "resolve", "view"])
async def test_an_unknown_ticket_is_named(tickets: Tickets, use_case: str):
    """Its number is in the message."""
    values = {"by": ANA} if use_case == "take" else {}

    with pytest.raises(NotFoundError, match="no ticket 4711"):
        getattr(tickets, use_case)(4711, **values)


async def test_two_who_take_at_the_same_moment_give_one_owner(tickets: Tickets, conversation: str, services: Services):
    """The other one is told, by name, who was first; the patient sees one person join."""
    people = [
        Actor(staff_member_id=a_staff_member(services.database, email=f"{name}@clinic.example", name=name), name=name)
        for name in ("Ana", "Ben")
    ]
    ticket = tickets.open(conversation, reason=EscalationReason.NO_ANSWER)

    results = await asyncio.gather(
        *(asyncio.to_thread(tickets.take, ticket, person) for person in people), return_exceptions=True
    )

    (won,) = [result for result in results if isinstance(result, Change)]
    (lost,) = [result for result in results if isinstance(result, ConflictError)]
    assert str(lost) == f"{won.staff_name} has taken this ticket."
    assert _handler(services, conversation) == (Handler.STAFF.value, won.staff_name)
    assert len(won.messages) == 1


async def test_a_ticket_can_be_given_to_somebody_else(tickets: Tickets, conversation: str, services: Services):
    """The patient is told who answers now."""
    ana = a_staff_member(services.database)
    ben = a_staff_member(services.database, email="ben@clinic.example", name="Ben")
    ticket = tickets.open(conversation, reason=EscalationReason.NO_ANSWER)
    tickets.take(ticket, Actor(staff_member_id=ana, name="Ana"))

    change = tickets.assign(ticket, to=ben, by=Actor(staff_member_id=ana, name="Ana"))

    assert [message.text for message in change.messages] == ["Ben from the clinic has joined this chat."]
    assert _handler(services, conversation) == (Handler.STAFF.value, "Ben")


async def test_a_ticket_can_be_handed_back(tickets: Tickets, conversation: str, services: Services):
    """Anybody may take it then; the bot answers meanwhile and says so."""
    ana = Actor(staff_member_id=a_staff_member(services.database), name="Ana")
    ticket = tickets.open(conversation, reason=EscalationReason.NO_ANSWER)
    tickets.take(ticket, ana)

    change = tickets.hand_back(ticket, ana)

    assert "Ana has left this chat" in change.messages[0].text
    assert _handler(services, conversation) == (Handler.BOT.value, None)
    assert tickets.view(ticket).status is TicketStatus.OPEN
    with pytest.raises(ConflictError, match="Nobody has this ticket"):
        tickets.hand_back(ticket, ana)


async def test_a_patient_can_take_the_wish_for_a_person_back(tickets: Tickets, conversation: str, services: Services):
    """Even while staff answer; there is then nothing left to cancel."""
    ticket = tickets.open(conversation, reason=EscalationReason.ASKED_FOR_PERSON)
    tickets.take(ticket, Actor(staff_member_id=a_staff_member(services.database), name="Ana"))

    change = tickets.cancel(conversation)

    assert change.handler is Handler.BOT
    assert tickets.view(ticket).resolution is Resolution.CANCELLED
    with pytest.raises(ConflictError, match="no open request"):
        tickets.cancel(conversation)


@pytest.mark.parametrize("urgency", [Urgency.URGENT, Urgency.EMERGENCY])
async def test_what_may_be_serious_cannot_be_cancelled(tickets: Tickets, conversation: str, urgency: Urgency):
    """Staff look at it all the same, and the patient is told so."""
    ticket = tickets.open(conversation, reason=EscalationReason.RED_FLAG, urgency=urgency)

    change = tickets.cancel(conversation)

    assert "may be serious" in change.messages[0].text
    assert tickets.view(ticket).status is TicketStatus.OPEN


async def test_a_need_soon_after_reopens_the_ticket(tickets: Tickets, conversation: str):
    """Nobody has it, it is promised anew, and it keeps its number."""
    ticket = tickets.open(conversation, reason=EscalationReason.RED_FLAG, urgency=Urgency.URGENT, signs=["infection"])
    tickets.resolve(ticket)

    assert tickets.open(conversation, reason=EscalationReason.ASKED_FOR_PERSON) == ticket

    view = tickets.view(ticket)
    assert (view.status, view.urgency, view.resolution) == (TicketStatus.OPEN, Urgency.SOON, None)
    assert view.reopened_at is not None


async def test_a_need_long_after_is_a_new_ticket(services: Services, conversation: str):
    """After the hours that clinic.yml says."""
    tickets = Tickets(services.database, a_clinic(reopen_hours=0), services.responses)
    ticket = tickets.open(conversation, reason=EscalationReason.NO_ANSWER)
    tickets.resolve(ticket)

    assert tickets.open(conversation, reason=EscalationReason.NO_ANSWER) != ticket


async def test_a_ticket_whose_patient_has_just_written_is_not_resolved(
    tickets: Tickets, conversation: str, services: Services
):
    """Whoever resolves it has not read that."""
    seen = (await services.receive.receive(conversation, "hello", None)).inbound.id
    ticket = tickets.open(conversation, reason=EscalationReason.NO_ANSWER)
    tickets.take(ticket, Actor(staff_member_id=a_staff_member(services.database), name="Ana"))
    newest = (await services.receive.receive(conversation, "one more thing", None)).inbound.id

    with pytest.raises(ConflictError, match="has written since"):
        tickets.resolve(ticket, seen=seen)
    tickets.resolve(ticket, seen=newest)

    assert tickets.view(ticket).status is TicketStatus.RESOLVED


async def test_staff_can_reopen_a_ticket(tickets: Tickets, conversation: str):
    """What was resolved by mistake; not twice, and not beside another one."""
    ticket = tickets.open(conversation, reason=EscalationReason.NO_ANSWER)
    tickets.resolve(ticket)

    tickets.reopen(ticket, FRONTDESK)

    assert tickets.view(ticket).status is TicketStatus.OPEN
    with pytest.raises(ConflictError, match="open already"):
        tickets.reopen(ticket, FRONTDESK)


async def test_a_patients_second_ticket_is_merged_into_the_first(
    tickets: Tickets, conversation: str, services: Services
):
    """What is urgent in one is urgent in both."""
    first = tickets.open(conversation, reason=EscalationReason.NO_ANSWER)
    other = await a_conversation(services)
    second = tickets.open(other, reason=EscalationReason.RED_FLAG, urgency=Urgency.URGENT, signs=["infection"])

    tickets.merge(second, into=first, by=FRONTDESK)

    assert tickets.view(second).resolution is Resolution.MERGED
    view = tickets.view(first)
    assert (view.urgency, view.signs) == (Urgency.URGENT, ("infection",))
    with pytest.raises(ConflictError, match="with itself"):
        tickets.merge(first, into=first, by=FRONTDESK)


async def test_an_urgent_ticket_that_nobody_has_cannot_be_snoozed(tickets: Tickets, conversation: str):
    """Nor any ticket into the past."""
    ticket = tickets.open(conversation, reason=EscalationReason.RED_FLAG, urgency=Urgency.URGENT)
    later = utc_now() + dt.timedelta(hours=1)

    with pytest.raises(ConflictError, match="Take it first"):
        tickets.snooze(ticket, until=later, by=FRONTDESK)
    with pytest.raises(ConflictError, match="time to come"):
        tickets.snooze(ticket, until=utc_now(), by=FRONTDESK)


async def test_what_is_done_with_a_ticket_stands_in_the_audit_log(
    tickets: Tickets, conversation: str, services: Services
):
    """Who, what, in order."""
    ana = Actor(staff_member_id=a_staff_member(services.database), name="Ana")
    ticket = tickets.open(conversation, reason=EscalationReason.NO_ANSWER)
    tickets.take(ticket, ana)
    tickets.resolve(ticket, by=ana, resolution=Resolution.BOOKED)
    tickets.open(conversation, reason=EscalationReason.NO_ANSWER)

    with services.database.read() as session:
        entries = audit_entries(session, subject="ticket", subject_id=str(ticket))
    assert [(entry.action, entry.staff_name) for entry in reversed(entries)] == [
        ("ticket.assigned", "Ana"),
        ("ticket.resolved", "Ana"),
        ("ticket.reopened", "Frontdesk"),
    ]


async def test_nobody_is_given_a_ticket_before_they_have_used_their_invitation(
    tickets: Tickets, conversation: str, services: Services
):
    """The patient would be told that they joined, and nobody would be there."""
    link = services.people.invite(email="nina@clinic.example", name="Nina", role=Role.AGENT, by=FRONTDESK)
    ticket = tickets.open(conversation, reason=EscalationReason.ASKED_FOR_PERSON)
    nina = services.people.id_of("nina@clinic.example")

    with pytest.raises(ConflictError, match="Nina has not used their invitation yet"):
        tickets.assign(ticket, to=nina, by=FRONTDESK)

    with services.database.read() as session:
        assert nina not in names(session)
    assert link
