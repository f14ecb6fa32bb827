"""Lists under a heading, timelines and drawings: from the file to the chat, a text message, the editor and back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.datastructures import FormData

from bot.channels.sms_text import reply_text
from bot.claims.rules import ClaimRules
from bot.clinic import Clinic
from bot.db.engine import Database
from bot.errors import ContentError
from bot.knowledge.answering.answering import Answering
from bot.knowledge.answering.question import Question
from bot.knowledge.exchange.export import content_of, write_content
from bot.knowledge.exchange.importing import import_content
from bot.knowledge.exchange.versions import entry_of
from bot.knowledge.files.claim_check import check_answers
from bot.knowledge.files.content import Content, load_content
from bot.knowledge.files.entries import DRAWING_NAMES, AnswerEntry, ParagraphEntry
from bot.knowledge.history_store import get_version
from bot.knowledge.mentioned import Mentioned
from bot.knowledge.reviewing.diff import field_diffs
from bot.knowledge.reviewing.preview import preview
from bot.reply import Reply
from bot.settings import ROOT
from bot.web.knowledge.form import form_from, form_of, read_form
from tests.factories import a_clinic, serving
from tests.factories import write_content as write_small
from tests.unit.knowledge.conftest import RESPONSES

TOPICS = """\
topics:
- {slug: aftercare, title: Care, question: "How do I care for it after {treatment}?", unknown_treatment: main}
"""
ANSWERS = """\
treatment: prolotherapy
review: {status: approved, by: Dr. Lee, on: 2026-01-10, due: 2099-01-10}
owner: Dr. Lee
answers:
- topic: aftercare
  evidence: review
  short: {text: Rest at first., cites: [overview]}
  details:
  - {text: Keep the spot dry., cites: [overview], heading: That day}
  - {text: Drink enough., cites: [overview], heading: That day}
  - {text: Most people are sore., cites: [overview], heading: Recovery, when: Days 1 to 3}
  - {text: Most people are better., cites: [overview], heading: Recovery, when: Week 2}
  - text: The needle goes beside the bone.
    cites: [overview]
    drawing: {name: needle_in_tendon, alt: A needle points at the tendon between muscle and bone.}
  - text: With diabetes ask us first.
    cites: [overview]
    heading: That day
    drawing: {name: recovery_line, alt: A line that falls over days and weeks.}
    about: [diabetes]
"""
MENTIONED = Mentioned(conditions=frozenset({"diabetes"}))
PLAIN = """\
That day:
- Keep the spot dry.
- Drink enough.

Recovery:
- Days 1 to 3: Most people are sore.
- Week 2: Most people are better.

The needle goes beside the bone."""


@pytest.fixture
def small(tmp_path: Path) -> Content:
    """Give content with one answer that has every form."""
    return load_content(write_small(tmp_path / "knowledge", topics=TOPICS, answers=ANSWERS))


@pytest.fixture
def filled(database: Database, small: Content) -> Database:
    """Give a store that holds it."""
    import_content(database, small)
    return database


def _reply(database: Database, *named: str) -> Reply:
    answering = Answering(database, a_clinic(), RESPONSES, serving, mentioned=MENTIONED)
    question = Question(topic="aftercare", treatments=("prolotherapy",), named=named)
    (reply,) = answering.answer(question, ()).replies
    return reply


def test_the_text_of_a_reply_tells_the_form_in_lines(filled: Database):
    """Search, staff and programs read it; a drawing adds nothing that the words do not say."""
    reply = _reply(filled)

    assert reply.text.startswith(f"Rest at first.\n\n{PLAIN}")
    assert [claim.when for claim in reply.details][2:4] == ["Days 1 to 3", "Week 2"]
    assert reply.details[4].drawing is not None
    assert Reply.model_validate_json(reply.model_dump_json()) == reply


def test_a_text_message_stands_alone_in_plain_text(filled: Database):
    """Headings and days are told in words."""
    text = reply_text(_reply(filled))

    assert PLAIN in text
    assert "needle_in_tendon" not in text


def test_a_part_is_read_without_the_heading_of_its_neighbours(filled: Database):
    """Who names a condition reads its paragraph first and alone."""
    reply = _reply(filled, "diabetes")

    assert reply.short == "With diabetes ask us first."
    assert reply.short_drawing is not None
    assert reply.read_first() == reply.short
    assert "Rest at first.\n\nThat day:\n- Keep the spot dry." in reply.text


def test_it_is_written_out_as_it_was_read(filled: Database, tmp_path: Path, small: Content):
    """An export reads back as itself."""
    with filled.read() as session:
        write_content(content_of(session), tmp_path / "out")

    assert load_content(tmp_path / "out").answers[0].details == small.answers[0].details


def test_it_goes_through_the_editor_and_shows_in_the_history(filled: Database, small: Content):
    """Or saving there would lose it."""
    (entry,) = small.answers
    through = read_form(form_of(entry, 1)).entry
    plain = entry.model_copy(
        update={"details": tuple(claim.model_copy(update={"heading": None}) for claim in entry.details)}
    )

    assert through is not None
    assert through.details == entry.details
    assert [diff.label for diff in field_diffs(plain, entry)] == [f"Paragraph {n}" for n in (1, 2, 3, 4, 6)]
    with filled.read() as session:
        assert entry_of(get_version(session, entry.id, 1)).details == entry.details
        assert preview(session, entry, a_clinic(), RESPONSES.unset).reply.details[4].drawing is not None


def test_a_drawing_without_words_is_refused_beside_its_paragraph():
    """Who does not see it must not miss anything."""
    sent = {
        "id": "prp.aftercare", "topic": "aftercare", "treatments": "prp", "evidence": "trial", "owner": "Dr. Lee",
        "paragraph-0": "Ask us.", "paragraph-0-cites": "overview",
        "paragraph-1": "It is spun.", "paragraph-1-cites": "overview", "paragraph-1-drawing": "prp_made",
    }  # fmt: skip

    read = read_form(form_from(FormData(sent), None))

    assert read.problems == {"paragraph-1": ["Say in words what the drawing shows (10 to 300 letters)."]}


@pytest.mark.parametrize("key", ["heading", "when", "alt"])
def test_no_claim_hides_in_a_heading_or_a_drawing(tmp_path: Path, key: str):
    """What is read is looked at."""
    words = {"heading": "That day", "when": "Days 1 to 3", "alt": "A needle points"}[key]
    folder = write_small(tmp_path / "knowledge", topics=TOPICS, answers=ANSWERS.replace(words, "A miracle cure"))
    rules = ClaimRules.from_file(ROOT / "data" / "knowledge" / "claims.yml")

    with pytest.raises(ContentError, match=r"miracle|cure"):
        check_answers(folder / "answers", rules)


def test_answers_without_any_form_keep_their_hash():
    """So that files of a clinic from before are not taken for changed ones."""
    claim = ParagraphEntry(text="Rest.", cites=("overview",))

    assert set(claim.model_dump(mode="json")) == {"text", "cites", "facts", "about", "finding"}


def test_every_drawing_is_there_and_of_our_own():
    """A symbol for each name, nothing from elsewhere, and no color that a dark page would not change."""
    drawn = (ROOT / "bot" / "web" / "static" / "img" / "drawings.svg").read_text(encoding="utf-8")

    assert tuple(re.findall(r'<symbol id="(\w+)"', drawn)) == DRAWING_NAMES
    assert "http" not in drawn.replace("http://www.w3.org/2000/svg", "")
    assert set(re.findall(r'(?:fill|stroke)="([^"]+)"', drawn)) == {"none", "currentColor"}


def test_real_answers_use_every_form(content: Content, real_database: Database, clinic: Clinic):
    """Lists, timelines and drawings, of which every one is shown somewhere."""
    claims = [claim for entry in content.answers for claim in entry.details]

    assert {claim.drawing.name for claim in claims if claim.drawing} == set(DRAWING_NAMES)
    assert any(claim.when for claim in claims)
    for entry in content.answers:
        _each_heading_stands_once(entry)


def _each_heading_stands_once(entry: AnswerEntry) -> None:
    """A list that is torn apart by another heading would be told twice."""
    shown = [claim.heading for claim in entry.details if not claim.about]
    runs = [heading for place, heading in enumerate(shown) if heading and (place == 0 or shown[place - 1] != heading)]
    assert len(runs) == len(set(runs)), entry.id
