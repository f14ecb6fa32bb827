"""A check in every state and after every crash: a yes is never lost, and nobody is asked twice."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import delete, update

from bot.bootstrap import Services
from bot.conversations import store
from bot.conversations.models import Conversation, Message
from bot.escalation import safety_store
from bot.messaging.contact_form import FilledForm
from bot.messaging.feed import STAFF, MessageStored
from bot.reply import Reply
from bot.vocabulary import Handler, ReplyKind, SafetyAnswer, Shown, Urgency
from tests.factories import EMERGENCY, MAYBE_EMERGENCY, MAYBE_URGENT, URGENT, a_conversation, alarms_of, receive_with
from tests.fakes import FakeRasa, TriageInDoubt
from tests.unit.messaging.test_red_flags import FailingTickets
from tests.unit.messaging.test_safety_checks import UNRESOLVED, kinds, records, says, take_over

ANSWER = Reply(kind=ReplyKind.ANSWER, text="It depends on the joint.")


@pytest.fixture
async def conversation(services: Services, rasa: FakeRasa) -> str:
    """Give a conversation that has just started, with a Rasa that has an answer."""
    rasa.answer = lambda _text: [ANSWER]
    return await a_conversation(services)


async def test_under_staff_the_check_is_all_that_is_said(services: Services, rasa: FakeRasa, conversation: str):
    """They see it, the yes and the card; a no gets its calm line."""
    ticket = take_over(services, conversation)

    with services.feed.listen(STAFF) as staff:
        (check,) = await says(services, conversation, MAYBE_URGENT)
        seen = [event.message.id for event in (staff.get_nowait() for _ in range(staff.qsize())) if _is_message(event)]
    calm = await says(services, conversation, "no")
    await says(services, conversation, MAYBE_EMERGENCY)
    card = await says(services, conversation, "yes")

    assert check.id in seen
    assert kinds(calm) == [ReplyKind.SMALLTALK]
    assert kinds(card) == [ReplyKind.EMERGENCY]
    assert rasa.heard[conversation] == []
    assert services.tickets.view(ticket).urgency is Urgency.EMERGENCY
    with services.database.read() as session:
        assert store.handler_of(session, conversation) is Handler.STAFF


def _is_message(event: object) -> bool:
    return isinstance(event, MessageStored)


async def test_with_rasa_down_the_check_comes_after_what_is_said_then(
    services: Services, rasa: FakeRasa, conversation: str
):
    """Looking needs nothing but the edge."""
    rasa.down = True

    replies = await says(services, conversation, MAYBE_URGENT)

    assert len(replies) > 1
    assert kinds(replies)[-1] is ReplyKind.SAFETY_CHECK
    assert kinds(await says(services, conversation, "yes")) == [ReplyKind.URGENT]


async def test_known_words_are_not_looked_at(services: Services, in_doubt: TriageInDoubt, conversation: str):
    """What cancels a request means just that, whatever the model makes of it."""
    in_doubt.doubted["cancel my request"] = URGENT
    await services.receive.ask_for_person(conversation)

    replies = await says(services, conversation, "cancel my request")

    assert kinds(replies) == [ReplyKind.STAFF]
    assert services.tickets.inbox(UNRESOLVED)[0] == []
    assert records(services) == []


async def test_a_yes_that_is_itself_a_graver_danger_shows_that_one(services: Services, conversation: str):
    """One card, the graver of both."""
    await says(services, conversation, MAYBE_URGENT)

    assert kinds(await says(services, conversation, f"yes and {EMERGENCY}")) == [ReplyKind.EMERGENCY]
    assert records(services)[0].answer == SafetyAnswer.YES.value


async def test_a_yes_stands_though_the_rule_is_gone(services: Services, in_doubt: TriageInDoubt, conversation: str):
    """The clinic may have changed its list in between."""
    await says(services, conversation, MAYBE_EMERGENCY)
    in_doubt.doubted = {MAYBE_EMERGENCY: "how much is PRP?"}

    assert kinds(await says(services, conversation, "yes")) == [ReplyKind.EMERGENCY]
    (view,) = services.tickets.inbox(UNRESOLVED)[0]
    assert view.urgency is Urgency.EMERGENCY


async def test_a_yes_stands_though_the_message_was_deleted(services: Services, conversation: str):
    """Its record went with it."""
    await says(services, conversation, MAYBE_EMERGENCY)
    (record,) = records(services)
    with services.database.write() as session:
        session.execute(update(Message).where(Message.in_reply_to == record.message_id).values(in_reply_to=None))
        session.execute(delete(Message).where(Message.id == record.message_id))

    assert kinds(await says(services, conversation, "yes")) == [ReplyKind.EMERGENCY]


async def test_a_button_answers_its_own_check_whatever_was_said_since(services: Services, conversation: str):
    """A page that was left open still means what it shows; yes after no is a yes, and no after yes changes nothing."""
    _answer, check = await says(services, conversation, MAYBE_EMERGENCY)
    await says(services, conversation, "how long does it take?")

    assert "If this changes" in (await says(services, conversation, "No", button_of=check))[0].text
    assert kinds(await says(services, conversation, "Yes, now", button_of=check)) == [ReplyKind.EMERGENCY]
    await says(services, conversation, "No", button_of=check)

    (record,) = records(services)
    assert (record.answer, len(services.tickets.inbox(UNRESOLVED)[0])) == ("yes", 1)


async def test_a_button_of_somebody_elses_check_is_but_words(services: Services, conversation: str):
    """Nobody answers for another patient."""
    _answer, check = await says(services, conversation, MAYBE_EMERGENCY)
    other = await a_conversation(services)

    await says(services, other, "Yes, now", button_of=check)

    assert services.tickets.inbox(UNRESOLVED)[0] == []
    assert records(services)[0].answer is None


async def test_a_crash_between_yes_and_ticket_loses_neither(
    services: Services, in_doubt: TriageInDoubt, conversation: str
):
    """The next start finds the card without its ticket, which is about the message that was asked about."""
    await says(services, conversation, MAYBE_EMERGENCY)
    tickets = FailingTickets(services.database, services.clinic, services.responses)
    tickets.failures = 1
    crashing = receive_with(services, in_doubt, tickets)
    await crashing.receive(conversation, "yes", "c1")
    for task in alarms_of(crashing):
        task.cancel()
    assert services.tickets.inbox(UNRESOLVED)[0] == []

    await receive_with(services, in_doubt, services.tickets).recover()

    (view,) = services.tickets.inbox(UNRESOLVED)[0]
    assert (view.urgency, view.first_line) == (Urgency.EMERGENCY, MAYBE_EMERGENCY)
    with services.database.read() as session:
        assert [m.reply.kind for m in store.transcript(session, conversation)[-1:] if m.reply] == [ReplyKind.EMERGENCY]


@pytest.mark.parametrize("said", ["yes", "no"])
async def test_a_crash_right_after_the_answer_is_made_good_at_the_next_start(
    services: Services, conversation: str, said: str
):
    """The patient's word was stored, and nothing else."""
    await says(services, conversation, MAYBE_EMERGENCY)
    with services.database.write() as session:
        left = store.add_inbound(session, conversation_id=conversation, text=said, client_message_id=None)

    assert await services.receive.recover() == 1

    with services.database.read() as session:
        (reply,) = store.replies_to(session, left.id)
    assert kinds([reply]) == [ReplyKind.EMERGENCY if said == "yes" else ReplyKind.SMALLTALK]


async def test_a_message_that_was_left_behind_gets_its_check_at_the_next_start(services: Services, conversation: str):
    """After its answer, as it would have."""
    with services.database.write() as session:
        store.add_inbound(session, conversation_id=conversation, text=MAYBE_URGENT, client_message_id=None)

    await services.receive.recover()

    with services.database.read() as session:
        assert kinds(store.transcript(session, conversation)[1:]) == [ReplyKind.ANSWER, ReplyKind.SAFETY_CHECK]


async def test_sent_twice_it_is_one_check(services: Services, conversation: str):
    """And the same one."""
    first, again = await asyncio.gather(
        *(services.receive.receive(conversation, MAYBE_URGENT, "c1") for _ in range(2)),
    )

    assert [message.id for message in first.replies] == [message.id for message in again.replies]
    assert len(records(services)) == 1


def test_what_cannot_be_stored_shows_the_card_since_nobody_can_be_asked(services: Services):
    """A text that is too long, or a database that is down."""
    found = services.receive.card_for(MAYBE_EMERGENCY)

    assert found is not None
    assert found.reply.kind is ReplyKind.EMERGENCY


def test_a_form_that_only_may_sound_dangerous_is_a_form(services: Services):
    """A name that nobody has heard of is a name."""
    assert services.contact_form.message_in(FilledForm.of(MAYBE_URGENT, "312 555 0111", None)) is None


async def test_a_deleted_conversation_takes_its_records_along(services: Services, conversation: str):
    """Who deletes a patient need not know of this table."""
    await says(services, conversation, MAYBE_URGENT)
    assert len(records(services)) == 1

    with services.database.write() as session:
        session.execute(delete(Message).where(Message.in_reply_to.is_not(None)))
        session.execute(delete(Message))
        session.execute(delete(Conversation))

    assert records(services) == []


async def test_records_are_counted_and_listed_newest_first(services: Services, conversation: str):
    """With the patient's words from the transcript, and the ticket if there is one."""
    await says(services, conversation, MAYBE_URGENT)
    await says(services, conversation, "no")
    await says(services, conversation, MAYBE_EMERGENCY)
    await says(services, conversation, "yes")

    with services.database.read() as session:
        assert safety_store.counts(session) == {"none": 0, "yes": 1, "no": 1, "not_now": 0}
        newest, older = safety_store.newest(session, limit=10)
        assert safety_store.newest(session, before=(newest.shown_at, newest.message_id), limit=10) == [older]
    assert (newest.text, newest.answer, newest.shown) == (MAYBE_EMERGENCY, SafetyAnswer.YES, Shown.CHECK)
    assert (older.text, older.answer) == (MAYBE_URGENT, SafetyAnswer.NO)
    assert newest.ticket_id == services.tickets.inbox(UNRESOLVED)[0][0].id
