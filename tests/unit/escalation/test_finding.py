"""Looking for a ticket by what one remembers of it: a name without its accent, a number in any form."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import update

from bot.bootstrap import Services
from bot.channels.models import SmsConversation, SmsNumber
from bot.conversations import store
from bot.conversations.models import Message
from bot.db.engine import utc_now
from bot.escalation import inbox_store
from bot.escalation.inbox_store import InboxFilter
from bot.settings import Settings
from bot.staff.actor import Actor
from bot.vocabulary import EscalationReason, InboxView
from tests.factories import a_conversation, a_staff_member, encrypted


@pytest.fixture(params=["plain", "encrypted"])
def settings(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    """Give the settings of a store without a key, and of one with: whoever looks sees no difference."""
    return encrypted(settings) if request.param == "encrypted" else settings


@pytest.fixture
async def tickets(services: Services) -> dict[str, int]:
    """Give the tickets of four patients by name, and as noise one of nobody known."""
    patients = {
        "José Núñez": "(555) 010-0142",
        "Łukasz Øre": "+49 170 1234567",
        "STRAßER": "0170 7654321",
        "Anna 100%": "555.019.8765 ext",
    }
    made = {}
    for name, phone in patients.items():
        conversation = await a_conversation(services)
        await services.receive.receive(conversation, f"Ask for {name.split()[0]} please", None)
        # As numbers were stored when any form of them was taken.
        with services.database.write() as session:
            store.set_contact(session, conversation, name=name, phone=phone, email=None)
        made[name] = services.tickets.open(conversation, reason=EscalationReason.NO_ANSWER)
    noise = await a_conversation(services)
    await services.receive.receive(noise, "Call me at 555 777 1234, before 14:00", None)
    made["noise"] = services.tickets.open(noise, reason=EscalationReason.NO_ANSWER)
    return made


def _found(services: Services, words: str) -> list[int]:
    with services.database.read() as session:
        wanted = InboxFilter(staff_member_id=1, view=InboxView.ALL, words=words)
        return sorted(row.ticket.id for row in inbox_store.page(session, wanted).rows)


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Jose", "José Núñez"),
        ("josé", "José Núñez"),
        ("JOSÉ NÚÑEZ", "José Núñez"),
        ("jose\u0301", "José Núñez"),
        ("nunez", "José Núñez"),
        ("Lukasz", "Łukasz Øre"),
        ("łukasz ore", "Łukasz Øre"),
        ("straßer", "STRAßER"),
        ("100%", "Anna 100%"),
        ("%", "Anna 100%"),
        ("for jose please", "José Núñez"),
    ],
)
async def test_accents_and_capitals_do_not_matter(services: Services, tickets: dict[str, int], words: str, name: str):
    """Not in what was stored, nor in what is typed."""
    assert _found(services, words) == [tickets[name]]


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("5550100142", "José Núñez"),
        ("555-010-0142", "José Núñez"),
        ("+1 (555) 010 0142", "José Núñez"),
        ("0015550100142", "José Núñez"),
        ("010 0142", "José Núñez"),
        ("0170 1234567", "Łukasz Øre"),
        ("00491701234567", "Łukasz Øre"),
        ("+49 170/765-4321", "STRAßER"),
        ("555 019 8765", "Anna 100%"),
        ("(555) 777-1234", "noise"),
    ],
)
async def test_a_number_is_found_in_any_form(services: Services, tickets: dict[str, int], words: str, name: str):
    """With or without the country, and where the patient wrote it in a message."""
    assert _found(services, words) == [tickets[name]]


@pytest.mark.parametrize("words", ["_", "nobody", "555 999 0000", "--", "9" * 200, "josé x", "\\", "🙂"])
async def test_what_is_nowhere_is_not_found(services: Services, tickets: dict[str, int], words: str):
    """A sign of the database's own is a sign like others."""
    assert _found(services, words) == []


async def test_the_number_of_a_patient_who_texts_is_found(services: Services, tickets: dict[str, int]):
    """It stands in no contact form."""
    conversation = await a_conversation(services)
    ticket = services.tickets.open(conversation, reason=EscalationReason.NO_ANSWER)
    with services.database.write() as session:
        number = SmsNumber(phone="+15553334444")
        session.add(number)
        session.flush()
        session.add(SmsConversation(conversation_id=conversation, number_id=number.id))

    assert _found(services, "(555) 333-4444") == [ticket]


async def test_a_tickets_own_number_is_found(services: Services, tickets: dict[str, int]):
    """With its sign or without."""
    for words in (f"#{tickets['noise']}", str(tickets["noise"])):
        assert tickets["noise"] in _found(services, words)


@pytest.mark.parametrize("view", list(InboxView))
async def test_each_view_finds_what_was_said_in_its_own_tickets(services: Services, view: InboxView):
    """In the chats that were merged into them too, and in those of no other view."""
    ana = Actor(staff_member_id=a_staff_member(services.database), name="Ana")
    words = "Do you sell quillwort?"
    said = [await a_conversation(services) for _ in range(6)]
    for conversation in said:
        await services.receive.receive(conversation, words, None)
    free, mine, snoozed, resolved, merged, first = [
        services.tickets.open(conversation, reason=EscalationReason.NO_ANSWER) for conversation in said
    ]
    services.tickets.take(mine, ana)
    services.tickets.snooze(snoozed, until=utc_now() + dt.timedelta(hours=1), by=ana)
    services.tickets.resolve(resolved, by=ana)
    services.tickets.take(first, ana)
    services.tickets.merge(merged, into=first, by=ana)
    with services.database.write() as session:
        # Nothing of its own fits any more: what fits was said in the chat that was merged into it.
        session.execute(update(Message).where(Message.conversation_id == said[5]).values(text="Hello"))

    with services.database.read() as session:
        wanted = InboxFilter(staff_member_id=ana.staff_member_id or 0, view=view, words="QUILLWORT")
        found = sorted(row.ticket.id for row in inbox_store.page(session, wanted).rows)

    held = {
        InboxView.OPEN: [free],
        InboxView.MINE: [mine, first],
        InboxView.ASSIGNED: [mine, first],
        InboxView.SNOOZED: [snoozed],
        InboxView.RESOLVED: [resolved],
        InboxView.ALL: [free, mine, snoozed, resolved, first],
    }
    assert found == held[view]
