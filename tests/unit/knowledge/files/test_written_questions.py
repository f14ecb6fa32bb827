"""The questions that were written for paragraphs: the shipped ones fit the answers; each way to break a file."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from bot.errors import ContentError
from bot.knowledge.files.content import load_content
from bot.knowledge.files.entries import ParagraphEntry
from bot.paragraphs import paragraph_key
from bot.settings import load_settings
from bot.written_questions import FOLDER, WrittenQuestion, without_paragraph, written_questions

CLINICS_OWN_LINE = re.compile(r"\{clinic\.\w+\}")
LEAST_VOICES = 3
"""With fewer a paragraph is found by the words of one or two people."""


@cache
def paragraphs() -> dict[str, str]:
    """Give where each paragraph of the shipped answers stands, by its key; what findings.yml tells is found by name."""
    content = load_content(load_settings({}).knowledge_path)
    return {
        paragraph_key(claim.text): f"{entry.id}: {claim.text}"
        for entry in content.answers
        for claim in entry.paragraphs()
        if not isinstance(claim, ParagraphEntry) or claim.finding is None
    }


@cache
def shipped() -> list[WrittenQuestion]:
    """Give the shipped questions."""
    return written_questions(load_settings({}).knowledge_path / FOLDER)


def test_every_written_question_names_a_paragraph_that_is_there():
    """It would teach nothing."""
    left = Counter(one.paragraph for one in shipped() if one.paragraph not in paragraphs())

    assert not left, (
        f"{left.total()} written questions in data/knowledge/{FOLDER} belong to paragraphs that are no longer there: "
        f"{', '.join(left)}. A paragraph that was changed has a new key. Read its questions again: those that the new "
        "words still tell get the new key, the others are dropped. docs/writing-answers.md says how."
    )


def test_every_paragraph_has_questions_of_several_voices():
    """But those that hold a line of the clinic's own."""
    voices: dict[str, set[str]] = {}
    for one in shipped():
        voices.setdefault(one.paragraph, set()).add(one.voice)
    written = {key: text for key, text in paragraphs().items() if not CLINICS_OWN_LINE.search(text)}
    few = [f"{key} {text}" for key, text in written.items() if len(voices.get(key, ())) < LEAST_VOICES]

    assert not few, (
        f"{len(few)} paragraphs have questions of fewer than {LEAST_VOICES} voices in data/knowledge/{FOLDER}. Write "
        "some as docs/writing-answers.md says, or give them those of the paragraph that they were:\n" + "\n".join(few)
    )


def test_questions_of_a_paragraph_that_is_gone_are_told_apart():
    """By the paragraph's words, however its lines are broken."""
    here, gone = (
        WrittenQuestion(paragraph=paragraph_key(text), question="how", voice="forum") for text in ("It aches.", "No.")
    )

    assert without_paragraph([here, gone], ["It\n  aches."]) == [gone]


def test_a_clinic_may_go_without_the_folder(tmp_path: Path):
    """Then paragraphs are found by their own words."""
    assert written_questions(tmp_path / FOLDER) == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("d3228f70c094\thow\n", r"forum\.tsv:1: needs the columns paragraph, question"),
        ("paragraph\tquestion\nd3228f70c094\n", r"forum\.tsv:2: needs the columns"),
        ("paragraph\tquestion\nd3228f70c094\t \n", r"forum\.tsv:2: needs the columns"),
        ("paragraph\tquestion\nd3228f70c094\thow\tmuch\n", r"forum\.tsv:2: needs the columns"),
        (b"paragraph\tquestion\nd3228f70c094\tna\xefve\n", r"forum\.tsv: is no text in UTF-8"),
    ],
    ids=["no first line", "one column", "empty", "three columns", "another encoding"],
)
def test_a_broken_file_is_told(tmp_path: Path, text: str | bytes, problem: str):
    """With its line."""
    (tmp_path / "forum.tsv").write_bytes(text if isinstance(text, bytes) else text.encode())

    with pytest.raises(ContentError, match=problem):
        written_questions(tmp_path)
