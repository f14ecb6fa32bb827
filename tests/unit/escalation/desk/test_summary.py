"""The summary card holds facts of the conversation, and of what was not said it says so."""

from __future__ import annotations

import pytest

from bot.conversations.store import StoredMessage
from bot.db.engine import utc_now
from bot.escalation.desk.notes import mentions
from bot.escalation.desk.summary import summarize
from bot.reply import Reply
from bot.vocabulary import Author, ReplyKind

TOPICS = {"safety": "Safety", "cost": "Cost"}
TREATMENTS = {
    "prolotherapy": "Prolotherapy",
    "prp": "Platelet-rich plasma (PRP)",
    "stem_cell": "Stem cell injections",
    "surgery": "Surgery",
}
OFFERED = ("prolotherapy", "prp", "stem_cell")


def _message(text: str, reply: Reply | None = None) -> StoredMessage:
    return StoredMessage(
        id=1,
        conversation_id="c",
        author=Author.PATIENT if reply is None else Author.BOT,
        author_name=None,
        text=text,
        created_at=utc_now(),
        client_message_id=None,
        in_reply_to=None,
        handled=True,
        reply=reply,
    )


def _bot(kind: ReplyKind, **values) -> StoredMessage:
    return _message("", Reply(kind=kind, text="x", **values))


def _timing(*texts: str) -> tuple[str, str, str] | None:
    timing = summarize([_message(text) for text in texts], topics=TOPICS, treatments=TREATMENTS, offered=OFFERED).timing
    return None if timing is None else (timing.stage, timing.words, timing.when)


def test_what_was_asked_about_answered_and_tried():
    """Each topic and answer once."""
    answer = {"topic": "safety", "treatments": ("prp",), "answer_id": "prp.safety", "answer_version": 2}
    messages = [
        _message("hi"),
        _message("is prp safe for me?"),
        _bot(ReplyKind.ANSWER, **answer),
        _bot(ReplyKind.ANSWER, **answer),
        _bot(ReplyKind.CLARIFY),
        _message("and what does it cost?"),
        _bot(ReplyKind.NO_ANSWER, topic="cost"),
    ]

    summary = summarize(messages, topics=TOPICS, treatments=TREATMENTS, offered=OFFERED)

    assert summary.asked == ("is prp safe for me?", "and what does it cost?")
    assert summary.topics == ("Safety (Platelet-rich plasma (PRP))", "Cost")
    assert [(given.answer_id, given.version, given.title) for given in summary.answers] == [("prp.safety", 2, "Safety")]
    assert (summary.clarified, summary.unanswered) == (1, 1)


@pytest.mark.parametrize(
    ("text", "stage", "when"),
    [
        ("my knee is sore since my injection two days ago", "after", "two days ago"),
        ("I had my PRP injection yesterday, can I swim?", "after", "yesterday"),
        ("3 days after the shot it still hurts", "after", ""),
        ("got my second stem cell treatment last week", "after", "last week"),
        ("what can I eat before my procedure tomorrow", "before", "tomorrow"),
        ("my appointment is on Friday", "before", "on Friday"),
        ("I am thinking about prolotherapy", "before", ""),
    ],
)
def test_before_or_after_is_read_from_the_patients_words(text: str, stage: str, when: str):
    """And shown with them, so that staff can judge."""
    found = _timing(text)

    assert found is not None
    assert (found[0], found[2]) == (stage, when)
    assert found[1].lower() in text.lower()


@pytest.mark.parametrize(
    "text", ["how many sessions are needed?", "talk to a person", "is it safe after all?", "it hurts since my surgery"]
)
def test_what_was_not_said_is_not_guessed(text: str):
    """Nothing is made up."""
    assert _timing(text) is None


def test_the_newest_word_counts():
    """A patient who comes back after the procedure."""
    found = _timing("what should I do before my procedure?", "I had my injection today")

    assert found is not None
    assert found[0] == "after"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("@Ana please", (1,)), ("@ana maria and @BEN", (2, 3)), ("mail ana@clinic.example", ()), ("nobody", ())],
)
def test_who_is_called_in_by_a_note(text: str, expected: tuple[int, ...]):
    """Upper and lower case alike; the longer name is meant where one begins like another."""
    assert mentions(text, {1: "Ana", 2: "Ana Maria", 3: "Ben"}) == expected
