"""A danger that is not sure is asked about beside the answer; a yes gets its card and ticket, a no is remembered."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from bot.bootstrap import Services
from bot.conversations.store import StoredMessage
from bot.escalation.models import SafetyRecord
from bot.knowledge.answering.question import person_options
from bot.reply import Option, Reply
from bot.staff.actor import Actor
from bot.vocabulary import EscalationReason, ReplyKind, SafetyAnswer, TicketStatus
from tests.factories import (
    DOUBTED,
    EMERGENCY,
    MAYBE_EMERGENCY,
    MAYBE_URGENT,
    a_conversation,
    a_staff_member,
)
from tests.fakes import FakeRasa, TriageInDoubt

if TYPE_CHECKING:
    pass

ANSWER = Reply(kind=ReplyKind.ANSWER, text="It depends on the joint.")
CRISIS = "I want to kill myself"
MAYBE_CRISIS = "I have put my papers in order, how much is PRP?"
UNRESOLVED = [TicketStatus.OPEN, TicketStatus.ASSIGNED]


@pytest.fixture
async def conversation(services: Services, rasa: FakeRasa) -> str:
    """Give a conversation that has just started, with a Rasa that has an answer."""
    rasa.answer = lambda _text: [ANSWER]
    return await a_conversation(services)


async def says(
    services: Services, conversation: str, text: str, *, button_of: StoredMessage | None = None
) -> list[StoredMessage]:
    """Write a message, or press a button; give the replies."""
    pressed = None if button_of is None else button_of.id
    received = await services.receive.receive(conversation, text, None, in_reply_to=pressed)
    return list(received.replies)


def kinds(messages: list[StoredMessage]) -> list[ReplyKind]:
    """Give what kinds of replies they are."""
    return [message.reply.kind for message in messages if message.reply is not None]


def records(services: Services) -> list[SafetyRecord]:
    """Give what is noted of dangers."""
    with services.database.read() as session:
        return list(session.scalars(select(SafetyRecord).order_by(SafetyRecord.message_id, SafetyRecord.shown)))


def take_over(services: Services, conversation: str) -> int:
    """Let Ana handle a conversation; give the ticket."""
    ticket = services.tickets.open(conversation, reason=EscalationReason.ASKED_FOR_PERSON)
    services.tickets.take(ticket, Actor(staff_member_id=a_staff_member(services.database), name="Ana"))
    return ticket


async def test_a_check_comes_after_the_answer_and_opens_no_ticket(services: Services, conversation: str):
    """The answer is the one that there would be without it; the check names the reason and has two buttons."""
    answer, check = await says(services, conversation, MAYBE_EMERGENCY)

    assert answer.reply == ANSWER
    assert check.reply is not None
    assert check.reply.kind is ReplyKind.SAFETY_CHECK
    assert check.text == "You may have written about swelling of the face, mouth or throat. Is this happening now?"
    assert [option.title for option in check.reply.options] == ["Yes, now", "No"]
    assert services.tickets.inbox(UNRESOLVED)[0] == []
    (record,) = records(services)
    assert (record.shown, record.sign, record.level) == ("check", "airway_swelling", "emergency")
    assert (record.answer, record.answered_at) == (None, None)


@pytest.mark.parametrize("text", ["Yes, now", "yes", "yep", "sí", "yes it began an hour ago", "Yes. Is it bad?"])
@pytest.mark.parametrize("kind", [ReplyKind.EMERGENCY, ReplyKind.URGENT])
async def test_a_yes_gets_the_card_and_ticket_of_the_message_asked_about(
    services: Services, conversation: str, text: str, kind: ReplyKind
):
    """Exactly as if it had been sure."""
    asked = MAYBE_EMERGENCY if kind is ReplyKind.EMERGENCY else MAYBE_URGENT
    sure = services.cards.find(DOUBTED[asked])
    assert sure is not None
    await says(services, conversation, asked)

    (card,) = await says(services, conversation, text)

    assert card.reply is not None
    assert replace(sure, reply=sure.reply.model_copy(update={"about": card.reply.about})).reply == card.reply
    (view,) = services.tickets.inbox(UNRESOLVED)[0]
    assert (view.reason, view.urgency.value) == (EscalationReason.RED_FLAG, kind.value)
    assert (view.first_line, view.signs) == (asked, sure.reply.signs)
    (record,) = records(services)
    assert record.answer == SafetyAnswer.YES.value


@pytest.mark.parametrize("text", ["No", "nope", "no thanks", "no, not now"])
async def test_a_no_is_calm_and_remembered_for_its_sign(services: Services, conversation: str, text: str):
    """The same sign is not asked about again, another one is, and what is sure gets its card."""
    await says(services, conversation, MAYBE_EMERGENCY)

    (calm,) = await says(services, conversation, text)

    assert "If this changes or gets worse" in calm.text
    assert "911" in calm.text
    assert kinds(await says(services, conversation, MAYBE_EMERGENCY)) == [ReplyKind.ANSWER]
    assert kinds(await says(services, conversation, MAYBE_URGENT)) == [ReplyKind.ANSWER, ReplyKind.SAFETY_CHECK]
    assert kinds(await says(services, conversation, EMERGENCY)) == [ReplyKind.EMERGENCY]
    other = await a_conversation(services)
    assert kinds(await says(services, other, MAYBE_EMERGENCY)) == [ReplyKind.ANSWER, ReplyKind.SAFETY_CHECK]


async def test_no_answer_is_nothing_more(services: Services, rasa: FakeRasa, conversation: str):
    """What is written next is handled as usual, and a yes after that is about something else."""
    await says(services, conversation, MAYBE_EMERGENCY)

    assert kinds(await says(services, conversation, "how long does it take?")) == [ReplyKind.ANSWER]
    assert kinds(await says(services, conversation, "yes")) == [ReplyKind.ANSWER]
    assert rasa.heard[conversation][-1] == "yes"
    assert kinds(await says(services, conversation, EMERGENCY)) == [ReplyKind.EMERGENCY]


async def test_an_agreement_is_neither_yes_nor_no(services: Services, conversation: str):
    """It is asked again, about the same message."""
    await says(services, conversation, MAYBE_EMERGENCY)

    (again,) = await says(services, conversation, "ok")

    assert kinds([again]) == [ReplyKind.SAFETY_CHECK]
    assert "yes or no" in again.text
    await says(services, conversation, "yes")
    (view,) = services.tickets.inbox(UNRESOLVED)[0]
    assert view.first_line == MAYBE_EMERGENCY


async def test_a_doubtful_thought_of_self_harm_is_asked_about_with_who_listens(
    services: Services, in_doubt: TriageInDoubt, conversation: str
):
    """Beside the answer, and each time: a no may be said to be left alone. A yes gets the card."""
    in_doubt.doubted[MAYBE_CRISIS] = CRISIS

    for _ in range(2):
        answer, check = await says(services, conversation, MAYBE_CRISIS)
        assert answer.reply == ANSWER
        assert "call or text 988" in check.text
        assert kinds([check]) == [ReplyKind.SAFETY_CHECK]
        (calm,) = await says(services, conversation, "no")
        assert "988" in calm.text
    await says(services, conversation, MAYBE_CRISIS)
    (card,) = await says(services, conversation, "yes")

    assert card.reply is not None
    assert card.reply.card is not None
    assert card.reply.card.level == "crisis"


OFFERS = {
    "a person": Reply(kind=ReplyKind.NO_ANSWER, text="A person?", options=()),
    "questions": Reply(
        kind=ReplyKind.CLARIFY,
        text="Which?",
        options=tuple(Option(title=title, topic=title, intent=f"ask_{title}") for title in ("safety", "cost")),
    ),
}


@pytest.mark.parametrize("offered", OFFERS)
async def test_yes_answers_the_check_whatever_else_is_offered(
    services: Services, rasa: FakeRasa, conversation: str, offered: str
):
    """What is offered can still be chosen by its number or title."""
    offer = OFFERS[offered]
    if offered == "a person":
        offer = offer.model_copy(update={"options": person_options(services.responses)})
    rasa.answer = lambda _text: [offer]
    await says(services, conversation, MAYBE_EMERGENCY)
    await says(services, conversation, "1")
    assert [option.title for option in rasa.chosen] == [offer.options[0].title]

    await says(services, conversation, MAYBE_EMERGENCY)

    assert kinds(await says(services, conversation, "yes")) == [ReplyKind.EMERGENCY]
    assert len(rasa.chosen) == 1


async def test_a_line_of_ours_after_the_check_does_not_take_its_yes(services: Services, conversation: str):
    """Such as that staff have joined; what staff themselves have said is answered to them."""
    await says(services, conversation, MAYBE_EMERGENCY)
    ticket = take_over(services, conversation)
    assert kinds(await says(services, conversation, "yes")) == [ReplyKind.EMERGENCY]

    assert kinds(await says(services, conversation, MAYBE_URGENT)) == [ReplyKind.SAFETY_CHECK]
    services.replies.send(ticket, text="Shall I book you in?", by=_ana(services))
    assert await says(services, conversation, "yes") == []


def _ana(services: Services) -> Actor:
    (view,) = services.tickets.inbox([TicketStatus.ASSIGNED])[0]
    return Actor(staff_member_id=view.assignee_id, name="Ana")
