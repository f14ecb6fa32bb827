"""Whoever asks on after a card is told once more, before the answer, whom to call."""

from __future__ import annotations

import pytest

from bot.bootstrap import Services
from bot.reply import Reply
from bot.vocabulary import ReplyKind
from tests.factories import EMERGENCY, URGENT, a_conversation
from tests.fakes import FakeRasa

ANSWER = Reply(kind=ReplyKind.ANSWER, text="It depends on the joint.")
THANKS = Reply(kind=ReplyKind.SMALLTALK, text="You are welcome.")
FIRST = "What you told us before comes first."


@pytest.fixture
async def conversation(services: Services, rasa: FakeRasa) -> str:
    """Give a conversation that has just started, with a Rasa that has an answer, and small talk for thanks."""
    rasa.answer = lambda text: [THANKS if "how kind" in text else ANSWER]
    return await a_conversation(services)


async def _says(services: Services, conversation: str, text: str, in_reply_to: int | None = None) -> list[str]:
    received = await services.receive.receive(conversation, text, None, in_reply_to=in_reply_to)
    return [message.text for message in received.replies]


@pytest.mark.parametrize(("danger", "call"), [(EMERGENCY, "Call 911 now"), (URGENT, "Call us today at")])
async def test_first_answer_after_a_card_begins_with_whom_to_call(
    danger: str, call: str, services: Services, conversation: str
):
    """Once: on the screen the bar with the number stays."""
    await _says(services, conversation, danger)

    reminder, answer = await _says(services, conversation, "How much is PRP?")

    assert reminder.startswith(f"{FIRST} {call}")
    assert answer == ANSWER.text
    assert await _says(services, conversation, "How long does PRP take?") == [ANSWER.text]


async def test_small_talk_between_does_not_use_the_reminder_up(services: Services, conversation: str):
    """Thanks are no question, and need no number before them."""
    await _says(services, conversation, EMERGENCY)
    assert await _says(services, conversation, "how kind of all of you at the desk") == [THANKS.text]

    reminder, _answer = await _says(services, conversation, "How much is PRP?")

    assert reminder.startswith(FIRST)


async def test_each_card_is_followed_by_one(services: Services, conversation: str):
    """A second danger comes first again."""
    for danger in (URGENT, EMERGENCY):
        await _says(services, conversation, danger)
        reminder, _answer = await _says(services, conversation, "How much is PRP?")
        assert reminder.startswith(FIRST)


async def test_card_that_is_not_about_the_patient_is_not_spoken_of_again(services: Services, conversation: str):
    """They said so: their question is answered, and the next one too."""
    received = await services.receive.receive(conversation, EMERGENCY, None)
    card = received.replies[-1]
    await _says(services, conversation, "This is not about me now", in_reply_to=card.id)

    assert await _says(services, conversation, "How much is PRP?") == [ANSWER.text]


async def test_without_a_card_nothing_is_put_before_an_answer(services: Services, conversation: str):
    """Most conversations have none."""
    assert await _says(services, conversation, "How much is PRP?") == [ANSWER.text]
