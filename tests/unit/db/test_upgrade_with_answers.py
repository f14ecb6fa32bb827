"""A database that holds answers keeps them, with their history and citations, when its tables change."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from alembic import command as alembic
from alembic.config import Config
from sqlalchemy import text

from bot.cli.commands.database import upgrade
from bot.db.engine import Database
from bot.knowledge import history_store, store
from bot.settings import ROOT, load_settings
from tests.factories import serving

ROWS = [
    "INSERT INTO treatments VALUES ('prp', 'PRP', 'PRP', 'offered', 0)",
    "INSERT INTO topics VALUES ('safety', 'Safety', 'Is it safe?', 'main', 0)",
    "INSERT INTO sources VALUES ('overview', 'An overview', 'A clinic', NULL, 'review', 'a.txt')",
    "INSERT INTO answers (id, topic, is_general, compared_with, owner) VALUES ('prp.safety', 'safety', 0, '[]', 'Lee')",
    "INSERT INTO answer_treatments VALUES ('prp.safety', 'prp')",
    """INSERT INTO answer_versions (id, answer_id, version, short, body, evidence, sources_differ, content_hash,
        created_at, status, sample, reviewed_by, reviewed_on, review_due_on)
        VALUES (1, 'prp.safety', 1, 'Most do well.',
        '{"short_cites": ["overview"], "details": [], "related": [], "listed": ["knee"]}', 'review', 0, 'hash',
        '2026-01-10 00:00:00', 'approved', 0, 'Lee', '2026-01-10', '2099-01-10')""",
    "INSERT INTO citations VALUES (1, 1, 'overview')",
]


def test_answers_outlive_the_change_of_their_tables(tmp_path: Path):
    """They are served as before, found by their words, and refer to what they cite."""
    settings = replace(load_settings({}), database_url=f"sqlite:///{tmp_path / 'old.db'}")
    database = Database(settings.database_url)
    config = Config()
    config.set_main_option("script_location", str(ROOT / "bot" / "migrations"))
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        alembic.upgrade(config, "0001")
        for statement in ROWS:
            connection.exec_driver_sql(statement)
        connection.commit()

    upgrade(settings)

    with database.read() as session:
        found = store.find_answer(session, treatment="prp", topic="safety", rules=serving())
        version = history_store.get_version(session, "prp.safety", 1)
        hits = session.execute(text("SELECT count(*) FROM answer_search WHERE answer_search MATCH 'most'")).scalar()
        assert found is not None
        assert found.version.short == "Most do well."
        assert [row.source.title for row in version.citations] == ["An overview"]
        assert (version.treatments, version.owner, version.origin) == (["prp"], "Lee", "files")
        assert hits == 1
    database.close()
