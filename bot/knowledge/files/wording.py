"""What pydantic finds wrong with an entry, in words that a clinician can act on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_SENTENCES = {
    "missing": "is missing",
    "extra_forbidden": "is not known here; it may be misspelt",
    "tuple_type": "must be a list, in [square brackets] or with a dash before each",
    "list_type": "must be a list",
    "string_type": "must be a text; put it into quotes",
    "dict_type": "must be named values (key: value)",
    "model_type": "must be named values (key: value)",
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "date_type": "must be a date such as 2026-12-01",
    "date_parsing": "must be a date such as 2026-12-01",
    "date_from_datetime_parsing": "must be a date such as 2026-12-01",
}


def in_words(error: Mapping[str, Any]) -> str:
    """Say what is wrong, without the field's name.

    Args:
        error: One of `ValidationError.errors()`.
    """
    kind, context = error["type"], error.get("ctx") or {}
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
    return _SENTENCES.get(kind, str(error["msg"]).removeprefix("Value error, "))
