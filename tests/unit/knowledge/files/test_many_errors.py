"""Whoever edits the files is told everything that is wrong at once, and a broken folder changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.db.engine import Database
from bot.errors import BrokenContentError
from bot.knowledge.exchange.importing import import_content
from bot.knowledge.files.content import load_content
from tests.factories import ANSWERS_FILE, write_content
from tests.unit.knowledge.conftest import Seed

TWENTY = """\
treatment: prolotherapy
review: {status: approved, by: Dr. Lee, on: 2026-01-10, due: 2026-01-09}
owner: Dr. Lee
answers:
- topic: nothing
  evidence: hearsay
  short: {text: "", cites: []}
- topic: safety
  evidnce: review
  short: {text: A., cites: [overview]}
  review: {status: aproved}
- topic: definition
  evidence: review
  short: {text: "Call {clinic.fax}.", cites: [blog, diary]}
  details:
  - {text: "", cites: overview}
  - cites: [overview]
  related: [mood, weather]
  treatments: [botox]
  review: {status: draft}
- id: prp.definition
  topic: definition
  evidence: review
  short: {text: A., cites: [overview]}
  review: {status: draft}
- id: prolotherapy.other
  topic: comparison
  evidence: review
  short: {text: A., cites: [overview]}
  review: {status: draft}
  sources_differ: perhaps
- just words
- id: prolotherapy.third
  topic: comparison
  evidence: review
  short: {text: "Speak to {phone}.", cites: [nobody]}
  review: {status: draft}
"""


def test_all_errors_of_all_files_are_told_at_once(tmp_path: Path):
    """Each with its own line, so that one round of mending is enough."""
    folder = write_content(
        tmp_path,
        answers=TWENTY,
        topics="topics:\n- {slug: safety, title: Safety, question: Safe?}\n"
        "- {slug: definition, title: What, question: What?, unknown_treatment: guess}\n"
        "- {slug: comparison, title: How, question: How?, unknown_treatment: ask}\n",
        sources="sources:\n- {id: overview, title: A, publisher: B, kind: rumour, address: c}\n",
        treatments="treatments:\n- {slug: prolotherapy, name: P, short_name: p, kind: offered}\n"
        "- {slug: prolotherapy, name: P, short_name: p, kind: offered}\n",
    )
    (folder / "not_answered.yml").write_text(
        "not_answered:\n- {treatment: wings, topic: safety, because: Nobody has any wings here.}\n"
        "- {treatment: prolotherapy, topic: safety, because: no}\n",
        encoding="utf-8",
    )

    with pytest.raises(BrokenContentError) as raised:
        load_content(folder)

    told = str(raised.value).splitlines()
    assert len(told) == len(set(told)) >= 20, "\n".join(told)
    assert all(problem.line is not None for problem in raised.value.problems), "\n".join(told)
    assert {Path(problem.path).name for problem in raised.value.problems} == {
        "prolotherapy.yml", "topics.yml", "sources.yml", "treatments.yml", "not_answered.yml",
    }  # fmt: skip


def test_a_fault_in_what_a_file_says_for_all_is_told_once(tmp_path: Path):
    """Not for each of its answers."""
    with pytest.raises(BrokenContentError) as raised:
        load_content(write_content(tmp_path, answers=ANSWERS_FILE.replace("status: approved", "status: fine")))

    assert len(raised.value.problems) == 1


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{treatment: prolotherapy, topic: safety, because: Ask us in person.}", "there is an answer to it"),
        ("{treatment: prp, topic: mood, because: Ask us in person.}", "there is no topic 'mood'"),
        ("{treatment: botox, topic: safety, because: Ask us in person.}", "there is no treatment 'botox'"),
        ("{treatment: prp, topic: safety}", "because: is missing"),
        ("{treatment: prp, topic: safety, because: x}", "because: needs 10 characters or more"),
    ],
)
def test_a_slip_in_what_is_left_to_staff_is_told(tmp_path: Path, line: str, problem: str):
    """A cell is either answered or left to staff, and a reason is given."""
    folder = write_content(tmp_path)
    (folder / "not_answered.yml").write_text(f"not_answered:\n- {line}\n", encoding="utf-8")

    with pytest.raises(BrokenContentError, match=problem) as raised:
        load_content(folder)
    assert raised.value.line == 2


def test_a_broken_folder_changes_nothing(database: Database, seed_files: Seed, tmp_path: Path):
    """Everything is checked before the first row is touched."""
    seed_files()

    with pytest.raises(BrokenContentError):
        import_content(database, load_content(write_content(tmp_path / "knowledge", answers=TWENTY)))

    assert seed_files().changes == ()
