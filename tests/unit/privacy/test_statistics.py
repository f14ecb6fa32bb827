"""What a database samples of its columns for its own plans holds nothing of a patient who was forgotten."""

from __future__ import annotations

from sqlalchemy import text

from bot.bootstrap import Services
from bot.staff.actor import FRONTDESK
from tests.unit.privacy.conftest import EMAIL, MARKER, Stored


def _sampled(services: Services) -> str:
    """Give all that the database keeps of values, beside the tables themselves."""
    of_sqlite = "SELECT name FROM sqlite_master WHERE name LIKE 'sqlite_stat%'"
    query = of_sqlite if services.database.is_sqlite else "SELECT * FROM pg_stats"
    with services.database.engine.connect() as connection:
        return repr(connection.execute(text(query)).all())


def test_nothing_of_somebody_who_was_forgotten_is_left_in_its_samples(services: Services, zoe: Stored, tom: Stored):
    """PostgreSQL samples values by itself, and keeps them until it samples anew; SQLite has no samples."""
    if not services.database.is_sqlite:
        with services.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))
    assert (MARKER in _sampled(services)) is not services.database.is_sqlite

    services.patients.forget(EMAIL, reason="asked for it in writing", by=FRONTDESK)

    sampled = _sampled(services)
    assert ("conversations" in sampled) is not services.database.is_sqlite
    assert MARKER not in sampled
