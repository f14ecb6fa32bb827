"""Answers are kept in memory, and yet never older than the store."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from sqlalchemy import event, update

from bot.db.engine import Database
from bot.knowledge import store
from bot.knowledge.answering.answers_cache import MOST_KEPT, AnswersCache
from bot.knowledge.models import AnswerTreatment, AnswerVersion, Citation, Source
from bot.knowledge.serving import ServedAnswer
from bot.settings import Settings
from bot.vocabulary import COMPARISON, ReviewStatus
from tests.factories import serving

Said = list[tuple[str, int, str, list[tuple[int, str]]]]
Change = Callable[[Database], None]


@pytest.fixture
def own_database(settings: Settings) -> Iterator[Database]:
    """Give the real knowledge in a database that only this test has."""
    database = Database(settings.database_url)
    yield database
    database.close()


def _said(answers: list[ServedAnswer]) -> Said:
    return [
        (
            one.answer_id,
            one.version.version,
            one.version.short,
            [(citation.position, citation.source.title) for citation in one.version.citations],
        )
        for one in answers
    ]


def _by(cache: AnswersCache, database: Database, treatment: str = "prp", topic: str = "safety") -> Said:
    with database.read() as session:
        found = cache.answers(session, treatment=treatment, topic=topic, rules=serving())
    # After the session: what is kept is looked at in later ones.
    return _said(found)


def _by_store(database: Database, treatment: str = "prp", topic: str = "safety") -> Said:
    with database.read() as session:
        return _said(store.answers(session, treatment=treatment, topic=topic, rules=serving()))


def test_it_gives_what_the_store_gives(own_database: Database):
    """For every treatment and topic, the second time too."""
    cache = AnswersCache()
    with own_database.read() as session:
        pairs = sorted(store.coverage(session, serving()))

    assert len(pairs) > MOST_KEPT
    for _ in range(2):
        for treatment, topic in pairs:
            assert _by(cache, own_database, treatment, topic) == _by_store(own_database, treatment, topic)


def test_comparisons_are_those_of_the_store(own_database: Database):
    """In the same order."""
    cache = AnswersCache()
    with own_database.read() as session:
        expected = _said(store.comparisons(session, topic=COMPARISON, rules=serving()))
        found = [_said(cache.comparisons(session, topic=COMPARISON, rules=serving())) for _ in range(2)]

    assert found == [expected, expected]
    assert expected


def test_what_is_known_takes_one_statement(own_database: Database):
    """And no objects are made of it."""
    cache = AnswersCache()
    first = _by(cache, own_database)
    statements: list[str] = []
    event.listen(own_database.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))

    assert _by(cache, own_database) == first
    assert len([statement for statement in statements if "SELECT" in statement.upper()]) == 1


def _retired(database: Database) -> None:
    with database.write() as session:
        session.execute(update(AnswerVersion).values(status=ReviewStatus.RETIRED.value))


def _overdue(database: Database) -> None:
    with database.write() as session:
        session.execute(update(AnswerVersion).values(review_due_on=dt.date(2001, 1, 1)))


def _no_longer_listed(database: Database) -> None:
    with database.write() as session:
        session.execute(update(AnswerTreatment).where(AnswerTreatment.treatment == "prp").values(treatment="exosomes"))


def _in_other_words(database: Database) -> None:
    with database.write() as session:
        session.execute(update(AnswerVersion).values(short="It is said otherwise now."))


def _source_renamed(database: Database) -> None:
    with database.write() as session:
        session.execute(update(Source).values(title="Another title"))


def _citations_moved(database: Database) -> None:
    with database.write() as session:
        session.execute(update(Citation).values(position=Citation.position + 1000))


@pytest.mark.parametrize(
    "change", [_retired, _overdue, _no_longer_listed, _in_other_words, _source_renamed, _citations_moved]
)
def test_a_change_by_another_process_is_seen_at_once(own_database: Database, change: Change):
    """An answer that is withdrawn or corrected is never given once more from memory."""
    cache = AnswersCache()
    before = _by(cache, own_database)
    elsewhere = Database(str(own_database.url))
    # The exosomes' own rows would stand in the way of a key.
    if change is _no_longer_listed:
        with elsewhere.write() as session:
            session.query(AnswerTreatment).filter_by(treatment="exosomes").delete()
    change(elsewhere)
    elsewhere.close()

    after = _by(cache, own_database)

    assert before
    assert after != before
    assert after == _by_store(own_database)


def test_production_and_trying_out_are_told_apart(own_database: Database):
    """What may be served is asked each time, also where the answer is known."""
    cache = AnswersCache()
    _by(cache, own_database)
    with own_database.read() as session:
        strict = cache.answers(session, treatment="prp", topic="safety", rules=replace(serving(), samples=False))

    assert _said(strict) == []
