"""Text is compared without accents and capitals, numbers by their digits, in Python and in the database alike."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, Text, insert, literal, null, select, text
from sqlalchemy.dialects import postgresql

from bot.db.engine import Database
from bot.db.folding import TO_FOLD, digits, digits_of, fold, folded, has_digits, has_words

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


@pytest.mark.parametrize(
    ("text", "words", "is_there"),
    [
        ("My Knee hurts", "knee HURTS", True),
        ("I\u2019m José \u2013 hello", "jose", True),
        ("I\u2019m José \u2013 hello", "I\u2019M", True),
        ("ÉCOLE", "école", True),
        ("plain", "plein", False),
        ("100 per cent", "100%", False),
        ("a_b", "a_b", True),
        ("axb", "a_b", False),
        ("日本", "日本", True),
    ],
)
def test_words_are_found_as_folding_them_would(database: Database, text: str, words: str, is_there: bool):
    """Though the database looks by itself first: what it misses is folded."""
    assert (fold(words) in fold(text)) is is_there
    with database.read() as session:
        assert session.scalar(select(has_words(literal(text), words))) == is_there


NOTES = Table("notes", MetaData(), Column("id", Integer, primary_key=True), Column("text", Text))
SAID = [
    "My Knee hurts",
    "I\u2019m José \u2013 hello",
    "I\u2019m Joan \u2013 hello",
    "ÉCOLE",
    "日本",
    "",
    None,
    "fs1.knee jose",
]
"""The last one is as a sealed text is stored: what a pattern finds in it means nothing."""


@pytest.mark.parametrize("words", ["KNEE", "jose", "\u2019m jo", "école", "日本", "nobody"])
def test_a_table_is_gone_through_as_a_text_is(database: Database, words: str):
    """With the index of what has to be folded, which SQLite takes."""
    with database.write() as session:
        connection = session.connection()
        NOTES.create(connection)
        connection.execute(text(f"CREATE INDEX ix_notes_to_fold ON notes (id) WHERE {TO_FOLD}"))
        connection.execute(insert(NOTES), [{"id": number, "text": said} for number, said in enumerate(SAID)])
    query = select(NOTES.c.id).where(has_words(NOTES.c.text, words, row=NOTES.c.id))

    with database.read() as session:
        found = session.scalars(query).all()
        sql = str(query.compile(session.connection(), compile_kwargs={"literal_binds": True}))
        plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}").all()

    assert found == [at for at, said in enumerate(SAID[:-1]) if said is not None and fold(words) in fold(said)]
    assert any("ix_notes_to_fold" in step[3] for step in plan)


@pytest.mark.parametrize(
    ("text", "is_there"), [("call (312) 555-0142", True), ("312 55 50142", True), ("3125551042", False), ("", False)]
)
def test_digits_are_found_whatever_stands_between(database: Database, text: str, is_there: bool):
    """In their order, and with no other digit between."""
    with database.read() as session:
        assert session.scalar(select(has_digits(literal(text), "3125550142"))) == is_there
        assert not session.scalar(select(has_digits(literal("31 9 2"), "312")))


def test_words_of_nobody_are_in_nothing(database: Database):
    """A name that was not left is not found."""
    with database.read() as session:
        assert not session.scalar(select(has_words(null(), "x")))
    assert "length(" not in str(select(has_words(literal("x"), "y")).compile(dialect=postgresql.dialect()))
