"""What came of treatments for a condition: the first sentence for one treatment, a table where none is named."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from bot.channels.sms_text import reply_text
from bot.clinic import Clinic
from bot.db.engine import Database
from bot.errors import BrokenContentError, ContentError
from bot.knowledge.answering.answering import Answering
from bot.knowledge.answering.finding_table import STRENGTHS, FindingWords
from bot.knowledge.answering.question import Question
from bot.knowledge.exchange.export import content_of, write_content
from bot.knowledge.exchange.importing import import_content
from bot.knowledge.files.content import Content, load_content
from bot.knowledge.files.entries import FindingEntry
from bot.knowledge.files.findings import with_table, without_table
from bot.knowledge.mentioned import Mentioned
from bot.reply import Reply
from bot.settings import load_settings
from bot.vocabulary import ReplyKind
from bot.yaml_file import read_names
from tests.factories import serving
from tests.factories import write_content as write_small
from tests.unit.knowledge.conftest import RESPONSES

KNOWLEDGE = load_settings({}).knowledge_path


@pytest.fixture(scope="module")
def answering(real_database: Database, clinic: Clinic) -> Answering:
    """Give answering on the real knowledge, with the names that messages have."""
    return Answering(
        real_database,
        clinic,
        RESPONSES,
        serving,
        condition_names=read_names(KNOWLEDGE / "condition_names.yml"),
        mentioned=Mentioned.from_folder(KNOWLEDGE),
        finding_words=FindingWords.from_file(KNOWLEDGE / "finding_words.yml"),
    )


def _replies(answering: Answering, topic: str, *named: str, treatments: tuple[str, ...] = ()) -> tuple[Reply, ...]:
    return answering.answer(Question(topic=topic, treatments=treatments, named=named), ()).replies


@pytest.mark.parametrize("topic", ["conditions_treated", "effectiveness"])
@pytest.mark.parametrize(
    ("named", "begins"),
    [
        (("tennis_elbow", "elbow"), "For tennis elbow, PRP probably does little or nothing"),
        (("heel",), "For heel pain (plantar fasciitis), PRP and cortisone did the same at 3 months"),
        (("meniscus_tear", "knee"), "For a torn meniscus (a pad in the knee), PRP was tested"),
    ],
)
def test_the_first_sentence_answers_for_the_condition(
    answering: Answering, topic: str, named: tuple[str, ...], begins: str
):
    """With no lead before it; the rest of the answer waits."""
    (reply,) = _replies(answering, topic, *named, treatments=("prp",))

    assert (reply.topic, reply.answer_id) == (topic, "prp.conditions_treated")
    assert reply.lead is None
    assert reply.text.startswith(begins)
    assert reply.first_details is not None
    assert reply.short_citations


def test_a_condition_that_nobody_tried_it_for_keeps_the_honest_line(answering: Answering):
    """The trials of worn knees say nothing of a Baker's cyst."""
    (reply,) = _replies(answering, "effectiveness", "bakers_cyst", treatments=("prp",))

    assert (reply.lead or "").startswith("Our sources on PRP do not name Baker's cyst.")


def test_who_names_no_treatment_gets_a_table_of_the_clinics(answering: Answering, clinic: Clinic):
    """With sources by row, nobody's promise, and the questions to go on with."""
    (reply,) = _replies(answering, "conditions_treated", "heel")

    assert reply.table is not None
    assert reply.table.caption == "What studies found for heel pain (plantar fasciitis)"
    assert len(reply.table.rows) == len(clinic.treatments)
    assert {len(row.cells) for row in reply.table.rows} == {len(reply.table.columns)}
    numbers = {citation.number for citation in reply.citations}
    assert {number for row in reply.table.rows for number in row.citations} == numbers
    assert (reply.kind, reply.answer_id, reply.sample) == (ReplyKind.ANSWER, None, True)
    assert [option.treatments for option in reply.related] == [(slug,) for slug in clinic.treatments]
    assert (reply.regulatory_status or "").count("FDA status:") == 1


def test_a_row_alone_does_not_say_that_a_treatment_is_used(answering: Answering):
    """Nobody is told to have prolotherapy for a meniscus, which we have read no trial of and no source lists."""
    (reply,) = _replies(answering, "conditions_treated", "meniscus_tear")

    assert reply.table is not None
    assert [row.cells[0] for row in reply.table.rows] == ["Prolotherapy", "Platelet-rich plasma (PRP)"]
    assert reply.table.rows[0].cells[1:] == ("We have read no trial", "None to go by")
    assert reply.lead == "Of what we offer, used for this: PRP."


def test_a_row_of_what_was_not_found_says_that_there_may_be_some(content: Content):
    """That we have read no trial is not to say that there is none."""
    rows = [claim for entry in content.answers for claim in entry.details if claim.finding is not None]
    not_found = [claim for claim in rows if claim.finding is not None and claim.finding.tried == "not_found"]

    assert len(not_found) > 10
    for claim in not_found:
        assert claim.finding is not None
        assert claim.finding.result.startswith(("We have read no trial", "We have read no study"))
        assert "we have read no" in claim.text
        assert "there may be some" in claim.text


def test_a_text_message_has_the_table_in_lines(answering: Answering):
    """One treatment a line."""
    (reply,) = _replies(answering, "effectiveness", "tennis_elbow", "elbow")

    lines = reply_text(reply).splitlines()

    assert any(line.startswith("Prolotherapy: More relief than other care") for line in lines)
    assert any(line.endswith("Strength of the studies: fair.") for line in lines)


@pytest.mark.parametrize("named", [(), ("bakers_cyst",), ("warfarin",)])
def test_what_is_not_in_the_table_makes_none(answering: Answering, named: tuple[str, ...]):
    """The main treatment's answer is given, as for any other question."""
    assert all(reply.table is None for reply in _replies(answering, "effectiveness", *named))


def test_a_treatment_that_is_left_out_has_no_row(answering: Answering, clinic: Clinic):
    """Nor one that was spoken of before: that gets its own answer."""
    question = Question(topic="effectiveness", named=("heel",), excluded=("stem_cell",))

    (reply,) = answering.answer(question, ()).replies
    (after_prp,) = answering.answer(question, ("prp",)).replies

    assert len(reply.table.rows if reply.table else ()) == len(clinic.treatments) - 1
    assert after_prp.answer_id == "prp.conditions_treated"


def test_treatments_are_compared_for_the_condition_that_was_named(answering: Answering):
    """By the comparison's own part where it has one; else by a table of these two, and not by their use in the knee."""

    def compared(*named: str) -> Reply:
        return _replies(answering, "comparison", *named, treatments=("prolotherapy", "prp"))[0]

    elbow, heel, cyst = compared("tennis_elbow"), compared("heel"), compared("bakers_cyst")

    assert elbow.table is not None
    assert [row.cells[0] for row in elbow.table.rows] == ["Prolotherapy", "Platelet-rich plasma (PRP)"]
    assert (heel.short or "").startswith("For heel pain")
    assert {reply.answer_id for reply in (heel, cyst)} == {"prolotherapy_vs_prp.comparison"}


def test_the_table_is_written_out_as_it_was_read(database: Database, content: Content, tmp_path: Path):
    """In its own file, and each row once."""
    import_content(database, content)
    with database.read() as session:
        write_content(content_of(session), tmp_path / "out")

    assert "finding:" not in "".join(path.read_text() for path in (tmp_path / "out" / "answers").glob("*.yml"))
    assert (tmp_path / "out" / "conditions.yml").is_file()
    assert {e.id: e for e in load_content(tmp_path / "out").answers} == {e.id: e for e in content.answers}


def test_an_answer_whose_findings_were_edited_keeps_them_in_its_own_file(content: Content):
    """Another order, say: the table has one for all treatments, and reading must give the same words back."""
    place = next(n for n, entry in enumerate(content.answers) if entry.id == "prp.conditions_treated")
    entry = content.answers[place]
    edited = entry.model_copy(update={"details": entry.details[::-1]})
    answers = [*content.answers[:place], edited, *content.answers[place + 1 :]]

    written, table = without_table(answers)

    assert written[place] == edited
    assert not any(row.treatment == "prp" for condition in table for row in condition.treatments)
    assert with_table(written, table) == answers


def test_every_strength_has_its_word(tmp_path: Path):
    """A row that could not be told would be found only by the patient who asks for it."""
    path = tmp_path / "finding_words.yml"
    said = (KNOWLEDGE / "finding_words.yml").read_text(encoding="utf-8")
    path.write_text(said.replace("  weak: Weak\n", ""), encoding="utf-8")

    with pytest.raises(ContentError, match=r"fair, none, strong, very_weak, weak"):
        FindingWords.from_file(path)

    assert set(get_args(FindingEntry.model_fields["strength"].annotation)) == set(STRENGTHS)
    assert FindingWords.from_file(tmp_path / "none.yml") is None


TABLE = """\
conditions:
- about: [knee]
  treatments:
  - treatment: {treatment}
    tried: tested
    result: Less pain
    strength: {strength}
    text: For the knee, it eased pain.
    cites: [{source}]
"""


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"strength": "great"}, "strength"),
        ({"source": "nowhere"}, "knee: there is no source 'nowhere'."),
        ({"treatment": "prp"}, "knee: there is no answer prp.conditions_treated to take its row."),
    ],
)
def test_what_is_wrong_in_the_table_is_told_with_its_line(tmp_path: Path, changed: dict[str, str], problem: str):
    """As for any content file."""
    folder = write_small(tmp_path / "knowledge")
    values = {"treatment": "prolotherapy", "strength": "weak", "source": "overview", **changed}
    (folder / "conditions.yml").write_text(TABLE.format(**values), encoding="utf-8")

    with pytest.raises(BrokenContentError) as raised:
        load_content(folder)

    assert "conditions.yml:" in str(raised.value)
    assert problem in str(raised.value)
