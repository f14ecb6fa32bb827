"""A phone number or an email address of a text, and where in it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, order=True)
class DetailInText:
    """Where it stands in the text's plain form (`bot/reading/folding.py`), and how it is stored."""

    start: int
    end: int
    stored: str
