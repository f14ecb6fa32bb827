"""Looking for words and numbers inside of sealed values: each is opened, the newest first, and none leaves memory.

No index of words is kept. It would tell whoever has the disk which messages have words in common, and common words
give themselves away by how often they stand somewhere; docs/security.md says what this costs instead.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Text, select, type_coerce
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import SQLColumnExpression

from bot.db.folding import digits, fold, has_digits, has_words
from bot.db.sealed import is_sealed, opening, seals

MOST_FOUND = 2000
"""Of more nobody looks through the list; the oldest are then left out."""
_ROWS_AT_ONCE = 1000

Column = SQLColumnExpression[Any]


def with_words(
    session: Session,
    named: Column,
    column: Column,
    words: str,
    *,
    newest: Column | None = None,
    where: ColumnElement[bool] | None = None,
) -> ColumnElement[bool]:
    """Give the condition that a column, sealed or not, has these words, however capitals and accents are written.

    Args:
        session: The open session of the query.
        named: What stands for the row in the condition, such as its key or its conversation.
        column: Of text.
        words: What is looked for.
        newest: The row's own key, highest in the newest; by default `named` itself, in whatever order.
        where: Which sealed rows are opened; all by default.
    """
    wanted = fold(words)
    fitting = found(session, named, column, lambda text: wanted in fold(text), newest, where=where)
    return has_words(column, words, row=newest) | named.in_(fitting)


def with_digits(
    session: Session,
    named: Column,
    column: Column,
    number: str,
    *,
    newest: Column | None = None,
    where: ColumnElement[bool] | None = None,
) -> ColumnElement[bool]:
    """Give the condition that a column, sealed or not, has these digits in a row, whatever stands between.

    Args:
        session: As in `with_words`.
        named: As in `with_words`.
        column: Of text.
        number: Digits alone.
        newest: As in `with_words`.
        where: As in `with_words`.
    """
    fitting = found(session, named, column, lambda text: number in digits(text), newest, where=where)
    return has_digits(column, number) | named.in_(fitting)


def found(
    session: Session,
    named: Column,
    column: Column,
    fits: Callable[[str], bool],
    newest: Column | None = None,
    *,
    where: ColumnElement[bool] | None = None,
) -> list[Any]:
    """Give what names the rows whose sealed value fits, the newest first, at most `MOST_FOUND`.

    Args:
        session: The open session.
        named: As in `with_words`.
        column: What is opened.
        fits: Tells by the opened value.
        newest: As in `with_words`.
        where: Which rows are looked at; all by default.
    """
    if not seals(session.get_bind().dialect):
        return []
    stored = type_coerce(column, Text)
    query = select(named, stored).where(is_sealed(column)).order_by((named if newest is None else newest).desc())
    if where is not None:
        query = query.where(where)
    fitting: dict[Any, None] = {}
    # Opened here and not by the column: with 100,000 rows each step that is not needed takes a tenth of a second.
    opened = opening(session.get_bind().dialect)
    with session.connection().execute(query, execution_options={"yield_per": _ROWS_AT_ONCE}) as rows:
        for part in rows.partitions():
            for name, text in part:
                if name not in fitting and fits(opened(text)):
                    fitting[name] = None
            if len(fitting) >= MOST_FOUND:
                break
    return list(fitting)[:MOST_FOUND]
