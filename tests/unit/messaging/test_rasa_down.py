"""When the assistant is down the patient is told so, and staff get the message: nothing is lost."""

from __future__ import annotations

import asyncio

import pytest

from bot.bootstrap import Services
from bot.conversations import store
from bot.messaging.feed import STAFF, TicketChanged
from bot.staff.actor import Actor
from bot.vocabulary import EscalationReason, Handler, ReplyKind, TicketStatus
from tests.factories import EMERGENCY, a_conversation, a_staff_member
from tests.fakes import FakeRasa


@pytest.fixture
async def conversation(services: Services) -> str:
    """Give a conversation that has just started."""
    return await a_conversation(services)


def _break(rasa: FakeRasa, *, how: str) -> None:
    if how == "down":
        rasa.down = True
    else:
        rasa.answer = lambda _text: []


@pytest.mark.parametrize("how", ["down", "no reply at all"])
async def test_the_patient_is_told_and_staff_get_a_ticket(
    services: Services, rasa: FakeRasa, conversation: str, how: str
):
    """Rasa gives no reply at all when its action server is down."""
    _break(rasa, how=how)

    with services.feed.listen(STAFF) as staff:
        received = await services.receive.receive(conversation, "does it hurt?", None)
        events = [staff.get_nowait() for _ in range(staff.qsize())]

    unavailable, promise, _offer = received.replies
    assert unavailable.text == services.responses.text("utter_unavailable")
    assert unavailable.reply is not None
    assert unavailable.reply.kind is ReplyKind.ESCALATED
    ticket = unavailable.reply.ticket
    assert ticket is not None
    assert promise.reply == services.tickets.promise(ticket)
    view = services.tickets.view(ticket)
    assert (view.reason, view.first_line) == (EscalationReason.ASSISTANT_DOWN, "does it hurt?")
    assert TicketChanged(ticket_id=ticket, conversation_id=conversation) in events


async def test_a_question_in_a_topics_own_words_is_answered_all_the_same(
    services: Services, rasa: FakeRasa, conversation: str
):
    """Introduced as looked up; staff get the ticket too."""
    rasa.down = True

    received = await services.receive.receive(conversation, "What are the side effects of PRP?", None)

    answer, unavailable, _promise = (message.reply for message in received.replies)
    assert answer is not None
    assert (answer.kind, answer.answer_id) == (ReplyKind.ANSWER, "prp.side_effects")
    assert answer.text.startswith(services.responses.text("utter_exact_words"))
    assert unavailable is not None
    assert unavailable.ticket is not None


async def test_more_messages_while_it_is_down_join_the_same_ticket(
    services: Services, rasa: FakeRasa, conversation: str
):
    """One patient, one ticket."""
    rasa.down = True

    first = await services.receive.receive(conversation, "hello?", None)
    second = await services.receive.receive(conversation, "anybody?", None)

    tickets = {message.reply.ticket for message in (*first.replies, *second.replies) if message.reply is not None}
    assert len(tickets) == 1


async def test_the_bot_answers_again_once_rasa_is_back(services: Services, rasa: FakeRasa, conversation: str):
    """A ticket alone does not silence it."""
    rasa.down = True
    await services.receive.receive(conversation, "hello?", None)
    rasa.down = False

    received = await services.receive.receive(conversation, "does it hurt?", None)

    assert [reply.text for reply in received.replies] == ["You said: does it hurt?"]


async def test_a_person_can_be_asked_for_with_rasa_down(services: Services, rasa: FakeRasa, conversation: str):
    """The button needs no Rasa."""
    rasa.down = True

    received = await services.receive.ask_for_person(conversation)

    assert received.inbound.text == services.responses.text("utter_option_person")
    promise, contact = received.replies
    assert promise.reply is not None
    assert promise.reply.kind is ReplyKind.ESCALATED
    assert contact.text == services.responses.text("utter_ask_contact")
    view = services.tickets.view(promise.reply.ticket or 0)
    assert (view.reason, view.status) == (EscalationReason.ASKED_FOR_PERSON, TicketStatus.OPEN)


async def test_asking_for_a_person_while_one_is_there_is_passed_on_in_silence(services: Services, conversation: str):
    """The bot does not talk over staff."""
    ticket = services.tickets.open(conversation, reason=EscalationReason.ASKED_FOR_PERSON)
    services.tickets.take(ticket, Actor(staff_member_id=a_staff_member(services.database), name="Ana"))

    received = await services.receive.ask_for_person(conversation)

    assert received.handler is Handler.STAFF
    assert received.replies == ()


async def _left_behind(services: Services, conversation: str, *texts: str) -> None:
    with services.database.write() as session:
        for text in texts:
            store.add_inbound(session, conversation_id=conversation, text=text, client_message_id=None)


async def test_messages_that_a_crash_left_behind_are_handled_once(
    services: Services, rasa: FakeRasa, conversation: str
):
    """In their order; a second start finds nothing."""
    await services.receive.receive(conversation, "answered before", None)
    await _left_behind(services, conversation, "one?", "two?")

    assert await services.receive.recover() == 2
    assert await services.receive.recover() == 0

    assert rasa.heard[conversation] == ["answered before", "one?", "two?"]
    with services.database.read() as session:
        assert [m.text for m in store.transcript(session, conversation)][-2:] == ["You said: one?", "You said: two?"]


async def test_a_message_that_is_sent_again_during_recovery_is_answered_once(
    services: Services, rasa: FakeRasa, conversation: str
):
    """The page comes back as soon as the server does."""
    with services.database.write() as session:
        store.add_inbound(session, conversation_id=conversation, text="one?", client_message_id="c1")

    await asyncio.gather(services.receive.recover(), services.receive.receive(conversation, "one?", "c1"))

    assert rasa.heard[conversation] == ["one?"]


async def test_a_red_flag_that_a_crash_left_behind_still_gets_its_card(
    services: Services, rasa: FakeRasa, conversation: str
):
    """Late is better than never, and staff are told."""
    await _left_behind(services, conversation, EMERGENCY)

    await services.receive.recover()

    assert rasa.heard[conversation] == []
    views, _ = services.tickets.inbox([TicketStatus.OPEN])
    assert [view.reason for view in views] == [EscalationReason.RED_FLAG]


async def test_what_a_crash_left_behind_is_left_to_staff_who_took_over(
    services: Services, rasa: FakeRasa, conversation: str
):
    """The bot does not answer what Ana is reading."""
    await _left_behind(services, conversation, "one?")
    ticket = services.tickets.open(conversation, reason=EscalationReason.ASKED_FOR_PERSON)
    services.tickets.take(ticket, Actor(staff_member_id=a_staff_member(services.database), name="Ana"))

    await services.receive.recover()

    assert rasa.heard[conversation] == []
    assert await services.receive.recover() == 0
