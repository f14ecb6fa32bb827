"""Text compared as people look for it: without accents and capitals, and numbers by their digits alone.

SQLite gets the functions from here with each connection; PostgreSQL has its own that do the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import partial
from typing import Any

from sqlalchemy import Boolean, ColumnElement, String, and_, case, false, not_, or_, select, true
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.elements import SQLColumnExpression
from sqlalchemy.sql.functions import GenericFunction

from bot.db.sealed import is_sealed

_SINGLE = {"ł": "l", "ø": "o", "đ": "d", "ħ": "h", "\u0131": "i"}
"""Letters that do not fall into a plain one and a mark."""
_LETTERS = str.maketrans(_SINGLE)
_NOT_DIGITS = re.compile(r"[^0-9]")
_TO_FOLD = re.compile(r"[^\x00-\x7f\u2010-\u2026]")
"""What is neither ASCII nor one of the marks that phones put in by themselves: curly quotes, dashes, dots."""
_FOLDED_IN_SQLITE = (
    "length({0}) <> length(CAST({0} AS BLOB)) "
    "AND {0} GLOB '*[^' || char(1) || '-' || char(127) || char(8208) || '-' || char(8230) || ']*'"
)
"""The same of a column, for SQLite; the first part is quick and leaves little to the second."""
TO_FOLD = f"({_FOLDED_IN_SQLITE.format('text')}) = 1"
"""The condition of the index of such texts, written as in a query: SQLite takes the index for just that."""


def fold(text: str) -> str:
    """Give a text in small letters without accents."""
    if text.isascii() or _TO_FOLD.search(text) is None:
        return text.lower()
    parts = unicodedata.normalize("NFD", text.lower())
    return "".join(letter for letter in parts if not unicodedata.combining(letter)).translate(_LETTERS)


def digits(text: str) -> str:
    """Give the digits of a text, as of a phone number in whatever form."""
    return _NOT_DIGITS.sub("", text)


class folded(GenericFunction[str]):  # noqa: N801  (named as it stands in a query)
    """A column as `fold` gives it, in the database."""

    type = String()
    inherit_cache = True


class digits_of(GenericFunction[str]):  # noqa: N801  (named as it stands in a query)
    """A column as `digits` gives it, in the database."""

    type = String()
    inherit_cache = True


class may_need_folding(GenericFunction[bool]):  # noqa: N801  (named as it stands in a query)
    """Whether the database's own comparison may miss what `fold` would find in a column.

    SQLite's makes no difference between small letters and capitals, so it misses something only in a text with other
    letters than ASCII and the marks of phones; PostgreSQL's misses capitals too.
    """

    type = Boolean()
    inherit_cache = True


def has_words(
    column: SQLColumnExpression[Any], words: str, *, row: SQLColumnExpression[Any] | None = None
) -> ColumnElement[bool]:
    """Give the condition that a column has these words, however capitals and accents are written.

    None of sealed values: those `bot/db/sealed_search.py` finds.

    What the database can tell by itself comes first: to call `fold` for every row would take ten times as long.

    Args:
        column: Of text.
        words: What is looked for.
        row: The key of a table with many long texts, of which an index (`TO_FOLD`) says what has to be folded: not
            even that is then asked of every row.
    """
    wanted = fold(words)
    as_it_is, once_folded = (text.contains(wanted, autoescape=True) for text in (column, folded(column)))
    if row is None:
        return case(
            (is_sealed(column), false()),
            (as_it_is, true()),
            (may_need_folding(column), once_folded),
            else_=false(),
        )
    to_fold = select(row).where(may_need_folding(column), not_(is_sealed(column)), once_folded).correlate(None)
    return or_(case((as_it_is, not_(is_sealed(column))), else_=false()), row.in_(to_fold))


def has_digits(column: SQLColumnExpression[Any], number: str) -> ColumnElement[bool]:
    """Give the condition that a column has these digits in a row, whatever else than digits stands between.

    None of sealed values: those `bot/db/sealed_search.py` finds.

    Args:
        column: Of text.
        number: Digits alone.
    """
    # The database can tell by itself of nearly all rows that it is not so. A plain "and" may be done in any order.
    in_order = column.like(f"%{'%'.join(number)}%")
    return case((and_(not_(is_sealed(column)), in_order), digits_of(column).contains(number)), else_=false())


def add_to_sqlite(connection: Any) -> None:
    """Give a connection to SQLite the functions."""
    for name, function in (("folded", fold), ("digits_of", digits)):
        connection.create_function(name, 1, partial(_unless_null, function), deterministic=True)


def _unless_null(function: Callable[[str], str], value: str | None) -> str | None:
    return None if value is None else function(value)


@compiles(may_need_folding, "sqlite")
def _may_in_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    inner = compiler.process(element.clauses, **options)
    return f"({_FOLDED_IN_SQLITE.format(inner)})"


@compiles(may_need_folding, "postgresql")
def _may_in_postgresql(_element: Any, _compiler: Any, **_options: Any) -> str:
    return "true"


@compiles(folded, "postgresql")
def _folded_in_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    inner = compiler.process(element.clauses, **options)
    plain = rf"regexp_replace(normalize(lower({inner}), NFD), '[\u0300-\u036f]', '', 'g')"
    return f"translate({plain}, '{''.join(_SINGLE)}', '{''.join(_SINGLE.values())}')"


@compiles(digits_of, "postgresql")
def _digits_in_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    return f"regexp_replace({compiler.process(element.clauses, **options)}, '[^0-9]', '', 'g')"
