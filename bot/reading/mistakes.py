"""What pydantic finds wrong with an entry, in words that a clinician can act on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.reading.yaml_source import read_as

Written = Callable[[Sequence[Any]], str]
"""Gives what stands in the file at a place, as it is written there."""

_SENTENCES = {
    "missing": "is missing",
    "extra_forbidden": "is not known here; it may be misspelt",
    "tuple_type": "must be a list, in [square brackets] or with a dash before each",
    "list_type": "must be a list",
    "dict_type": "must be named values (key: value)",
    "model_type": "must be named values (key: value)",
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "date_type": "must be a date such as 2026-12-01",
    "date_parsing": "must be a date such as 2026-12-01",
    "date_from_datetime_parsing": "must be a date such as 2026-12-01",
    "date_from_datetime_inexact": "must be a date such as 2026-12-01",
}
_LIMITS = {"greater_than_equal": ("ge", "or more"), "less_than_equal": ("le", "or less")}


def in_words(error: Mapping[str, Any], written: Written | None = None) -> str:
    """Say what is wrong, without the field's name.

    Args:
        error: One of `ValidationError.errors()`.
        written: What gives a value as it stands in the file, where there is one.
    """
    kind, context = error["type"], error.get("ctx") or {}
    if kind == "string_type":
        return _no_text(error, written)
    if kind in {"enum", "literal_error"}:
        return f"must be one of {context['expected']}".replace("'", "")
    if kind == "too_short":
        return "needs at least one in its list"
    if kind == "string_too_short":
        return "is empty" if context.get("min_length") == 1 else f"needs {context['min_length']} characters or more"
    if kind == "string_too_long":
        return f"has more than {context['max_length']} characters"
    if kind == "string_pattern_mismatch":
        return "may hold only small letters, digits, _ or -, and an answer's id one dot in between"
    if kind in _LIMITS:
        name, words = _LIMITS[kind]
        return f"must be {context[name]} {words}"
    return _SENTENCES.get(kind, str(error["msg"]).removeprefix("Value error, "))


def _no_text(error: Mapping[str, Any], written: Written | None) -> str:
    """Say that a text is none to YAML, and how it becomes one: with what stands there, leading zeros and all."""
    seen_as = read_as(error["input"])
    stands = written(tuple(error["loc"])) if written is not None and seen_as else ""
    if stands:
        return f'is read {seen_as}, not as a text; put it into quotes: "{stands}"'
    return "is empty; write a text" if error["input"] is None else "must be a text; put it into quotes"
