"""What changed between two versions is told field by field and word by word."""

from __future__ import annotations

import datetime as dt

from bot.knowledge.files.content import Content
from bot.knowledge.files.entries import AnswerEntry
from bot.knowledge.reviewing.diff import field_diffs, readable_diff
from bot.vocabulary import ReviewStatus


def _entry(content: Content) -> AnswerEntry:
    return next(entry for entry in content.answers if entry.id == "prp.safety")


def test_changed_words_are_told_within_the_ones_that_stay(content: Content):
    """So that a reviewer sees one word, not two paragraphs."""
    before = _entry(content)
    text = before.short.text.replace("main worry", "first worry")
    after = before.model_copy(update={"short": before.short.model_copy(update={"text": text})})

    (diff,) = field_diffs(before, after)

    assert diff.label == "Short answer"
    assert [(piece.kind, piece.text) for piece in diff.pieces if piece.kind != "same"] == [
        ("removed", "main"),
        ("added", "first"),
    ]


def test_a_changed_source_is_a_change(content: Content):
    """Who says so matters as much as what."""
    before = _entry(content)
    after = before.model_copy(update={"short": before.short.model_copy(update={"cites": ("clinic-policy",)})})

    assert [diff.label for diff in field_diffs(before, after)] == ["Short answer"]


def test_a_new_answer_is_all_new(content: Content):
    """Nothing was there."""
    diffs = field_diffs(None, _entry(content))

    assert {piece.kind for diff in diffs for piece in diff.pieces} == {"added"}


def test_the_terminal_shows_the_review_too(content: Content):
    """An import may change nothing else."""
    before = _entry(content)
    approved = {"status": ReviewStatus.APPROVED, "by": "Dr. Lee", "on": dt.date(2026, 11, 21), "sample": False}
    after = before.model_copy(update={"review": before.review.model_copy(update=approved)})

    assert field_diffs(before, after) == []
    assert readable_diff(before, after) == [
        "- Review: draft, due 2027-11-21, sample",
        "+ Review: approved, by Dr. Lee, on 2026-11-21, due 2027-11-21",
    ]
