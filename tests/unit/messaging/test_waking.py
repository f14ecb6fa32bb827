"""In the first seconds after a start patients are served without the assistant, and no ticket is opened in haste."""

from __future__ import annotations

import asyncio

import pytest

from bot.bootstrap import Services
from bot.conversations import store
from bot.messaging import turn, waking
from bot.vocabulary import EscalationReason, ReplyKind, TicketStatus
from tests.factories import EMERGENCY, a_conversation
from tests.fakes import FakeRasa


@pytest.fixture
async def conversation(services: Services, rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch) -> str:
    """Give a conversation right after the start, with a patience that suits a test."""
    monkeypatch.setattr(turn, "WAKING_PATIENCE", 0.02)
    monkeypatch.setattr(turn, "LONGEST_PATIENCE", 0.05)
    monkeypatch.setattr(waking, "LOOK_EVERY", 0.01)
    rasa.down = True
    services.waking.begin()
    return await a_conversation(services)


def _tickets(services: Services) -> list[EscalationReason]:
    views, _ = services.tickets.inbox(list(TicketStatus))
    return [view.reason for view in views]


async def test_a_question_gets_answers_to_choose_from_and_no_ticket(services: Services, conversation: str):
    """Found by its words; a person is offered, and why is said."""
    received = await services.receive.receive(conversation, "so does PRP hurt a lot?", None)

    (offer,) = received.replies
    assert offer.reply is not None
    assert offer.reply.kind is ReplyKind.CLARIFY
    assert offer.text.startswith(services.responses.text("utter_waking"))
    assert [option.intent for option in offer.reply.options] == ["ask_pain_during", "ask_person"]
    assert _tickets(services) == []


async def test_choosing_one_gives_the_approved_answer_without_rasa(
    services: Services, rasa: FakeRasa, conversation: str
):
    """With its id and version, as ever."""
    offered = await services.receive.receive(conversation, "so does PRP hurt a lot?", None)
    assert offered.replies[0].reply is not None
    title = offered.replies[0].reply.options[0].title

    received = await services.receive.receive(conversation, title, None)

    (answer,) = received.replies
    assert answer.reply is not None
    assert (answer.reply.kind, answer.reply.topic) == (ReplyKind.ANSWER, "pain_during")
    assert answer.reply.answer_version
    assert rasa.heard[conversation] == []
    assert _tickets(services) == []


async def test_choosing_a_person_asks_for_one(services: Services, conversation: str):
    """That is what the ticket says, not that the assistant was down."""
    await services.receive.receive(conversation, "so does PRP hurt a lot?", None)

    received = await services.receive.receive(conversation, services.responses.text("utter_option_person"), None)

    assert received.replies[0].reply is not None
    assert received.replies[0].reply.kind is ReplyKind.ESCALATED
    assert _tickets(services) == [EscalationReason.ASKED_FOR_PERSON]


async def test_a_message_that_words_do_not_explain_waits_for_the_assistant(
    services: Services, rasa: FakeRasa, conversation: str, monkeypatch: pytest.MonkeyPatch
):
    """It is answered as any other as soon as the assistant is there."""
    monkeypatch.setattr(turn, "LONGEST_PATIENCE", 10.0)

    asked = asyncio.create_task(services.receive.receive(conversation, "hello there", None))
    await asyncio.sleep(0.1)
    assert not asked.done()
    rasa.down = False
    received = await asked

    assert [message.text for message in received.replies] == ["You said: hello there"]
    assert _tickets(services) == []


async def test_an_assistant_that_does_not_come_is_down(services: Services, conversation: str):
    """The patience has an end, and then nothing is lost."""
    received = await services.receive.receive(conversation, "hello there", None)

    assert received.replies[0].text == services.responses.text("utter_unavailable")
    assert _tickets(services) == [EscalationReason.ASSISTANT_DOWN]


async def test_danger_gets_its_card_at_once(services: Services, conversation: str):
    """It needs nobody."""
    received = await services.receive.receive(conversation, EMERGENCY, None)

    assert received.replies[0].reply is not None
    assert received.replies[0].reply.kind is ReplyKind.EMERGENCY


async def test_a_message_left_by_a_crash_waits_for_the_assistant(services: Services, rasa: FakeRasa, conversation: str):
    """Nobody sits before it who could choose from an offer."""
    with services.database.write() as session:
        store.add_inbound(session, conversation_id=conversation, text="so does PRP hurt a lot?", client_message_id=None)

    recovering = asyncio.create_task(services.receive.recover())
    await asyncio.sleep(0.2)
    assert not recovering.done()
    rasa.down = False

    assert await recovering == 1
    assert rasa.heard[conversation] == ["so does PRP hurt a lot?"]


async def test_once_awake_a_rasa_that_stops_is_down_at_once(services: Services, rasa: FakeRasa, conversation: str):
    """Waking is for the start alone."""
    rasa.down = False
    await services.receive.receive(conversation, "hello there", None)
    rasa.down = True

    received = await services.receive.receive(conversation, "so does PRP hurt a lot?", None)

    kinds = [message.reply.kind for message in received.replies if message.reply is not None]
    assert kinds == [ReplyKind.ESCALATED, ReplyKind.ESCALATED, ReplyKind.CLARIFY]
    assert _tickets(services) == [EscalationReason.ASSISTANT_DOWN]


@pytest.mark.parametrize(
    ("text", "kind", "wording"),
    [
        ("yes", ReplyKind.CLARIFY, "utter_pick_one"),
        ("no", ReplyKind.SMALLTALK, "utter_declined"),
        ("never mind", ReplyKind.SMALLTALK, "utter_declined"),
        ("1", ReplyKind.ANSWER, None),
        ("dose prp hurt", ReplyKind.ANSWER, None),
        ("talk to a persn", ReplyKind.ESCALATED, None),
        ("2", ReplyKind.ESCALATED, None),
    ],
)
async def test_a_short_reply_to_what_was_found_needs_no_rasa(
    services: Services, rasa: FakeRasa, conversation: str, text: str, kind: ReplyKind, wording: str | None
):
    """Nobody waits for the assistant to say no."""
    await services.receive.receive(conversation, "so does PRP hurt a lot?", None)

    received = await services.receive.receive(conversation, text, None)

    first = received.replies[0]
    assert first.reply is not None
    assert first.reply.kind is kind
    assert wording is None or first.text == services.responses.text(wording)
    assert rasa.heard[conversation] == []
