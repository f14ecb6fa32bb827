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
SAFE = "I am safe, this is not about me"
JOKE = "lol my wallet is gonna die, I want to kill myself. how much is PRP?"
ASKED = f"How much is PRP? My brother says {EMERGENCY}"


@pytest.fixture
async def conversation(services: Services, rasa: FakeRasa) -> str:
    """Give a conversation that has just started, with a Rasa that has an answer."""
    rasa.answer = lambda _text: [ANSWER]
    return await a_conversation(services)


async def _says(services: Services, conversation: str, text: str) -> StoredMessage:
    received = await services.receive.receive(conversation, text, None)
    return received.replies[-1]


async def _presses(
    services: Services, conversation: str, card: StoredMessage, title: str = NOT_NOW
) -> list[StoredMessage]:
    received = await services.receive.receive(conversation, title, None, in_reply_to=card.id)
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


async def test_from_a_crisis_card_a_gentle_way_leads_back(services: Services, rasa: FakeRasa, conversation: str):
    """The question is answered, who listens is named again, and staff keep the alarm as it was."""
    card = await _says(services, conversation, JOKE)
    ticket = services.tickets.inbox([TicketStatus.OPEN])[0][0]

    calm, answer = await _presses(services, conversation, card, SAFE)

    assert "call or text 988" in calm.text
    assert calm.reply is not None
    assert calm.reply.takes_back == card.reply.about
    assert answer.reply == ANSWER
    assert rasa.heard[conversation] == [JOKE]
    view = services.tickets.view(ticket.id)
    assert (view.reason, view.urgency, view.status) == (EscalationReason.RED_FLAG, Urgency.EMERGENCY, TicketStatus.OPEN)
    assert [(record.shown, record.answer) for record in _records(services)] == [("card", "not_now")]


async def test_the_other_cards_button_is_none_under_a_crisis_card(
    services: Services, rasa: FakeRasa, conversation: str
):
    """Who goes back from there says that they are safe."""
    card = await _says(services, conversation, JOKE)
    before = list(_records(services))

    await _presses(services, conversation, card, "Yes, now")

    assert _records(services) == before


@pytest.mark.parametrize("words", ["SAFE", "I'm safe", "lol I am safe", "this is not about me", SAFE])
async def test_words_lead_back_too(services: Services, rasa: FakeRasa, conversation: str, words: str):
    """As they are texted, also to the reminder that follows an "ok"."""
    await _says(services, conversation, JOKE)
    await _says(services, conversation, "ok")

    await _says(services, conversation, words)

    assert rasa.heard[conversation] == [JOKE]
    assert len(_records(services)) == 1


@pytest.mark.parametrize("words", ["not safe", "I am not safe", "am I safe?", "I don't feel safe", "safe?", "fine"])
async def test_what_only_sounds_like_it_leads_nowhere(services: Services, conversation: str, words: str):
    """The card stands."""
    await _says(services, conversation, JOKE)

    await _says(services, conversation, words)

    with services.database.read() as session:
        assert safety_store.not_now(session, [conversation]) == []


async def test_without_a_card_the_words_are_but_words(services: Services, rasa: FakeRasa, conversation: str):
    """Also long after one."""
    await _says(services, conversation, "how long does it take?")
    await _says(services, conversation, "this is not about me")

    assert rasa.heard[conversation][-1] == "this is not about me"


async def test_after_the_way_back_a_real_cry_gets_its_card_again(services: Services, rasa: FakeRasa, conversation: str):
    """It lowers nothing: neither the look for danger nor what is promised then."""
    card = await _says(services, conversation, JOKE)
    await _presses(services, conversation, card, SAFE)

    again = await _says(services, conversation, "I want to kill myself")

    assert again.reply is not None
    assert again.reply.card is not None
    assert again.reply.card.level == "crisis"
    told = (await services.receive.ask_for_person(conversation)).replies
    assert "988" in told[0].text
    assert "Do not wait for a reply here." in told[0].text


async def test_after_the_way_back_a_person_is_promised_and_the_ticket_cannot_be_called_off(
    services: Services, conversation: str
):
    """Whoever takes a card back is told no more to call; staff still look before anything is closed."""
    card = await _says(services, conversation, JOKE)
    await _presses(services, conversation, card, SAFE)

    promise, contact = (await services.receive.ask_for_person(conversation)).replies
    (again,) = (await services.receive.ask_for_person(conversation)).replies

    assert "Do not wait" not in promise.text
    assert "phone number or email" in contact.text
    assert "need not ask again" in again.text
    (refusal,) = await services.receive.go_on_with_bot(conversation)
    assert "your request stays with our staff" in refusal.text
    (view,) = services.tickets.inbox([TicketStatus.OPEN])[0]
    assert view.urgency is Urgency.EMERGENCY


async def test_of_two_cards_one_taken_back_leaves_the_other(services: Services, conversation: str):
    """What is told then is what the other says."""
    first = await _says(services, conversation, JOKE)
    await _says(services, conversation, URGENT)
    await _presses(services, conversation, first, SAFE)

    told = (await services.receive.ask_for_person(conversation)).replies

    assert "Call us today" in told[0].text
    assert "988" not in told[0].text


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
