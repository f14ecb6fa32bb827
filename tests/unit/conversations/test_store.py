"""Conversations and messages are kept in order, each with its conversation and apart from those of others."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.conversations import store
from bot.conversations.models import Message
from bot.errors import IdReusedError, NotFoundError
from bot.reply import Reply
from bot.vocabulary import Author, Handler, ReplyKind

ANSWER = Reply(kind=ReplyKind.ANSWER, text="Four to eight.", answer_id="prolotherapy.session_count", answer_version=3)


def test_a_new_conversation_is_handled_by_the_bot(session: Session):
    """Until staff take it."""
    conversation = store.get_conversation(session, "mine")

    assert conversation.handler == Handler.BOT.value
    assert conversation.handler_name is None


def test_an_unknown_conversation_is_an_error_that_says_what_to_do(session: Session):
    """The chat page starts a new one."""
    with pytest.raises(NotFoundError, match="Start a new one"):
        store.get_conversation(session, "nobody")


def test_a_message_is_found_by_the_clients_id_in_its_own_conversation(session: Session):
    """Two browsers may number their messages alike."""
    stored = store.add_inbound(session, conversation_id="mine", text="hello", client_message_id="c1")

    found = store.find_by_client_id(session, "mine", "c1", author=Author.PATIENT)
    assert found == stored
    assert found is not None
    assert (found.author, found.text, found.handled) == (Author.PATIENT, "hello", False)
    assert store.find_by_client_id(session, "mine", "c2", author=Author.PATIENT) is None
    assert store.find_by_client_id(session, "mine", "c1", author=Author.STAFF) is None


def test_another_text_under_the_clients_id_is_an_error(session: Session):
    """Its words would be lost behind the earlier ones' answer."""
    stored = store.add_inbound(session, conversation_id="mine", text="hello", client_message_id="c1")

    assert store.find_by_client_id(session, "mine", "c1", author=Author.PATIENT, text="hello") == stored
    with pytest.raises(IdReusedError, match="an id of its own"):
        store.find_by_client_id(session, "mine", "c1", author=Author.PATIENT, text="something else")


def test_the_clients_id_cannot_stand_twice_in_a_conversation(session: Session):
    """The database itself keeps the promise."""
    store.add_inbound(session, conversation_id="mine", text="hello", client_message_id="c1")

    with pytest.raises(IntegrityError):
        store.add_inbound(session, conversation_id="mine", text="hello again", client_message_id="c1")
    session.rollback()


def test_messages_without_a_clients_id_may_repeat(session: Session):
    """A button pressed twice, a terminal."""
    for _ in range(2):
        store.add_inbound(session, conversation_id="mine", text="hello", client_message_id=None)

    assert len(store.transcript(session, "mine")) == 2


def test_a_bot_message_keeps_the_answer_and_version_that_were_served(session: Session):
    """Years later it can be told what a patient read."""
    inbound = store.add_inbound(session, conversation_id="mine", text="how many?", client_message_id=None)

    said = store.add_bot_message(session, conversation_id="mine", reply=ANSWER, in_reply_to=inbound.id)

    row = session.get(Message, said.id)
    assert row is not None
    assert (row.answer_id, row.answer_version) == ("prolotherapy.session_count", 3)
    assert said.reply == ANSWER
    assert store.replies_to(session, inbound.id) == [said]


def test_the_transcript_is_in_order_and_starts_after_what_is_known(session: Session):
    """The page asks for what it has not seen."""
    first = store.add_inbound(session, conversation_id="mine", text="one", client_message_id=None)
    store.add_bot_message(session, conversation_id="mine", reply=ANSWER, in_reply_to=first.id)
    store.add_staff_message(session, conversation_id="mine", text="three", staff_name="Ana")

    everything = store.transcript(session, "mine")

    assert [message.author for message in everything] == [Author.PATIENT, Author.BOT, Author.STAFF]
    assert [m.text for m in store.transcript(session, "mine", after=first.id)] == ["Four to eight.", "three"]
    assert [m.text for m in store.transcript(session, "mine", limit=1)] == ["three"]
    assert everything[-1].author_name == "Ana"


def test_unhandled_messages_are_listed_until_they_are_handled(session: Session):
    """What a crash left behind; the bot's own words are no work."""
    inbound = store.add_inbound(session, conversation_id="mine", text="hello?", client_message_id=None)
    assert [message.text for message in store.unhandled(session)] == ["noise", "hello?"]

    store.mark_handled(session, inbound.id)
    session.flush()

    assert [message.text for message in store.unhandled(session)] == ["noise"]


def test_contact_details_are_kept_when_more_come(session: Session):
    """First the phone, later the email address."""
    store.set_contact(session, "mine", name=None, phone="555-0142", email=None)
    store.set_contact(session, "mine", name="Kim", phone=None, email="kim@example.com")

    conversation = store.get_conversation(session, "mine")
    assert (conversation.patient_name, conversation.patient_phone, conversation.patient_email) == (
        "Kim", "555-0142", "kim@example.com",
    )  # fmt: skip
    assert store.get_conversation(session, "other").patient_phone is None


def test_what_replies_to_a_message_is_counted_and_nothing_else(session: Session):
    """What the bot says unasked, such as that staff have joined, answers no question."""
    asked = store.add_inbound(session, conversation_id="mine", text="how many?", client_message_id="c1")
    reply = ANSWER.model_copy(update={"topic": "session_count", "treatments": ("prolotherapy", "prp")})

    answer = store.add_bot_message(session, conversation_id="mine", reply=reply, in_reply_to=asked.id)
    notice = store.add_bot_message(session, conversation_id="mine", reply=reply, in_reply_to=None)

    counted = session.get_one(Message, answer.id)
    assert (counted.counted_as, counted.topic, counted.treatments) == ("answered", "session_count", "prolotherapy prp")
    assert session.get_one(Message, notice.id).counted_as is None
    assert session.get_one(Message, asked.id).counted_as is None
