"""The content folder is read as it is written, with what a file says for all its answers filled in."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from bot.knowledge.files.content import Content, load_content
from bot.knowledge.files.entries import hash_of
from bot.vocabulary import ReviewStatus
from tests.factories import ANSWERS_FILE, write_content


def test_an_answer_takes_what_its_file_says_for_all(tmp_path: Path):
    """Treatment, owner and review stand once, at the top."""
    entry = load_content(write_content(tmp_path)).answers[0]

    assert entry.id == "prolotherapy.definition"
    assert entry.treatments == ("prolotherapy",)
    assert entry.owner == "sample"
    assert entry.review.status is ReviewStatus.APPROVED
    assert entry.review.due == dt.date(2099, 1, 10)
    assert entry.home == "prolotherapy"


def test_an_answer_may_say_otherwise(tmp_path: Path):
    """Its own values come before the file's."""
    own = (
        "- id: prolotherapy.special\n  topic: definition\n  treatments: [prp]\n  owner: Dr. Lee\n"
        "  review: {status: draft, by: Lee, on: 2026-01-10, due: 2099-01-10}\n"
        "  evidence: trial\n  short: {text: It is a shot., cites: [overview]}\n"
    )

    entry = load_content(write_content(tmp_path, answers=ANSWERS_FILE + own)).answers[-1]

    assert entry.id == "prolotherapy.special"
    assert entry.treatments == ("prp",)
    assert entry.owner == "Dr. Lee"
    assert entry.review.status is ReviewStatus.DRAFT


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a set of shots", "a series of shots"),
        ("cites: [second-look, overview]", "cites: [overview]"),
        ("status: approved", "status: draft"),
        ("due: 2099-01-10", "due: 2098-01-10"),
        ("related: [safety]", "related: []"),
        ("evidence: clinic_page", "evidence: trial"),
    ],
)
def test_whatever_changes_in_an_answer_changes_its_hash(tmp_path: Path, old: str, new: str):
    """Or a changed review would not become a version."""
    before = hash_of(load_content(write_content(tmp_path)).answers)

    after = hash_of(load_content(write_content(tmp_path, answers=ANSWERS_FILE.replace(old, new))).answers)

    assert before != after


def test_comments_and_line_breaks_do_not_change_the_hash(tmp_path: Path):
    """Tidying a file makes no new version."""
    before = hash_of(load_content(write_content(tmp_path)).answers)

    tidied = ANSWERS_FILE.replace("answers:\n", "answers:\n# What it is\n\n")

    assert hash_of(load_content(write_content(tmp_path, answers=tidied)).answers) == before


def test_the_real_content_holds(content: Content):
    """Every file under data/knowledge passes every check."""
    assert len(content.answers) >= 100
    assert len(content.topics) == 39
    assert {entry.slug for entry in content.treatments} >= {"prolotherapy", "prp", "stem_cell", "exosomes"}
