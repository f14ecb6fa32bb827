"""Text compared as people look for it: without accents and capitals, and numbers by their digits alone.

SQLite gets the functions from here with each connection; PostgreSQL has its own that do the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import partial
from typing import Any

from sqlalchemy import String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

_SINGLE = {"ł": "l", "ø": "o", "đ": "d", "ħ": "h", "\u0131": "i"}
"""Letters that do not fall into a plain one and a mark."""
_LETTERS = str.maketrans(_SINGLE)
_NOT_DIGITS = re.compile(r"[^0-9]")


def fold(text: str) -> str:
    """Give a text in small letters without accents."""
    if text.isascii():
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


def add_to_sqlite(connection: Any) -> None:
    """Give a connection to SQLite the functions."""
    for name, function in (("folded", fold), ("digits_of", digits)):
        connection.create_function(name, 1, partial(_unless_null, function), deterministic=True)


def _unless_null(function: Callable[[str], str], value: object) -> str | None:
    return None if value is None else function(str(value))


@compiles(folded, "postgresql")
def _folded_in_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    inner = compiler.process(element.clauses, **options)
    plain = rf"regexp_replace(normalize(lower({inner}), NFD), '[\u0300-\u036f]', '', 'g')"
    return f"translate({plain}, '{''.join(_SINGLE)}', '{''.join(_SINGLE.values())}')"


@compiles(digits_of, "postgresql")
def _digits_in_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    return f"regexp_replace({compiler.process(element.clauses, **options)}, '[^0-9]', '', 'g')"
