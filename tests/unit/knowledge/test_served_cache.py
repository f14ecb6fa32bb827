"""Answers are kept in memory, and yet never older than the store: not their review, and not their sources."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from sqlalchemy import select, update

from bot.db.engine import Database
from bot.knowledge.models import AnswerVersion, Citation, Source
from bot.knowledge.served_cache import ServedCache
from bot.knowledge.store import ServedAnswer, find_answer
from bot.settings import Settings
from tests.factories import day

ASKED = {"treatment": "prp", "topic": "side_effects"}


@pytest.fixture
def own_database(settings: Settings) -> Iterator[Database]:
    """Give the real knowledge in a database that only this test has."""
    database = Database(settings.database_url)
    yield database
    database.close()


def _find(cache: ServedCache, database: Database, today: dt.date | None = None) -> ServedAnswer | None:
    with database.read() as session:
        return cache.find(session, **ASKED, today=today or day(0))


def _words(served: ServedAnswer | None) -> tuple[object, ...] | None:
    if served is None:
        return None
    version = served.version
    sources = [(row.position, row.source.title) for row in version.citations]
    return served.answer_id, version.version, version.short, version.reviewed_by, version.reviewed_on, sources


def test_it_gives_what_the_store_gives_time_after_time(own_database: Database):
    """Also when what it was read with is closed."""
    cache = ServedCache()
    first, second = _find(cache, own_database), _find(cache, own_database)

    with own_database.read() as session:
        expected = _words(find_answer(session, **ASKED, today=day(0)))
    assert _words(first) == _words(second) == expected
    assert first is second


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"reviewed_by": "Dr. Another"}, id="who reviewed it"),
        pytest.param({"reviewed_on": day(-1)}, id="when"),
        pytest.param({"sample": False}, id="no sample any more"),
    ],
)
def test_a_change_of_its_review_is_seen_at_once(own_database: Database, change: dict[str, object]):
    """The patient reads who reviewed it and when."""
    cache = ServedCache()
    before = _find(cache, own_database)
    assert before is not None
    with own_database.write() as session:
        session.execute(update(AnswerVersion).where(AnswerVersion.id == before.version.id).values(**change))

    after = _find(cache, own_database)

    assert after is not None
    assert {name: getattr(after.version, name) for name in change} == change


def test_a_retired_answer_is_not_served_from_memory(own_database: Database):
    """What is kept is never more than what the store would give."""
    cache = ServedCache()
    before = _find(cache, own_database)
    assert before is not None
    with own_database.write() as session:
        session.execute(update(AnswerVersion).where(AnswerVersion.id == before.version.id).values(status="retired"))

    after = _find(cache, own_database)

    assert after is None or after.version.id != before.version.id


def test_an_answer_whose_review_ran_out_is_not_served_from_memory(own_database: Database):
    """A day passes, nothing else."""
    cache = ServedCache()
    before = _find(cache, own_database)
    assert before is not None
    assert before.version.review_due_on is not None

    after = _find(cache, own_database, before.version.review_due_on + dt.timedelta(days=1))

    assert after is None or after.version.id != before.version.id


def test_a_corrected_source_is_seen_at_once(own_database: Database):
    """An import mends its title."""
    cache = ServedCache()
    before = _find(cache, own_database)
    assert before is not None
    with own_database.write() as session:
        source = session.scalars(select(Citation.source_id).where(Citation.version_id == before.version.id)).first()
        session.execute(update(Source).where(Source.id == source).values(title="Mended"))

    after = _find(cache, own_database)

    assert after is not None
    assert "Mended" in [row.source.title for row in after.version.citations]
