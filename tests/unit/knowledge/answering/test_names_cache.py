"""Topics and treatments are kept in memory, and yet never older than the store."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import event, update

from bot.db.engine import Database
from bot.knowledge.answering.names_cache import NamesCache
from bot.knowledge.models import Topic, Treatment
from bot.settings import Settings


@pytest.fixture
def own_database(settings: Settings) -> Iterator[Database]:
    """Give the real knowledge in a database that only this test has."""
    database = Database(settings.database_url)
    yield database
    database.close()


def _read(cache: NamesCache, database: Database) -> tuple[dict[str, str], list[str]]:
    with database.read() as session:
        names = cache.names(session)
        return {slug: topic.title for slug, topic in names.topics.items()}, list(names.treatments)


def test_they_are_read_once_and_asked_for_with_one_statement(own_database: Database):
    """That is what the memory is for."""
    cache = NamesCache()
    first = _read(cache, own_database)
    statements: list[str] = []
    event.listen(own_database.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))

    assert _read(cache, own_database) == first
    assert len([statement for statement in statements if "SELECT" in statement.upper()]) == 1


def test_a_change_by_another_process_is_seen_at_once(own_database: Database):
    """An import runs beside the edge and the actions."""
    cache = NamesCache()
    before, treatments = _read(cache, own_database)
    elsewhere = Database(str(own_database.url))
    with elsewhere.write() as session:
        session.execute(update(Topic).where(Topic.slug == "cost").values(title="What it costs you"))
        session.execute(update(Treatment).where(Treatment.slug == treatments[0]).values(position=99))
    elsewhere.close()

    after, reordered = _read(cache, own_database)

    assert before["cost"] != after["cost"] == "What it costs you"
    assert reordered == [*treatments[1:], treatments[0]]


def test_a_change_in_the_same_transaction_is_seen_too(own_database: Database):
    """Before it is committed."""
    cache = NamesCache()
    _read(cache, own_database)

    with own_database.write() as session:
        session.get_one(Topic, "cost").title = "Prices"

        assert cache.names(session).topics["cost"].title == "Prices"
