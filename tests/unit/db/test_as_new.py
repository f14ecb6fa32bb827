"""A test on PostgreSQL finds the database as it was filled, whatever the test before did to it."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, MetaData, create_engine, select, text

from tests.made_once.postgresql import AsNew

pytestmark = pytest.mark.postgresql

ADD = """
    INSERT INTO topics SELECT (jsonb_populate_record(topics, '{"slug": "weather"}')).* FROM topics LIMIT 1
"""


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(ADD, id="a row more where there were some"),
        pytest.param("UPDATE topics SET title = 'Weather'", id="rows changed"),
        pytest.param("DELETE FROM citations", id="rows gone"),
        pytest.param("DROP TABLE citations CASCADE", id="a table gone"),
        pytest.param(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()",
            id="every connection gone",
        ),
    ],
)
def test_nothing_is_left_of_what_a_test_did(seeded_postgresql: AsNew, change: str) -> None:
    """Rows that are more, other or fewer; a table that is not there any more, or the connection that puts it back."""
    was = _everything(create_engine(seeded_postgresql.url()))
    with create_engine(seeded_postgresql.url()).begin() as connection:
        connection.execute(text(change))

    assert _everything(create_engine(seeded_postgresql.url())) == was


def _everything(engine: Engine) -> dict[str, list[str]]:
    tables = MetaData()
    tables.reflect(engine)
    with engine.connect() as connection:
        return {name: sorted(map(str, connection.execute(select(table)))) for name, table in tables.tables.items()}
