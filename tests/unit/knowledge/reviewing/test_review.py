"""An answer goes from draft to approved by two people, and every step and every word of it is kept."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.clinic import Clinic
from bot.db.engine import Database
from bot.errors import ConflictError, PermissionDeniedError
from bot.knowledge import history_store, store
from bot.knowledge.exchange.versions import entry_of
from bot.knowledge.files.entries import AnswerEntry, ParagraphEntry
from bot.knowledge.models import Fact
from bot.knowledge.reviewing.review import Editor, Reviewing
from tests.factories import a_clinic, day, serving
from tests.fakes import AuditInMemory
from tests.unit.knowledge.conftest import RESPONSES, Seed

WRITER = Editor(id=1, name="Wren", role="writer", may_write=True, may_approve=False, is_clinician=False)
CLINICIAN = Editor(id=2, name="Dr. Lee", role="clinician", may_write=True, may_approve=True, is_clinician=True)
OTHER_CLINICIAN = Editor(id=3, name="Dr. Ode", role="clinician", may_write=True, may_approve=True, is_clinician=True)
AGENT = Editor(id=4, name="Ana", role="agent", may_write=False, may_approve=False, is_clinician=False)
SAFETY = "prolotherapy.safety"


@pytest.fixture
def reviewing(database: Database, seed_files: Seed) -> Reviewing:
    """Give the small content under review, at a clinic where two people look at a change."""
    seed_files()
    return _at(database, a_clinic())


def _at(database: Database, clinic: Clinic, audit: AuditInMemory | None = None) -> Reviewing:
    return Reviewing(database, clinic, RESPONSES, audit or AuditInMemory())


def _entry(database: Database, text: str, number: int = 1) -> AnswerEntry:
    with database.read() as session:
        entry = entry_of(history_store.get_version(session, SAFETY, number))
    return entry.model_copy(update={"short": entry.short.model_copy(update={"text": text})})


def _served(database: Database, offset: int = 0) -> str | None:
    with database.read() as session:
        found = store.find_answer(session, treatment="prolotherapy", topic="safety", rules=serving(offset))
        return None if found is None else found.version.short


def _approve(reviewing: Reviewing, number: int, editor: Editor = CLINICIAN) -> None:
    reviewing.approve(SAFETY, number, editor, due=day(300))


def test_a_change_is_served_once_another_person_approved_it(reviewing: Reviewing, database: Database):
    """And not a moment before; then with that person's name and the day."""
    number = reviewing.save(_entry(database, "All did well."), base=1, editor=WRITER)
    assert _served(database) == "Most people do well."
    reviewing.submit(SAFETY, number, WRITER)
    assert _served(database) == "Most people do well."

    _approve(reviewing, number)

    assert _served(database) == "All did well."
    with database.read() as session:
        version = history_store.get_version(session, SAFETY, number)
        steps = [(event.step, event.by) for event in history_store.events(session, SAFETY)]
    assert (version.reviewed_by, version.sample, version.review_due_on) == ("Dr. Lee", False, day(300))
    assert steps[:3] == [("approved", "Dr. Lee"), ("in_review", "Wren"), ("draft", "Wren")]


def test_nobody_approves_their_own_change(reviewing: Reviewing, database: Database):
    """Not even a clinician."""
    number = reviewing.save(_entry(database, "All did well."), base=1, editor=CLINICIAN)
    reviewing.submit(SAFETY, number, CLINICIAN)

    with pytest.raises(PermissionDeniedError, match="another person"):
        _approve(reviewing, number)
    assert _served(database) == "Most people do well."

    _approve(reviewing, number, OTHER_CLINICIAN)
    assert _served(database) == "All did well."


def test_somebody_elses_comma_does_not_launder_ones_own_words(reviewing: Reviewing, database: Database):
    """Whoever wrote any of the drafts since the last approval had a hand in it."""
    reviewing.save(_entry(database, "All did well."), base=1, editor=CLINICIAN)
    number = reviewing.save(_entry(database, "All did well, yes."), base=2, editor=WRITER)
    reviewing.submit(SAFETY, number, WRITER)

    with pytest.raises(PermissionDeniedError, match="another person"):
        _approve(reviewing, number)


def test_a_clinic_of_one_person_may_say_so(database: Database, seed_files: Seed):
    """In clinic.yml."""
    seed_files()
    reviewing = _at(database, a_clinic(one_person_approves=True))
    number = reviewing.save(_entry(database, "All did well."), base=1, editor=CLINICIAN)
    reviewing.submit(SAFETY, number, CLINICIAN)

    _approve(reviewing, number)

    assert _served(database) == "All did well."


def test_each_role_may_do_its_part_only(reviewing: Reviewing, database: Database):
    """An agent reads, a writer writes, a clinician approves and retires."""
    with pytest.raises(PermissionDeniedError):
        reviewing.save(_entry(database, "No."), base=1, editor=AGENT)
    number = reviewing.save(_entry(database, "All did well."), base=1, editor=WRITER)
    with pytest.raises(PermissionDeniedError):
        reviewing.submit(SAFETY, number, AGENT)
    reviewing.submit(SAFETY, number, WRITER)
    for step in (
        lambda: _approve(reviewing, number, WRITER),
        lambda: reviewing.send_back(SAFETY, number, WRITER, "no"),
        lambda: reviewing.retire(SAFETY, WRITER, "no"),
    ):
        with pytest.raises(PermissionDeniedError):
            step()


def test_a_draft_that_was_never_submitted_cannot_be_approved(reviewing: Reviewing, database: Database):
    """Its writer may not be done with it."""
    number = reviewing.save(_entry(database, "All did well."), base=1, editor=WRITER)

    with pytest.raises(ConflictError, match="is draft by now"):
        _approve(reviewing, number)


def test_two_people_editing_at_once_lose_nothing(reviewing: Reviewing, database: Database):
    """The second is told who was first; both texts can still be had."""
    reviewing.save(_entry(database, "Wren's words."), base=1, editor=WRITER)

    with pytest.raises(ConflictError, match="Wren saved version 2 while you were writing"):
        reviewing.save(_entry(database, "Dr. Lee's words."), base=1, editor=CLINICIAN)
    reviewing.save(_entry(database, "Dr. Lee's words."), base=2, editor=CLINICIAN)

    with database.read() as session:
        texts = [version.short for version in history_store.get_answer(session, SAFETY).versions]
    assert texts == ["Most people do well.", "Wren's words.", "Dr. Lee's words."]


def test_only_the_newest_version_can_be_approved(reviewing: Reviewing, database: Database):
    """Else a click on an old page would bring back words that were already replaced."""
    first = reviewing.save(_entry(database, "All did well."), base=1, editor=WRITER)
    reviewing.submit(SAFETY, first, WRITER)
    reviewing.save(_entry(database, "Nearly all did well."), base=first, editor=WRITER)

    with pytest.raises(ConflictError, match="newer version"):
        _approve(reviewing, first)


def test_a_hard_text_cannot_be_approved(reviewing: Reviewing, database: Database):
    """Grade 8 at most."""
    hard = "Multifactorial musculoskeletal considerations necessitate individualized interdisciplinary consultation."
    number = reviewing.save(_entry(database, hard), base=1, editor=WRITER)
    reviewing.submit(SAFETY, number, WRITER)

    with pytest.raises(ConflictError, match=r"reads at grade \d+"):
        _approve(reviewing, number)


@pytest.mark.parametrize("offset", [-1, 0, 800])
def test_the_next_review_is_due_within_two_years(reviewing: Reviewing, database: Database, offset: int):
    """And not today."""
    number = reviewing.save(_entry(database, "All did well."), base=1, editor=WRITER)
    reviewing.submit(SAFETY, number, WRITER)

    with pytest.raises(ConflictError, match="within two years"):
        reviewing.approve(SAFETY, number, CLINICIAN, due=day(offset))


def test_an_approval_runs_out(reviewing: Reviewing, database: Database):
    """The day after it is due nothing is served, older words neither."""
    number = reviewing.save(_entry(database, "All did well."), base=1, editor=WRITER)
    reviewing.submit(SAFETY, number, WRITER)
    _approve(reviewing, number)

    assert _served(database, 299) == "All did well."
    assert _served(database, 302) is None


def test_a_retired_answer_is_gone_at_once_and_its_words_can_be_restored(reviewing: Reviewing, database: Database):
    """As a draft, which needs its approval again."""
    reviewing.retire(SAFETY, CLINICIAN, "A source was withdrawn")
    assert _served(database) is None

    number = reviewing.restore(SAFETY, 1, WRITER)
    assert _served(database) is None
    reviewing.submit(SAFETY, number, WRITER)
    _approve(reviewing, number)

    assert _served(database) == "Most people do well."
    with database.read() as session:
        notes = [event.note for event in history_store.events(session, SAFETY)]
    assert "A source was withdrawn" in notes


def test_a_version_sent_back_waits_for_its_writer(reviewing: Reviewing, database: Database):
    """With what is to be changed."""
    number = reviewing.save(_entry(database, "All did well."), base=1, editor=WRITER)
    reviewing.submit(SAFETY, number, WRITER)

    reviewing.send_back(SAFETY, number, CLINICIAN, "Who says so?")

    with database.read() as session:
        assert history_store.get_version(session, SAFETY, number).status == "draft"
        assert history_store.events(session, SAFETY)[0].note == "Who says so?"


def test_a_new_answer_starts_as_a_draft(reviewing: Reviewing, database: Database):
    """And its id is taken from then on."""
    entry = _entry(database, "Everybody heals at their own pace.").model_copy(
        update={"id": "prp.safety", "treatments": ("prp",)}
    )

    reviewing.save(entry, base=0, editor=WRITER)

    with pytest.raises(ConflictError, match="already"):
        reviewing.save(entry, base=0, editor=WRITER)
    with database.read() as session:
        assert store.find_answer(session, treatment="prp", topic="safety", rules=serving()) is None


def test_an_unknown_source_is_refused(reviewing: Reviewing, database: Database):
    """As in a file."""
    entry = _entry(database, "Everybody heals at their own pace.")
    entry = entry.model_copy(update={"short": entry.short.model_copy(update={"cites": ("a-dream",)})})

    with pytest.raises(ConflictError, match="There is no source 'a-dream'"):
        reviewing.save(entry, base=1, editor=WRITER)


def test_what_was_served_on_a_day_can_still_be_read(reviewing: Reviewing, database: Database):
    """Its version keeps its words whatever comes after."""
    number = reviewing.save(_entry(database, "All did well."), base=1, editor=WRITER)
    reviewing.submit(SAFETY, number, WRITER)
    _approve(reviewing, number)
    reviewing.retire(SAFETY, CLINICIAN, "")

    with database.read() as session:
        assert history_store.get_version(session, SAFETY, 1).short == "Most people do well."
        assert history_store.get_version(session, SAFETY, number).reviewed_by == "Dr. Lee"


def test_every_step_stands_in_the_audit_log(seed_files: Seed, database: Database):
    """With who took it; a step that was refused does not."""
    seed_files()
    audit = AuditInMemory()
    reviewing = _at(database, a_clinic(), audit)
    number = reviewing.save(_entry(database, "Most people do well here."), base=1, editor=WRITER)
    reviewing.submit(SAFETY, number, WRITER)
    reviewing.send_back(SAFETY, number, CLINICIAN, "Say when")
    reviewing.submit(SAFETY, number, WRITER)
    with pytest.raises(PermissionDeniedError):
        _approve(reviewing, number, AGENT)
    _approve(reviewing, number)
    reviewing.retire(SAFETY, CLINICIAN, "")

    assert audit.entries == [
        ("Wren", "answer.changed", SAFETY),
        ("Wren", "answer.submitted", SAFETY),
        ("Dr. Lee", "answer.sent_back", SAFETY),
        ("Wren", "answer.submitted", SAFETY),
        ("Dr. Lee", "answer.approved", SAFETY),
        ("Dr. Lee", "answer.retired", SAFETY),
    ]


def test_old_words_whose_source_has_facts_by_now_are_not_restored_without_them(
    reviewing: Reviewing, database: Database
):
    """What would be written out could not be read back: nothing shows what that source says."""
    with database.write() as session:
        said = {"fact": "It is well borne.", "support": "few harms", "seen": dt.date(2026, 11, 27), "conflicts": ""}
        session.add(Fact(id="P001", treatment="prp", topic="safety", source="second-look", grade="low", **said))

    with pytest.raises(ConflictError, match="Cites second-look without a fact"):
        reviewing.restore(SAFETY, 1, WRITER)


def test_a_draft_that_claims_something_without_a_source_is_not_stored(reviewing: Reviewing, database: Database):
    """Nor could it be read back from a file."""
    claim = ParagraphEntry(text="Ask us first. It is painless.")
    entry = _entry(database, "All did well.").model_copy(update={"details": (claim,)})

    with pytest.raises(ConflictError, match="“It is painless” without a source"):
        reviewing.save(entry, base=1, editor=WRITER)
