"""Whom a paragraph is about is written in the editor, told in the history and barred where it leans."""

from __future__ import annotations

import pytest
from starlette.datastructures import FormData

from bot.clinic import Clinic
from bot.db.engine import Database
from bot.knowledge.exchange.versions import entry_of
from bot.knowledge.files.content import Content
from bot.knowledge.files.entries import AnswerEntry, FindingEntry
from bot.knowledge.history_store import get_version
from bot.knowledge.reviewing.diff import field_diffs
from bot.knowledge.reviewing.preview import preview
from bot.web.knowledge.form import form_from, form_of, read_form

ID = "prp.contraindications"


def _entry(content: Content) -> AnswerEntry:
    return next(entry for entry in content.answers if entry.id == ID)


def test_names_are_written_in_plain_words():
    """With commas; the short answer is for everybody."""
    form = form_from(
        FormData(
            {
                "id": ID, "topic": "contraindications", "treatments": "prp", "evidence": "trial", "owner": "Dr. Lee",
                "paragraph-0": "Ask us.", "paragraph-0-cites": "overview", "paragraph-0-about": "knee",
                "paragraph-1": "Tell us first.", "paragraph-1-cites": "overview",
                "paragraph-1-about": " Blood thinners,knee,, knee ",
            }
        ),
        None,
    )  # fmt: skip

    entry = read_form(form).entry

    assert entry is not None
    assert entry.details[0].about == ("blood_thinners", "knee")


@pytest.mark.parametrize("answer_id", [ID, "prolotherapy.conditions_treated"])
def test_an_answer_comes_out_of_the_form_as_it_went_in(content: Content, answer_id: str):
    """Or opening it and saving would lose whom its paragraphs are about, and rows of the table."""
    entry = next(entry for entry in content.answers if entry.id == answer_id)

    out = read_form(form_of(entry, 1)).entry

    assert out is not None
    assert out.details == entry.details
    assert any(claim.about for claim in out.details)


def test_a_row_of_the_table_is_written_beside_its_paragraph():
    """Without words for the table it is refused; of a paragraph that is not in it nothing is kept."""
    sent = {
        "id": "prp.conditions_treated", "topic": "conditions_treated", "treatments": "prp", "evidence": "trial",
        "owner": "Dr. Lee", "paragraph-0": "Ask us.", "paragraph-0-cites": "overview",
        "paragraph-1": "For the knee, ask us.", "paragraph-1-cites": "overview", "paragraph-1-about": "knee",
        "paragraph-1-tried": "tested", "paragraph-1-result": "Less pain", "paragraph-1-strength": "weak",
        "paragraph-2": "More.", "paragraph-2-cites": "overview", "paragraph-2-strength": "strong",
    }  # fmt: skip

    entry = read_form(form_from(FormData(sent), None)).entry
    refused = read_form(form_from(FormData({**sent, "paragraph-1-result": ""}), None))

    assert entry is not None
    assert entry.details[0].finding == FindingEntry(tried="tested", result="Less pain", strength="weak")
    assert entry.details[1].finding is None
    assert list(refused.problems) == ["paragraph-1"]


def test_the_store_keeps_whom_a_paragraph_is_about(content: Content, real_database: Database):
    """In its versions."""
    with real_database.read() as session:
        assert entry_of(get_version(session, ID, 1)).details == _entry(content).details


def test_a_change_of_names_is_a_change(content: Content):
    """Others will read it first."""
    before = _entry(content)
    changed = before.details[0].model_copy(update={"about": ("knee",)})
    after = before.model_copy(update={"details": (changed, *before.details[1:])})

    (diff,) = field_diffs(before, after)

    assert diff.label == "Paragraph 1"
    assert ("added", "knee]") in [(piece.kind, piece.text) for piece in diff.pieces]


def test_remarks_stand_beside_the_paragraphs_of_the_form(content: Content, real_database: Database, clinic: Clinic):
    """In their order there, though patients read what is for everybody first."""
    before = _entry(content)
    leaning = before.details[2].model_copy(update={"text": "It may have to wait.", "about": ("infection",)})
    entry = before.model_copy(update={"details": (*before.details[:2], leaning, *before.details[3:])})

    with real_database.read() as session:
        found = preview(session, entry, clinic, "")

    barred = [place for place, remarks in enumerate(found.remarks) if any(remark.bars for remark in remarks)]
    assert barred == [3]
    assert not found.is_ready
