"""Every reply as the text of an SMS: what the web chat says at a glance, and where the rest is."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.channels.sms_text import reply_text, split, text_of
from bot.conversations.store import StoredMessage
from bot.reply import CardContent, Citation, Claim, Option, Reply
from bot.vocabulary import Author, ReplyKind

OPTIONS = (Option(title="Does PRP hurt?", intent="ask_pain_during"), Option(title="None of these", intent="deny"))


def _citation(number: int, publisher: str, published_on: str | None) -> Citation:
    return Citation(
        number=number,
        id=f"s{number}",
        title="A page",
        publisher=publisher,
        published_on=published_on,
        kind="review",
        address="https://example.org",
    )


def _message(author: Author, text: str, *, name: str | None = None, reply: Reply | None = None) -> StoredMessage:
    return StoredMessage(
        id=1,
        conversation_id="c",
        author=author,
        author_name=name,
        text=text,
        created_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
        client_message_id=None,
        in_reply_to=None,
        handled=False,
        reply=reply,
    )


def test_an_answer_names_its_sources_with_their_dates():
    """And says whether somebody has reviewed it, and where sources differ."""
    answer = Reply(
        kind=ReplyKind.ANSWER,
        text="You did not name a treatment.\n\nIt can hurt.\n\nMost people are sore.\n\nNot approved by the FDA.",
        citations=(_citation(1, "NHS", "2024-03-02"), _citation(2, "Mayo Clinic.", None)),
        sources_differ=True,
        reviewed_by="Dr. Lee",
        reviewed_on="2026-11-01",
    )

    assert reply_text(answer) == (
        "You did not name a treatment.\n\nIt can hurt.\n\nMost people are sore.\n\nNot approved by the FDA.\n\n"
        "Reviewed by Dr. Lee on November 1, 2026.\nSources differ on this. The answer says how.\n"
        "Sources: NHS, March 2, 2024; Mayo Clinic, no date given."
    )


def test_a_long_answer_is_told_at_a_glance():
    """With the sources of just that, the year where no day is known, and where to read on."""
    answer = Reply(
        kind=ReplyKind.ANSWER,
        text="About PRP.\n\nIt can hurt.\n\nMost people are sore.\n\nMuch more.\n\nNot approved by the FDA.",
        lead="About PRP.",
        short="It can hurt.",
        short_citations=(2,),
        details=(Claim(text="Most people are sore.", citations=(2,)), Claim(text="Much more.", citations=(1,))),
        first_details=1,
        regulatory_status="Not approved by the FDA.",
        citations=(_citation(1, "NHS", "2024-03-02"), _citation(2, "Mayo Clinic", "2021")),
        reviewed_by="Dr. Lee",
    )

    assert reply_text(answer) == (
        "About PRP.\n\nIt can hurt.\n\nMost people are sore.\n\nNot approved by the FDA.\n\n"
        "There is more to it: ask us, or ask in the chat on our website.\n\n"
        "Reviewed by Dr. Lee.\nSources: Mayo Clinic, 2021."
    )


def test_a_sample_answer_says_that_it_is_one():
    """As the web chat does."""
    sample = Reply(kind=ReplyKind.ANSWER, text="It can hurt.", sample=True, reviewed_by="nobody")

    assert reply_text(sample) == "It can hurt.\n\nDraft, not reviewed by a clinician."


@pytest.mark.parametrize("kind", [ReplyKind.CLARIFY, ReplyKind.NO_ANSWER, ReplyKind.ESCALATED, ReplyKind.STAFF])
def test_options_are_numbered_lines(kind: ReplyKind):
    """With a word on how to choose."""
    assert reply_text(Reply(kind=kind, text="Did you mean one of these?", options=OPTIONS)) == (
        "Did you mean one of these?\n\n1. Does PRP hurt?\n2. None of these\nReply with a number, or in your own words."
    )


@pytest.mark.parametrize("kind", set(ReplyKind) - {ReplyKind.ANSWER, ReplyKind.SAFETY_CHECK})
def test_a_reply_without_more_is_its_text(kind: ReplyKind):
    """Whatever its kind."""
    assert reply_text(Reply(kind=kind, text="All right.")) == "All right."


@pytest.mark.parametrize(
    ("kind", "heading", "phone", "first"),
    [
        (ReplyKind.EMERGENCY, "Call 911 now", "911", "Call 911 now."),
        (ReplyKind.URGENT, "Call the clinic today", "555-0142", "Call the clinic today: 555-0142."),
    ],
)
def test_a_card_begins_with_the_action_and_the_number(kind: ReplyKind, heading: str, phone: str, first: str):
    """Then what to do meanwhile, and why."""
    card = CardContent(
        level=kind.value,
        heading=heading,
        phone=phone,
        call_label=f"Call {phone}",
        text_label="Text 988",
        why=("you have chest pain", "you cannot breathe"),
        then=("Do not drive yourself.",),
    )

    lines = reply_text(Reply(kind=kind, text="x", card=card)).splitlines()

    assert lines == [first, "Text 988.", "Do not drive yourself.", "Why: you have chest pain; you cannot breathe."]


def test_staff_are_named():
    """So that nobody takes a person for the assistant."""
    assert text_of(_message(Author.STAFF, "Come at ten.", name="Ana")) == "Ana, clinic staff: Come at ten."
    assert text_of(_message(Author.BOT, "Hello", reply=Reply(kind=ReplyKind.SMALLTALK, text="Hello"))) == "Hello"


def test_a_long_text_is_cut_between_words():
    """Each part fits and is marked; together they say the same."""
    text = " ".join(f"Sentence number {number} says something." for number in range(120))

    parts = split(text)

    assert len(parts) > 1
    assert all(len(part.encode("utf-16-le")) // 2 <= 1600 for part in parts)
    assert all(part.startswith(f"({place}/{len(parts)}) ") for place, part in enumerate(parts, start=1))
    assert " ".join(part.partition(") ")[2] for part in parts) == text
    assert all(part.endswith(".") for part in parts)


@pytest.mark.parametrize("letter", ["\U0001f62d", "\u05db", "x", "\u0627\u064b"])
def test_a_text_without_spaces_is_cut_all_the_same(letter: str):
    """Emoji count twice; nothing of it is lost."""
    parts = split(letter * 2000)

    assert "".join(part.partition(") ")[2] for part in parts) == letter * 2000
    assert all(len(part.encode("utf-16-le")) // 2 <= 1600 for part in parts)


def test_a_check_asks_for_yes_or_no():
    """Its two buttons are no numbered choices."""
    options = (Option(title="Yes, now", intent="affirm"), Option(title="No", intent="deny"))
    check = Reply(kind=ReplyKind.SAFETY_CHECK, text="Is this happening now?", options=options)

    assert reply_text(check) == "Is this happening now? Reply YES or NO."
