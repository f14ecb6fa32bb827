"""A card that is not about the patient now: their question is answered after all, and nothing else changes."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.bootstrap import Services
from bot.conversations import store
from bot.conversations.store import StoredMessage
from bot.escalation import safety_store
from bot.escalation.models import SafetyRecord
from bot.reply import Reply
from bot.staff.actor import Actor
from bot.vocabulary import EscalationReason, ReplyKind, Shown, TicketStatus, Urgency
from tests.factories import EMERGENCY, URGENT, a_conversation, a_staff_member
from tests.fakes import FakeRasa

ANSWER = Reply(kind=ReplyKind.ANSWER, text="It depends on the joint.")
NOT_NOW = "This is not about me now"
ASKED = f"How much is PRP? My brother says {EMERGENCY}"


@pytest.fixture
async def conversation(services: Services, rasa: FakeRasa) -> str:
    """Give a conversation that has just started, with a Rasa that has an answer."""
    rasa.answer = lambda _text: [ANSWER]
    return await a_conversation(services)


async def _says(services: Services, conversation: str, text: str) -> StoredMessage:
    received = await services.receive.receive(conversation, text, None)
    return received.replies[-1]


async def _presses(services: Services, conversation: str, card: StoredMessage) -> list[StoredMessage]:
    received = await services.receive.receive(conversation, NOT_NOW, None, in_reply_to=card.id)
    return list(received.replies)


def _records(services: Services) -> list[SafetyRecord]:
    with services.database.read() as session:
        return list(session.scalars(select(SafetyRecord)))


async def test_the_question_is_answered_as_if_there_had_been_no_card(
    services: Services, rasa: FakeRasa, conversation: str
):
    """The ticket keeps its urgency, the card stands in the transcript, and staff can read that the patient said so."""
    card = await _says(services, conversation, ASKED)

    calm, answer = await _presses(services, conversation, card)

    assert "Our staff still have your message" in calm.text
    assert answer.reply == ANSWER
    assert rasa.heard[conversation] == [ASKED]
    (view,) = services.tickets.inbox([TicketStatus.OPEN])[0]
    assert (view.reason, view.urgency) == (EscalationReason.RED_FLAG, Urgency.EMERGENCY)
    (record,) = _records(services)
    assert (record.shown, record.answer, record.level) == ("card", "not_now", "emergency")
    with services.database.read() as session:
        assert card.text in [message.text for message in store.transcript(session, conversation)]
        assert len(safety_store.not_now(session, [conversation])) == 1


async def test_pressed_twice_the_question_is_answered_once(services: Services, rasa: FakeRasa, conversation: str):
    """The second gets its calm line and changes nothing."""
    card = await _says(services, conversation, ASKED)
    await _presses(services, conversation, card)

    (calm,) = await _presses(services, conversation, card)

    assert "Our staff still have your message" in calm.text
    assert rasa.heard[conversation] == [ASKED]
    assert len(_records(services)) == 1


async def test_an_old_cards_button_is_about_that_card(services: Services, rasa: FakeRasa, conversation: str):
    """Also below other messages and another card."""
    first = await _says(services, conversation, ASKED)
    second = await _says(services, conversation, URGENT)
    await _says(services, conversation, "how long does it take?")

    await _presses(services, conversation, first)
    await _presses(services, conversation, second)

    assert rasa.heard[conversation] == ["how long does it take?", ASKED, URGENT]
    assert len(_records(services)) == 2


async def test_under_staff_it_is_left_to_them(services: Services, rasa: FakeRasa, conversation: str):
    """They took over meanwhile: they read it, and the bot says nothing."""
    card = await _says(services, conversation, ASKED)
    (view,) = services.tickets.inbox([TicketStatus.OPEN])[0]
    services.tickets.take(view.id, Actor(staff_member_id=a_staff_member(services.database), name="Ana"))

    assert await _presses(services, conversation, card) == []

    assert rasa.heard[conversation] == []
    assert len(_records(services)) == 1
    assert services.tickets.view(view.id).urgency is Urgency.EMERGENCY


async def test_a_crash_before_the_answer_lets_the_next_start_give_it(
    services: Services, rasa: FakeRasa, conversation: str
):
    """That it was said is kept with the message that says so."""
    card = await _says(services, conversation, ASKED)

    def die() -> None:
        raise KeyboardInterrupt

    rasa.before_answering = die
    with pytest.raises(KeyboardInterrupt):
        await _presses(services, conversation, card)
    rasa.before_answering = None

    assert await services.receive.recover() == 1

    with services.database.read() as session:
        assert store.transcript(session, conversation)[-1].reply == ANSWER


async def test_a_card_after_a_yes_is_taken_back_without_a_second_answer(
    services: Services, rasa: FakeRasa, conversation: str
):
    """The question was answered beside the check."""
    with services.database.write() as session:
        asked = store.add_inbound(session, conversation_id=conversation, text=ASKED, client_message_id=None)
        safety_store.add(
            session,
            message_id=asked.id,
            conversation_id=conversation,
            shown=Shown.CHECK,
            sign="airway_swelling",
            level="emergency",
        )
    await services.receive.recover()
    with services.database.read() as session:
        card = store.transcript(session, conversation)[-1]

    (calm,) = await _presses(services, conversation, card)

    assert "Our staff still have your message" in calm.text
    assert rasa.heard[conversation] == []


async def test_under_a_crisis_card_there_is_no_such_button(services: Services, rasa: FakeRasa, conversation: str):
    """What claims to be one is but words."""
    card = await _says(services, conversation, "I want to kill myself")

    await _presses(services, conversation, card)

    assert rasa.heard[conversation] == [NOT_NOW]
    assert _records(services) == []


async def test_with_rasa_down_the_question_is_looked_up_by_its_words(
    services: Services, rasa: FakeRasa, conversation: str
):
    """As any question is then."""
    card = await _says(services, conversation, ASKED)
    rasa.down = True

    calm, *others = await _presses(services, conversation, card)

    assert "Our staff still have your message" in calm.text
    assert others
    (view,) = services.tickets.inbox([TicketStatus.OPEN])[0]
    assert view.urgency is Urgency.EMERGENCY
