"""Which conversations a merged ticket has, through all that may come after the merge."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.bootstrap import Services
from bot.channels import store as numbers
from bot.conversations import store as conversations
from bot.db.engine import utc_now
from bot.escalation import store
from bot.escalation.lifecycle import Tickets
from bot.escalation.merging import merged_store
from bot.escalation.models import Ticket
from bot.staff.actor import FRONTDESK, Actor
from bot.vocabulary import EscalationReason, Handler, TicketStatus, Urgency
from tests.factories import a_clinic, a_conversation, a_staff_member


@pytest.fixture
def ana(services: Services) -> Actor:
    """Give a staff member."""
    return Actor(staff_member_id=a_staff_member(services.database), name="Ana")


@pytest.fixture
async def merged(services: Services) -> tuple[int, int, str, str]:
    """Give two merged tickets, the first one's and the second one's number, and their conversations."""
    one, other = await a_conversation(services), await a_conversation(services)
    first, second = (services.tickets.open(each, reason=EscalationReason.ASKED_FOR_PERSON) for each in (one, other))
    services.tickets.merge(second, into=first, by=FRONTDESK)
    return first, second, one, other


def _places(services: Services, ticket: int) -> list[str]:
    with services.database.read() as session:
        return merged_store.conversation_ids(session, store.get_ticket(session, ticket))


def _handlers(services: Services, *places: str) -> list[Handler]:
    with services.database.read() as session:
        return [conversations.handler_of(session, each) for each in places]


async def test_a_need_in_the_second_chat_joins_the_first_ticket(services: Services, merged: tuple[int, int, str, str]):
    """No second ticket is opened beside it; what is urgent makes the first one urgent."""
    first, _second, _one, other = merged

    assert services.tickets.open(other, reason=EscalationReason.RED_FLAG, urgency=Urgency.URGENT) == first
    assert services.tickets.view(first).urgency is Urgency.URGENT


async def test_soon_after_the_end_the_first_ticket_comes_back_from_either_chat(
    services: Services, merged: tuple[int, int, str, str], ana: Actor
):
    """And whoever takes it answers in both."""
    first, _second, one, other = merged
    services.tickets.resolve(first)

    assert services.tickets.open(other, reason=EscalationReason.ASKED_FOR_PERSON) == first
    services.tickets.take(first, ana)
    assert _handlers(services, one, other) == [Handler.STAFF, Handler.STAFF]


async def test_long_after_the_end_the_second_chat_goes_its_own_way(
    services: Services, merged: tuple[int, int, str, str], ana: Actor
):
    """A new ticket has it; the first one, opened again, does not reach into it."""
    first, _second, one, other = merged
    services.tickets.resolve(first)
    later = Tickets(services.database, a_clinic(reopen_hours=0), services.responses)
    new = later.open(other, reason=EscalationReason.ASKED_FOR_PERSON)

    services.tickets.reopen(first, FRONTDESK)
    services.tickets.take(first, ana)

    assert new != first
    assert (_places(services, first), _places(services, new)) == ([one], [other])
    assert _handlers(services, one, other) == [Handler.STAFF, Handler.BOT]


async def test_what_was_merged_into_the_second_comes_along(services: Services, merged: tuple[int, int, str, str]):
    """Three chats of one patient are one ticket."""
    first, _second, one, other = merged
    third = await a_conversation(services)
    kept = services.tickets.open(third, reason=EscalationReason.NO_ANSWER)

    services.tickets.merge(first, into=kept, by=FRONTDESK)

    assert _places(services, kept) == [third, one, other]
    with services.database.read() as session:
        for each in (one, other):
            found = store.find_unresolved(session, each)
            assert found is not None
            assert found.id == kept


async def test_a_sleeping_first_ticket_is_woken_by_what_is_merged_into_it(services: Services, ana: Actor):
    """What presses in the second must not sleep with the first."""
    one, other = await a_conversation(services), await a_conversation(services)
    first, second = (services.tickets.open(each, reason=EscalationReason.NO_ANSWER) for each in (one, other))
    services.tickets.snooze(first, until=utc_now() + dt.timedelta(days=1), by=ana)

    services.tickets.merge(second, into=first, by=ana)

    assert services.tickets.view(first).status is TicketStatus.OPEN


async def test_a_reply_passes_over_the_chat_that_wants_no_messages(
    services: Services, merged: tuple[int, int, str, str], ana: Actor
):
    """The patient wrote STOP there last; in the other chat they can still be reached."""
    first, _second, one, other = merged
    await services.receive.receive(one, "hello", None)
    await services.receive.receive(other, "stop texting me", None)
    with services.database.write() as session:
        number = numbers.lock_number(session, "+13125550142")
        numbers.add_conversation(session, conversation_id=other, number_id=number.id)
        numbers.opt_out(session, number.id, utc_now())

    assert services.replies.send(first, text="Here I am.", by=ana).message.conversation_id == one


async def test_a_patient_says_in_either_chat_whether_staff_helped(
    services: Services, merged: tuple[int, int, str, str]
):
    """The question was put where they wrote last."""
    first, _second, _one, other = merged
    await services.receive.receive(other, "thank you", None)
    change = services.tickets.resolve(first, ask_if_helped=True)

    assert change.messages[0].conversation_id == other
    services.tickets.rate(other, first, helped=True)
    with services.database.read() as session:
        assert session.get_one(Ticket, first).helped is True
