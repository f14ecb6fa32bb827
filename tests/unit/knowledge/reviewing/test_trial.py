"""What a draft would change is told by the same rule by which patients are answered."""

from __future__ import annotations

import pytest

from bot.db.engine import Database
from bot.knowledge import history_store
from bot.knowledge.answering.search import search
from bot.knowledge.exchange.versions import entry_of
from bot.knowledge.files.entries import AnswerEntry
from bot.knowledge.reviewing.preview import text_messages
from bot.knowledge.reviewing.trial import question_changes
from tests.factories import serving


def _entry(database: Database, answer_id: str, **changes: object) -> AnswerEntry:
    with database.read() as session:
        return entry_of(history_store.get_answer(session, answer_id).versions[-1]).model_copy(update=changes)


def test_the_same_words_change_nothing(real_database: Database):
    """A review that is only renewed."""
    with real_database.read() as session:
        assert question_changes(session, _entry(real_database, "prp.safety"), serving()) == []


def test_new_words_show_at_their_question(real_database: Database):
    """And at no other."""
    draft = _entry(real_database, "prp.safety")
    draft = draft.model_copy(update={"short": draft.short.model_copy(update={"text": "Other words."})})

    with real_database.read() as session:
        (change,) = question_changes(session, draft, serving())

    assert (change.question, change.new_words) == ("Is PRP safe?", True)


def test_an_answer_that_takes_another_treatment_shows_there(real_database: Database):
    """It would be given before the general one."""
    draft = _entry(real_database, "prolotherapy.aftercare", treatments=("prolotherapy", "exosomes"))

    with real_database.read() as session:
        changes = {
            change.question: (change.before, change.after) for change in question_changes(session, draft, serving())
        }

    assert changes == {
        "How do I look after myself after exosome treatment?": (
            "regenerative_medicine.aftercare",
            "prolotherapy.aftercare",
        )
    }


def test_an_answer_that_lets_a_treatment_go_shows_there(real_database: Database):
    """Patients who ask are offered a person."""
    draft = _entry(real_database, "regenerative_medicine.aftercare", treatments=("regenerative_medicine", "stem_cell"))

    with real_database.read() as session:
        changes = {change.question: change.after for change in question_changes(session, draft, serving())}

    assert changes == {"How do I look after myself after exosome treatment?": None}


@pytest.mark.parametrize(
    ("text", "messages"),
    [("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3), ("—" * 70, 1), ("—" * 71, 2)],
)
def test_text_messages_are_counted_as_networks_count_them(text: str, messages: int):
    """One long dash halves what fits."""
    assert text_messages(text) == messages


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("centrifuge", "prp.procedure_steps"),
        ("peptides ozone", "regenerative_medicine.types"),
        ("RESTORE cartilage", "prp.evidence"),
    ],
)
def test_search_finds_the_answer_that_says_it(real_database: Database, words: str, first: str):
    """Every word must be there."""
    with real_database.read() as session:
        assert search(session, words, serving())[0].answer_id == first


@pytest.mark.parametrize("words", ["", "   ", '"', "AND OR NOT", "a*", "zzzqqq", "( NEAR )", "-centrifuge:"])
def test_no_search_can_break_the_index(real_database: Database, words: str):
    """Whatever is typed is looked for as words."""
    with real_database.read() as session:
        assert len(search(session, words, serving())) <= 20


def test_a_heading_counts_more_than_a_mention(real_database: Database):
    """Many answers mention cost."""
    with real_database.read() as session:
        assert search(session, "cost", serving())[0].topic == "cost"


def test_what_is_not_served_is_not_found(real_database: Database):
    """On a day when every review has run out."""
    with real_database.read() as session:
        assert search(session, "centrifuge", serving(5000)) == []
