"""Taking personal details out of a text before it is read by others than the staff who handle it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from bot.reading.emails import find_emails
from bot.reading.folding import fold
from bot.redaction.addresses import Addresses
from bot.redaction.details import Detail, DetailKind
from bot.redaction.names import Names
from bot.redaction.numbers import Numbers
from bot.redaction.words import RedactionWords

REDACTION = Path("data") / "redaction"
"""Where the word lists are, from the project's folder."""


@dataclass(frozen=True, kw_only=True)
class Redacted:
    """A text without its personal details.

    Attributes:
        text: The text in its plain form, with what each detail is in square brackets in its place.
        details: What was found, by its place in the plain form of the text.
    """

    text: str
    details: tuple[Detail, ...]


class Redactor:
    """Finds personal details and puts in their place what they are.

    Args:
        words: The word lists it goes by.
        region: Where a phone number without a country code is from.
    """

    def __init__(self, words: RedactionWords, region: str) -> None:
        self.words = words
        self._numbers = Numbers(words, region)
        self._addresses = Addresses(words)
        self._names = Names(words)

    def find(self, text: str, known: Sequence[str] = ()) -> list[Detail]:
        """Give the personal details in a text, in order; none overlaps another.

        Args:
            text: The text.
            known: Names that are known to be somebody's: the patient's, of the staff.
        """
        plain = fold(text)
        found = [Detail(start=one.start, end=one.end, kind=DetailKind.EMAIL) for one in find_emails(plain)]
        for more in (self._addresses.find(plain), self._numbers.find(plain)):
            found += [one for one in more if not any(one.overlaps(other.start, other.end) for other in found)]
        return sorted([*found, *self._names.find(plain, found, known)])

    def redact(self, text: str, known: Sequence[str] = ()) -> Redacted:
        """Give a text without its personal details, the known names among them."""
        details = self.find(text, known)
        plain, parts, at = fold(text), [], 0
        for one in details:
            parts += [plain[at : one.start], f"[{one.kind.value}]"]
            at = one.end
        return Redacted(text="".join([*parts, plain[at:]]), details=tuple(details))


@lru_cache(maxsize=2)
def load_redactor(folder: Path, region: str) -> Redactor:
    """Read the word lists when they are first needed: most processes never redact anything.

    Args:
        folder: data/redaction.
        region: Where a phone number without a country code is from.

    Raises:
        ContentError: A list is missing or broken.
    """
    return Redactor(RedactionWords.from_folder(folder), region)
