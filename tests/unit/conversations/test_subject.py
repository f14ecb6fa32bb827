"""Staff who come to a conversation are shown what it is about."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from bot.conversations import store
from bot.conversations.subject import telling_message_id, treatment_of
from bot.reply import Reply
from bot.vocabulary import ReplyKind


def _says(session: Session, text: str) -> int:
    return store.add_inbound(session, conversation_id="mine", text=text, client_message_id=None).id


def _answer(session: Session, *treatments: str) -> None:
    reply = Reply(kind=ReplyKind.ANSWER, text="Yes.", treatments=treatments)
    store.add_bot_message(session, conversation_id="mine", reply=reply, in_reply_to=None)


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([], None),
        ([("prp",)], "prp"),
        ([("prp",), ("prolotherapy",)], "prolotherapy"),
        ([("prp",), ()], "prp"),
        ([("prp",), ("prp", "prolotherapy")], None),
    ],
    ids=["nothing said", "one", "the newest", "small talk since", "a comparison"],
)
def test_the_treatment_is_the_one_that_the_bot_last_spoke_of(
    session: Session, answers: list[tuple[str, ...]], expected: str | None
):
    """Other conversations count for nothing."""
    for treatments in answers:
        _answer(session, *treatments)

    assert treatment_of(session, "mine") == expected


@pytest.mark.parametrize("text", ["Talk to a person", "yes please", "a human"])
def test_a_bare_wish_for_a_person_is_told_by_the_message_before(session: Session, text: str):
    """It says what the person is wanted for."""
    question = _says(session, "Can my sister wait with me during the injection?")

    assert telling_message_id(session, "mine", _says(session, text)) == question


def test_a_wish_with_its_reason_tells_enough(session: Session):
    """And so does one with nothing before it."""
    first = _says(session, "a person please")
    told = _says(session, "I want a person because my bill is wrong")

    assert telling_message_id(session, "mine", first) == first
    assert telling_message_id(session, "mine", told) == told


def test_what_was_written_later_does_not_count(session: Session):
    """The ticket is about what led to it."""
    question, wish = _says(session, "Can my sister wait with me?"), _says(session, "a person")
    _says(session, "still there?")

    assert telling_message_id(session, "mine", wish) == question
