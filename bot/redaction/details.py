"""What is redacted: the kinds of personal details, and where one stands in a text."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class DetailKind(str, Enum):
    """What kind of personal detail it is; its value is what stands in the text instead, in square brackets."""

    NAME = "name"
    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"
    BIRTH_DATE = "birth date"
    CARD = "card number"
    ID = "id number"


@dataclass(frozen=True, kw_only=True, order=True)
class Detail:
    """A personal detail: where it stands in the text's plain form (`bot/reading/folding.py`), and its kind."""

    start: int
    end: int
    kind: DetailKind

    def overlaps(self, start: int, end: int) -> bool:
        """Tell whether it shares a letter with another stretch."""
        return self.start < end and start < self.end
