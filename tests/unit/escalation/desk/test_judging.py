"""What staff say of the look for danger in a message."""

from __future__ import annotations

import pytest

from bot.bootstrap import Services
from bot.conversations import store as conversations
from bot.errors import ConflictError, NotFoundError
from bot.escalation.desk import judgements_store
from bot.privacy import person_store
from bot.staff.actor import FRONTDESK, Actor
from bot.staff.store import audit_entries
from bot.vocabulary import Author, Judgement, Urgency
from tests.factories import EMERGENCY, a_conversation, a_staff_member


@pytest.fixture
def ana(services: Services) -> Actor:
    """Give a staff member."""
    return Actor(staff_member_id=a_staff_member(services.database), name="Ana")


@pytest.fixture
async def conversation(services: Services) -> str:
    """Give a conversation in which a patient told of a danger."""
    known = await a_conversation(services)
    await services.receive.receive(known, EMERGENCY, None)
    return known


def _message(services: Services, conversation: str, author: Author) -> int:
    with services.database.read() as session:
        found = conversations.newest_first(session, conversation, authors={author}, limit=1)
    return found[0].id


def _said(services: Services, conversation: str) -> list[tuple[str, Judgement]]:
    with services.database.read() as session:
        return [(one.staff_name, one.judgement) for one in judgements_store.of(session, [conversation])]


async def test_twice_is_once_and_it_is_taken_back(services: Services, ana: Actor, conversation: str):
    """The log has what was news, and the ticket is as urgent as it was."""
    message = _message(services, conversation, Author.PATIENT)

    assert services.judging.say(message, Judgement.NO_DANGER, ana)
    assert not services.judging.say(message, Judgement.NO_DANGER, ana)
    assert _said(services, conversation) == [("Ana", Judgement.NO_DANGER)]
    assert services.judging.say(message, Judgement.MISSED, ana)
    assert _said(services, conversation) == [("Ana", Judgement.MISSED)]
    assert services.judging.say(message, None, ana)
    assert not services.judging.say(message, None, ana)

    assert _said(services, conversation) == []
    with services.database.read() as session:
        entries = [entry for entry in audit_entries(session) if entry.subject == "message"]
    assert [(entry.action, entry.details["says"]) for entry in reversed(entries)] == [
        ("danger.judged", "no_danger"),
        ("danger.judged", "missed"),
        ("danger.judgement_taken_back", "missed"),
    ]
    (ticket,) = services.tickets.inbox([])[0] or [None]
    assert ticket is None or ticket.urgency is Urgency.EMERGENCY


async def test_two_who_disagree_are_both_heard(services: Services, ana: Actor, conversation: str):
    """Neither overwrites the other, nor takes the other's word back."""
    ben = Actor(staff_member_id=a_staff_member(services.database, email="b@clinic.example", name="Ben"), name="Ben")
    message = _message(services, conversation, Author.PATIENT)
    services.judging.say(message, Judgement.NO_DANGER, ana)
    services.judging.say(message, Judgement.MISSED, ben)
    assert _said(services, conversation) == [("Ana", Judgement.NO_DANGER), ("Ben", Judgement.MISSED)]

    services.judging.say(message, None, ben)

    assert _said(services, conversation) == [("Ana", Judgement.NO_DANGER)]


async def test_only_what_a_patient_wrote_is_judged_and_only_by_staff(services: Services, ana: Actor, conversation: str):
    """The danger is in their words, or is not."""
    with pytest.raises(ConflictError, match="patient"):
        services.judging.say(_message(services, conversation, Author.BOT), Judgement.MISSED, ana)
    with pytest.raises(NotFoundError):
        services.judging.say(999, Judgement.MISSED, ana)
    with pytest.raises(ConflictError):
        services.judging.say(_message(services, conversation, Author.PATIENT), Judgement.MISSED, FRONTDESK)


async def test_a_judgement_goes_with_its_conversation(services: Services, ana: Actor, conversation: str):
    """Whoever forgets a patient forgets this too."""
    services.judging.say(_message(services, conversation, Author.PATIENT), Judgement.MISSED, ana)

    with services.database.write() as session:
        deleted = person_store.forget(session, [conversation], [])

    assert deleted["what staff say of the look for danger"] == 1
