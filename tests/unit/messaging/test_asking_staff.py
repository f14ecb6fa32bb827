"""The button that puts a question to staff: it is the wish for a person, and staff read the question with it."""

from __future__ import annotations

import pytest

from bot.bootstrap import Services
from bot.conversations.subject import telling_message_id
from bot.knowledge.answering.question import Question, asking_staff, staff_option
from bot.reply import Option, Reply
from bot.vocabulary import Intents, ReplyKind
from tests.factories import a_conversation
from tests.fakes import FakeRasa

QUESTION = Question(topic="cost", words="how much is one shot")


def answers_with(services: Services, rasa: FakeRasa, kind: ReplyKind) -> Option:
    """Have Rasa answer with the button; give it."""
    options = asking_staff(QUESTION, services.responses)
    if kind is ReplyKind.ANSWER:
        options = staff_option(QUESTION, services.responses)
    rasa.answer = lambda _text: [Reply(kind=kind, text="Ask us.", topic="cost", options=options)]
    return options[0]


@pytest.mark.parametrize("kind", [ReplyKind.ANSWER, ReplyKind.NO_ANSWER])
async def test_pressing_it_is_the_wish_for_a_person(services: Services, rasa: FakeRasa, kind: ReplyKind):
    """Rasa is given the choice, not the words; and the message is what tells staff what it is about."""
    conversation = await a_conversation(services)
    button = answers_with(services, rasa, kind)
    await services.receive.receive(conversation, "and how much is one shot then?", None)

    pressed = await services.receive.receive(conversation, button.title, None)

    assert [option.intent for option in rasa.chosen] == [Intents.ASK_PERSON]
    with services.database.read() as session:
        assert telling_message_id(session, conversation, pressed.inbound.id) == pressed.inbound.id
    assert "how much is one shot" in pressed.inbound.text


@pytest.mark.parametrize(("kind", "is_taken"), [(ReplyKind.ANSWER, False), (ReplyKind.NO_ANSWER, True)])
async def test_a_yes_takes_it_only_where_it_was_asked(
    services: Services, rasa: FakeRasa, kind: ReplyKind, is_taken: bool
):
    """The word "ok" after an answer wants nobody."""
    conversation = await a_conversation(services)
    answers_with(services, rasa, kind)
    await services.receive.receive(conversation, "how much is it?", None)

    await services.receive.receive(conversation, "ok", None)

    assert bool(rasa.chosen) is is_taken


def test_beside_a_person_who_was_asked_for_it_is_left_out(services: Services):
    """They read the question anyway."""
    option = staff_option(QUESTION, services.responses)
    reply = Reply(kind=ReplyKind.ANSWER, text="Ask us.", options=option)

    assert services.offers.said_beside_a_person([reply])[0].options == ()
