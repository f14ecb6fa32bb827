"""What comes back to a check-in: danger is read first, worry becomes a ticket, a question is answered."""

from __future__ import annotations

import pytest

from bot.bootstrap import Services
from bot.channels import outbound
from bot.conversations.handover import hand_over
from bot.escalation import store as tickets
from bot.escalation.models import Ticket
from bot.reply import Option, Reply
from bot.settings import load_settings
from bot.short_replies.check_ins import CheckedIn, CheckInWords
from bot.vocabulary import EscalationReason, ReplyKind, Urgency
from tests.factories import URGENT, a_conversation, a_staff_member
from tests.fakes import FakeRasa

CHOICES = ("Better", "About the same", "Worse")
CHECK_IN = Reply(
    kind=ReplyKind.ANSWER,
    text="How is your knee today?",
    check_in=True,
    planned=1,
    options=tuple(Option(title=title) for title in CHOICES),
)
READ = [
    ("1", CheckedIn.WELL),
    ("Better, thank you!", CheckedIn.WELL),
    ("Feeling great", CheckedIn.WELL),
    ("not worse", CheckedIn.WELL),
    ("No pain", CheckedIn.WELL),
    ("2", CheckedIn.SAME),
    ("about the same", CheckedIn.SAME),
    ("not better", CheckedIn.SAME),
    ("3", CheckedIn.WORSE),
    ("not good", CheckedIn.WORSE),
    ("better but it is swollen", CheckedIn.WORRYING),
    ("It hurts more than yesterday", CheckedIn.WORRYING),
    ("I can't sleep", CheckedIn.WORRYING),
    ("no fever and no redness", None),
    ("can I shower?", None),
    ("still sore on the stairs", None),
]


@pytest.mark.parametrize(("text", "said"), READ)
def test_replies_are_read(text: str, said: CheckedIn | None):
    """What nobody foresaw is not guessed at."""
    assert CheckInWords.from_folder(load_settings({}).knowledge_path).read(text) is said


@pytest.fixture
async def conversation(services: Services) -> str:
    """Give a conversation in which a check-in came last."""
    conversation_id = await a_conversation(services)
    with services.database.write() as session:
        outbound.bot_says(session, conversation_id=conversation_id, reply=CHECK_IN, in_reply_to=None)
    return conversation_id


async def _says(services: Services, conversation: str, text: str) -> list[Reply]:
    received = await services.receive.receive(conversation, text, None)
    return [message.reply for message in received.replies if message.reply is not None]


def _ticket(services: Services, conversation: str) -> Ticket | None:
    with services.database.read() as session:
        return tickets.find_unresolved(session, conversation)


@pytest.mark.parametrize("text", ["1", "Better", "all good, thanks"])
async def test_what_is_well_is_thanked_for(services: Services, rasa: FakeRasa, conversation: str, text: str):
    """Nobody is woken for it, and Rasa is not asked."""
    (reply,) = await _says(services, conversation, text)

    assert reply.text.startswith("Good to hear")
    assert _ticket(services, conversation) is None
    assert rasa.heard == {}


@pytest.mark.parametrize("text", ["3", "it got worse overnight", "my knee is so stiff, I am worried"])
async def test_what_worries_becomes_a_ticket(services: Services, conversation: str, text: str):
    """The patient is told by when somebody replies."""
    replies = await _says(services, conversation, text)

    ticket = _ticket(services, conversation)
    assert ticket is not None
    assert (ticket.reason, ticket.urgency) == (EscalationReason.CHECK_IN.value, Urgency.SOON.value)
    assert replies[0].kind is ReplyKind.ESCALATED
    assert replies[0].ticket == ticket.id


async def test_danger_is_read_first(services: Services, conversation: str):
    """The card, and the urgent ticket of the red flag."""
    replies = await _says(services, conversation, URGENT)

    ticket = _ticket(services, conversation)
    assert replies[0].kind is ReplyKind.URGENT
    assert ticket is not None
    assert (ticket.reason, ticket.urgency) == (EscalationReason.RED_FLAG.value, Urgency.URGENT.value)


async def test_a_question_is_answered_and_what_has_no_answer_is_read_by_staff(
    services: Services, rasa: FakeRasa, conversation: str
):
    """A patient who was asked how it goes is not told that they were not understood."""
    rasa.answer = lambda _text: [Reply(kind=ReplyKind.ANSWER, text="One clinic says after a day.")]
    (answered,) = await _says(services, conversation, "when can I shower?")
    assert answered.kind is ReplyKind.ANSWER
    assert _ticket(services, conversation) is None

    with services.database.write() as session:
        outbound.bot_says(session, conversation_id=conversation, reply=CHECK_IN, in_reply_to=None)
    rasa.answer = lambda _text: [Reply(kind=ReplyKind.CLARIFY, text="Did you mean this?")]
    replies = await _says(services, conversation, "mostly on the stairs")

    ticket = _ticket(services, conversation)
    assert ticket is not None
    assert ticket.reason == EscalationReason.CHECK_IN.value
    assert replies[0].kind is ReplyKind.ESCALATED


async def test_one_reply_is_to_the_check_in_and_the_next_is_not(services: Services, rasa: FakeRasa, conversation: str):
    """It is no longer what stands before the patient."""
    await _says(services, conversation, "better")

    await _says(services, conversation, "worse")

    assert rasa.heard[conversation] == ["worse"]
    assert _ticket(services, conversation) is None


async def test_under_staff_it_is_theirs(services: Services, conversation: str):
    """The bot does not talk between."""
    member = a_staff_member(services.database)
    with services.database.write() as session:
        hand_over(session, conversation, staff_member_id=member, staff_name="Ana")

    assert await _says(services, conversation, "better") == []
