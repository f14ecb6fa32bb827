"""Looking through all conversations, whether staff have a ticket of them or not."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.bootstrap import Services
from bot.conversations import identity_store
from bot.conversations.identity_store import Person
from bot.db.engine import utc_now
from bot.escalation.desk import conversations_store, looking
from bot.escalation.desk.conversations_store import ConversationFilter
from bot.reply import Option, Reply
from bot.staff.actor import Actor
from bot.staff.store import audit_entries
from bot.vocabulary import Counted, EscalationReason, ReplyKind
from tests.factories import EMERGENCY, a_conversation, a_staff_member
from tests.fakes import FakeRasa

UNCLEAR = Reply(
    kind=ReplyKind.CLARIFY, text="I did not get that.", options=(Option(title="A person", intent="ask_person"),)
)
MISSING = Reply(kind=ReplyKind.NO_ANSWER, text="I have no answer.", topic="cost", treatments=("prp",))


async def _asks(services: Services, rasa: FakeRasa, text: str, reply: Reply) -> str:
    rasa.answer = lambda _text: [reply]
    conversation = await a_conversation(services)
    await services.receive.receive(conversation, text, None)
    return conversation


def _found(services: Services, **wanted) -> list[str]:
    with services.database.read() as session:
        page = conversations_store.page(session, ConversationFilter(**wanted))
    assert page.total == len(page.rows)
    return [row.conversation_id for row in page.rows]


async def test_by_what_became_of_it_by_topic_and_by_ticket(services: Services, rasa: FakeRasa):
    """Each narrows the others; the row shows the message that is meant, not the newest."""
    unclear = await _asks(services, rasa, "flurb the crank", UNCLEAR)
    missing = await _asks(services, rasa, "how much is it", MISSING)
    danger = await a_conversation(services)
    await services.receive.receive(danger, EMERGENCY, None)
    rasa.answer = lambda _text: [Reply(kind=ReplyKind.SMALLTALK, text="Hello.")]
    await services.receive.receive(unclear, "thanks all the same", None)
    services.tickets.open(missing, reason=EscalationReason.NO_ANSWER)

    assert _found(services) == [unclear, danger, missing]
    assert _found(services, kinds=(Counted.NOT_UNDERSTOOD,)) == [unclear]
    assert _found(services, kinds=(Counted.NO_ANSWER,), topic="cost") == [missing]
    assert _found(services, kinds=(Counted.NO_ANSWER,), topic="safety") == []
    assert _found(services, kinds=(Counted.CARD,)) == [danger]
    assert _found(services, without_ticket=True, kinds=(Counted.NO_ANSWER,)) == []
    assert unclear in _found(services, without_ticket=True)
    with services.database.read() as session:
        (row,) = conversations_store.page(session, ConversationFilter(kinds=(Counted.NOT_UNDERSTOOD,))).rows
    assert row.asked == "flurb the crank"


async def test_by_day(services: Services, rasa: FakeRasa):
    """The end is not part of it."""
    conversation = await _asks(services, rasa, "flurb", UNCLEAR)
    now, hour = utc_now(), dt.timedelta(hours=1)

    assert _found(services, since=now - hour, until=now + hour, kinds=(Counted.NOT_UNDERSTOOD,)) == [conversation]
    assert _found(services, since=now + hour) == []
    assert _found(services, until=now - hour) == []


@pytest.mark.parametrize(
    ("words", "is_found"),
    [
        ("JOSE", True),
        ("josé perez", True),
        ("(312) 555-0142", True),
        ("5550142", True),
        ("maria@home.example", True),
        ("crank of", True),
        ("nothing of it", False),
        ("312 555 9999", False),
        ("100%", False),
    ],
)
async def test_by_words_names_and_contacts(services: Services, rasa: FakeRasa, words: str, is_found: bool):
    """What was said, what was left, and what the website has signed; accents and the form of a number do not matter."""
    conversation = await _asks(services, rasa, "Flurb the crank of yonder", UNCLEAR)
    await services.contacts.take(conversation, name="José Pérez", phone="312-555-0142", email=None)
    with services.database.write() as session:
        identity_store.keep(session, conversation, Person(id="4711", email="maria@home.example"))

    assert _found(services, words=words) == ([conversation] if is_found else [])


async def test_pages(services: Services, rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch):
    """Each conversation is on one of them; a page after the last is the last."""
    monkeypatch.setattr(conversations_store, "PAGE_SIZE", 2)
    asked = [await _asks(services, rasa, f"flurb {number}", UNCLEAR) for number in range(5)]

    with services.database.read() as session:
        pages = [conversations_store.page(session, ConversationFilter(page=number)) for number in (1, 2, 3, 9)]

    assert [row.conversation_id for page in pages[:3] for row in page.rows] == asked[::-1]
    assert pages[3].rows == pages[2].rows
    assert {page.total for page in pages} == {5}


async def test_who_looked_stands_in_the_log_without_words(services: Services, rasa: FakeRasa):
    """And a ticket that was made of a conversation says by whom."""
    ana = Actor(staff_member_id=a_staff_member(services.database), name="Ana")
    conversation = await _asks(services, rasa, "flurb the crank", UNCLEAR)

    looking.opened(services.database, conversation, ana)
    looking.searched(services.database, ana, ConversationFilter(words="crank"), 1)
    ticket = looking.make_ticket(services.tickets, services.database, conversation, ana)

    with services.database.read() as session:
        entries = audit_entries(session)
    known = {(entry.action, entry.subject_id, entry.staff_name) for entry in entries}
    assert ("conversation.opened", conversation, "Ana") in known
    assert ("conversation.searched", "all", "Ana") in known
    assert ("ticket.made_of_conversation", str(ticket), "Ana") in known
    assert not [entry for entry in entries if "crank" in str(entry.details)]
    assert services.tickets.view(ticket).first_line == "flurb the crank"
