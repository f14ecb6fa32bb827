"""What is written out reads back as itself, to the byte, and keeps what staff wrote in the console."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.db.base import Base
from bot.db.engine import Database
from bot.knowledge import history_store
from bot.knowledge.exchange.export import content_of, write_content
from bot.knowledge.exchange.importing import Change, import_content
from bot.knowledge.exchange.versions import entry_of
from bot.knowledge.files.content import Content, load_content
from bot.knowledge.reviewing.review import Editor, Reviewing
from tests.factories import ANSWERS_FILE, a_clinic
from tests.factories import write_content as write_small
from tests.fakes import AuditInMemory
from tests.unit.knowledge.conftest import RESPONSES, Seed

WRITER = Editor(id=1, name="Wren", role="writer", may_write=True, may_approve=False, is_clinician=False)
CHANGED = ANSWERS_FILE.replace("Most people do well.", "Nearly all people do well.")


@pytest.fixture
def another_database(tmp_path: Path) -> Database:
    """Give a second empty store."""
    database = Database(f"sqlite:///{tmp_path / 'another.db'}")
    Base.metadata.create_all(database.engine)
    return database


def _exported(database: Database, folder: Path) -> dict[str, bytes]:
    with database.read() as session:
        content = content_of(session)
    write_content(content, folder)
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.yml"))}


def _edit(database: Database, text: str) -> None:
    with database.read() as session:
        entry = entry_of(history_store.get_version(session, "prolotherapy.safety", 1))
    entry = entry.model_copy(update={"short": entry.short.model_copy(update={"text": text})})
    Reviewing(database, a_clinic(), RESPONSES, AuditInMemory()).save(entry, base=1, editor=WRITER)


def test_the_real_content_round_trips_to_the_byte(
    database: Database, another_database: Database, content: Content, tmp_path: Path
):
    """Export, import into an empty store, export again."""
    import_content(database, content)
    first = _exported(database, tmp_path / "first")

    result = import_content(another_database, load_content(tmp_path / "first"))
    second = _exported(another_database, tmp_path / "second")

    assert result.count(Change.ADDED) == len({entry.id for entry in content.answers})
    assert first == second
    assert import_content(database, load_content(tmp_path / "second")).changes == ()


def test_a_draft_is_written_beside_the_words_in_service(database: Database, seed_files: Seed, tmp_path: Path):
    """So that neither is lost on the way to another machine."""
    seed_files()
    _edit(database, 'Drafted words: with a colon, "quotes" and # a hash.')

    files = _exported(database, tmp_path / "out")
    entries = load_content(tmp_path / "out").entries_by_id()["prolotherapy.safety"]

    assert [entry.review.status.value for entry in entries] == ["approved", "draft"]
    assert entries[1].short.text == 'Drafted words: with a colon, "quotes" and # a hash.'
    assert set(files) == {"answers/prolotherapy.yml", "sources.yml", "topics.yml", "treatments.yml"}


def test_what_was_edited_in_the_console_is_kept(database: Database, seed_files: Seed):
    """A file that was changed since does not run over it; it is named instead."""
    seed_files()
    _edit(database, "Drafted words.")

    untouched, changed = seed_files(), seed_files(answers=CHANGED)

    assert untouched.changes == ()
    assert [(found.answer_id, found.change) for found in changed.changes] == [("prolotherapy.safety", Change.KEPT)]
    assert _newest(database) == (2, "draft", "Drafted words.")
    assert seed_files(answers=CHANGED).count(Change.KEPT) == 1, "it is said again until somebody decides"


def test_what_was_edited_in_the_console_is_replaced_when_told_so(database: Database, seed_files: Seed, tmp_path: Path):
    """The console's words stay in the history."""
    seed_files()
    _edit(database, "Drafted words.")
    content = load_content(write_small(tmp_path / "knowledge", answers=CHANGED))

    result = import_content(database, content, overwrite=True)

    assert result.count(Change.CHANGED) == 1
    assert _newest(database) == (3, "approved", "Nearly all people do well.")
    assert _history(database) == ["Most people do well.", "Drafted words.", "Nearly all people do well."]


def test_an_answer_of_the_console_that_left_the_files_is_kept(database: Database, seed_files: Seed):
    """Somebody works on it."""
    seed_files()
    _edit(database, "Drafted words.")

    result = seed_files(answers=ANSWERS_FILE.partition("- topic: safety")[0])

    assert [found.change for found in result.changes] == [Change.KEPT]


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_dry_run_changes_nothing_and_says_the_same(
    database: Database, seed_files: Seed, tmp_path: Path, *, overwrite: bool
):
    """With the words before and after."""
    seed_files()
    content = load_content(write_small(tmp_path / "knowledge", answers=CHANGED))

    told = import_content(database, content, overwrite=overwrite, dry_run=True)
    assert _newest(database) == (1, "approved", "Most people do well.")
    done = import_content(database, content, overwrite=overwrite)

    assert told == done
    assert told.changes[0].before is not None
    assert told.changes[0].after is not None
    assert told.changes[0].after.short.text == "Nearly all people do well."


def test_an_export_removes_answer_files_that_it_did_not_write(database: Database, seed_files: Seed, tmp_path: Path):
    """Their answers would come back at the next import; other files stay."""
    seed_files()
    folder = tmp_path / "out"
    (folder / "answers").mkdir(parents=True)
    (folder / "answers" / "old.yml").write_text("treatment: prp\n", encoding="utf-8")
    (folder / "red_flags.yml").write_text("flags: []\n", encoding="utf-8")

    files = _exported(database, folder)

    assert "answers/old.yml" not in files
    assert "red_flags.yml" in files


def _newest(database: Database) -> tuple[int, str, str]:
    with database.read() as session:
        version = history_store.get_answer(session, "prolotherapy.safety").versions[-1]
        return version.version, version.status, version.short


def _history(database: Database) -> list[str]:
    with database.read() as session:
        return [version.short for version in history_store.get_answer(session, "prolotherapy.safety").versions]
