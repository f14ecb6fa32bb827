"""A patient's message on its way in: stored first, answered once, in order, by whoever handles the conversation."""

from __future__ import annotations

import asyncio

import pytest

from bot.bootstrap import Services
from bot.conversations import store
from bot.conversations.store import StoredMessage
from bot.errors import InvalidMessageError, NotFoundError
from bot.messaging.feed import STAFF, HandlerChanged, MessageStored, TicketChanged, Typing
from bot.reply import Option, Reply
from bot.staff.actor import Actor
from bot.vocabulary import Author, EscalationReason, Handler, ReplyKind
from tests.factories import a_conversation, a_staff_member
from tests.fakes import FakeRasa


@pytest.fixture
async def conversation(services: Services) -> str:
    """Give a conversation that has just started."""
    return await a_conversation(services)


def _transcript(services: Services, conversation: str) -> list[StoredMessage]:
    with services.database.read() as session:
        return store.transcript(session, conversation)


def _take_over(services: Services, conversation: str) -> int:
    ticket = services.tickets.open(conversation, reason=EscalationReason.ASKED_FOR_PERSON)
    services.tickets.take(ticket, Actor(staff_member_id=a_staff_member(services.database), name="Ana"))
    return ticket


async def test_a_message_and_its_replies_are_stored(services: Services, conversation: str):
    """What the patient sees is what the store has."""
    received = await services.receive.receive(conversation, " does it hurt? ", "c1")

    assert received.inbound.text == "does it hurt?"
    assert [reply.text for reply in received.replies] == ["You said: does it hurt?"]
    transcript = _transcript(services, conversation)
    assert [(message.author, message.text) for message in transcript] == [
        (Author.PATIENT, "does it hurt?"),
        (Author.BOT, "You said: does it hurt?"),
    ]
    assert transcript[0].handled
    assert transcript[1].in_reply_to == transcript[0].id


async def test_a_message_is_stored_before_rasa_is_asked(services: Services, rasa: FakeRasa, conversation: str):
    """A crash in between loses nothing."""
    seen: list[list[str]] = []
    rasa.before_answering = lambda: seen.append([m.text for m in _transcript(services, conversation)])

    await services.receive.receive(conversation, "does it hurt?", None)

    assert seen == [["does it hurt?"]]


async def test_the_same_client_id_gives_the_same_result_once(services: Services, rasa: FakeRasa, conversation: str):
    """A browser that is not sure sends again."""
    first = await services.receive.receive(conversation, "does it hurt?", "c1")

    again = await services.receive.receive(conversation, "does it hurt?", "c1")

    assert [m.id for m in (again.inbound, *again.replies)] == [m.id for m in (first.inbound, *first.replies)]
    assert len(rasa.heard[conversation]) == 1
    assert len(_transcript(services, conversation)) == 2


async def test_the_same_client_id_twice_at_once_is_answered_once(services: Services, rasa: FakeRasa, conversation: str):
    """The second waits for the first one's result."""
    results = await asyncio.gather(*(services.receive.receive(conversation, "does it hurt?", "c1") for _ in range(5)))

    assert len({(r.inbound.id, *(reply.id for reply in r.replies)) for r in results}) == 1
    assert len(rasa.heard[conversation]) == 1
    assert len(_transcript(services, conversation)) == 2


async def test_messages_of_a_conversation_are_answered_one_after_the_other(
    services: Services, rasa: FakeRasa, conversation: str
):
    """Each reply stands before the next question, though all were sent at once."""
    texts = [f"question {number}" for number in range(6)]

    await asyncio.gather(*(services.receive.receive(conversation, text, text) for text in texts))

    assert rasa.heard[conversation] == texts
    assert [m.author for m in _transcript(services, conversation)] == [Author.PATIENT, Author.BOT] * 6


async def test_another_conversation_does_not_wait(services: Services, rasa: FakeRasa, conversation: str):
    """One slow answer holds up one patient only."""
    other = await a_conversation(services)

    async with services.receive._turns.of(conversation):
        received = await asyncio.wait_for(services.receive.receive(other, "hello", None), timeout=5)

    assert received.replies


@pytest.mark.parametrize("text", ["", "x" * 4001, None])
async def test_a_message_that_cannot_be_taken_is_not_stored(services: Services, conversation: str, text: object):
    """The patient is told why."""
    with pytest.raises(InvalidMessageError):
        await services.receive.receive(conversation, text, None)

    assert _transcript(services, conversation) == []


async def test_a_message_to_an_unknown_conversation_is_refused(services: Services):
    """It belongs to nobody."""
    with pytest.raises(NotFoundError):
        await services.receive.receive("nobody", "hello", None)


@pytest.mark.parametrize("typed", ["What is PRP?", "what is prp?", "  WHAT IS PRP?  "])
async def test_an_option_is_chosen_by_its_title(services: Services, rasa: FakeRasa, conversation: str, typed: str):
    """By button or by typing it, upper and lower case alike."""
    option = Option(title="What is PRP?", topic="definition", treatments=("prp",), intent="ask_definition")
    rasa.answer = lambda _text: [Reply(kind=ReplyKind.CLARIFY, text="Which?", options=(option,))]
    await services.receive.receive(conversation, "what is it", None)

    await services.receive.receive(conversation, typed, None)

    assert rasa.chosen == [option]


async def test_a_related_question_is_chosen_by_its_title_too(services: Services, rasa: FakeRasa, conversation: str):
    """Those under an answer are buttons as well."""
    option = Option(title="Is PRP safe?", topic="safety", treatments=("prp",), intent="ask_safety")
    rasa.answer = lambda _text: [Reply(kind=ReplyKind.ANSWER, text="PRP is ...", related=(option,))]
    await services.receive.receive(conversation, "what is it", None)

    await services.receive.receive(conversation, "Is PRP safe?", None)

    assert rasa.chosen == [option]


async def test_a_text_that_was_not_offered_is_no_choice(services: Services, rasa: FakeRasa, conversation: str):
    """It is understood like any other."""
    option = Option(title="What is PRP?", topic="definition", treatments=("prp",), intent="ask_definition")
    rasa.answer = lambda _text: [Reply(kind=ReplyKind.CLARIFY, text="Which?", options=(option,))]
    await services.receive.receive(conversation, "What is PRP?", None)

    await services.receive.receive(conversation, "What is PRP used for?", None)

    assert rasa.chosen == []


async def test_the_bot_is_silent_while_staff_handle_the_conversation(
    services: Services, rasa: FakeRasa, conversation: str
):
    """The message is kept for them, and they see it come."""
    _take_over(services, conversation)

    with services.feed.listen(STAFF) as staff:
        received = await services.receive.receive(conversation, "are you there?", None)
        event = staff.get_nowait()

    assert received.handler is Handler.STAFF
    assert received.replies == ()
    assert rasa.heard[conversation] == []
    assert isinstance(event, MessageStored)
    assert _transcript(services, conversation)[-1].handled


async def test_a_late_reply_of_the_bot_is_dropped_after_a_take_over(
    services: Services, rasa: FakeRasa, conversation: str
):
    """Ana has said hello while Rasa was still thinking."""
    rasa.before_answering = lambda: _take_over(services, conversation) and None

    received = await services.receive.receive(conversation, "does it hurt?", None)

    assert received.replies == ()
    assert [message.text for message in _transcript(services, conversation)] == [
        "does it hurt?",
        "Ana from the clinic has joined this chat.",
    ]
    assert _transcript(services, conversation)[0].handled


async def test_the_bot_answers_again_once_the_ticket_is_resolved(services: Services, rasa: FakeRasa, conversation: str):
    """The conversation was handed back."""
    services.tickets.resolve(_take_over(services, conversation))

    received = await services.receive.receive(conversation, "does it hurt?", None)

    assert received.handler is Handler.BOT
    assert len(received.replies) == 1


async def test_live_listeners_see_the_message_the_typing_and_the_reply(services: Services, conversation: str):
    """In that order."""
    with services.feed.listen(conversation) as queue:
        await services.receive.receive(conversation, "does it hurt?", None)

        events = [queue.get_nowait() for _ in range(queue.qsize())]

    assert [type(event) for event in events] == [MessageStored, Typing, MessageStored]


async def test_a_reply_with_a_ticket_is_announced_to_staff(services: Services, rasa: FakeRasa, conversation: str):
    """The actions open it in another process."""
    rasa.answer = lambda _text: [Reply(kind=ReplyKind.ESCALATED, text="Passed on.", ticket=7)]

    with services.feed.listen(STAFF) as staff:
        await services.receive.receive(conversation, "a person please", None)
        events = [staff.get_nowait() for _ in range(staff.qsize())]

    assert TicketChanged(ticket_id=7, conversation_id=conversation) in events


async def test_what_staff_write_is_stored_and_sent(services: Services, conversation: str):
    """Through the same way out as the bot's replies."""
    ana = Actor(staff_member_id=a_staff_member(services.database), name="Ana")
    ticket = services.tickets.open(conversation, reason=EscalationReason.NO_ANSWER)
    with services.feed.listen(conversation) as queue:
        sent = services.replies.send(ticket, text="Hello, this is Ana.", by=ana)
        services.deliver.announce_reply(sent)
        events = [queue.get_nowait() for _ in range(queue.qsize())]

    joined, message = _transcript(services, conversation)
    assert message == sent.message
    assert events == [
        MessageStored(message=joined),
        HandlerChanged(conversation_id=conversation, handler=Handler.STAFF, staff_name="Ana"),
        TicketChanged(ticket_id=ticket, conversation_id=conversation),
        MessageStored(message=message),
    ]
