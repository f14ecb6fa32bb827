"""Text is compared without accents and capitals, numbers by their digits, in Python and in the database alike."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import literal, null, select
from sqlalchemy.dialects import postgresql

from bot.db.engine import Database
from bot.db.folding import digits, digits_of, fold, folded

TEXTS = ["José", "JOSE\u0301", "Ñandú", "Łódź", "Ångström", "plain", "", "日本", "🙂", "İstanbul", "a%b_c\\"]


@pytest.fixture
def database(tmp_path: Path):
    """Give an empty database."""
    opened = Database(f"sqlite:///{tmp_path / 'x.db'}")
    yield opened
    opened.close()


@pytest.mark.parametrize("text", TEXTS)
def test_the_database_folds_as_python_does(database: Database, text: str):
    """Else what is typed would not meet what is stored."""
    with database.read() as session:
        assert session.scalar(select(folded(literal(text)))) == fold(text)
        assert session.scalar(select(digits_of(literal(text + " (12) 3")))) == digits(text + " (12) 3") == "123"


def test_nothing_is_nothing(database: Database):
    """A patient who left no name is not called None."""
    with database.read() as session:
        assert session.execute(select(folded(null()), digits_of(null()))).one() == (None, None)


def test_postgresql_does_it_with_what_it_has():
    """No extension has to be installed."""
    sql = str(select(folded(literal("é")), digits_of(literal("1"))).compile(dialect=postgresql.dialect()))

    assert "regexp_replace(normalize(lower(" in sql
    assert "'[^0-9]'" in sql
