"""Numbers that are somebody's: cards, birth dates, insurance and other ids, phones; prices and doses are none."""

from __future__ import annotations

import re
from collections.abc import Iterator

import phonenumbers
from phonenumbers import Leniency

from bot.reading.phones_in_text import find_phones
from bot.redaction.details import Detail, DetailKind
from bot.redaction.words import RedactionWords

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]*\.?"
_DATE = re.compile(
    r"(?<![\w./-])(?:\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})|\d{4}[./-]\d{1,2}[./-]\d{1,2}"
    rf"|{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}|\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH},?\s+\d{{4}})"
    r"(?![\w/-]|\.\d)",
    re.IGNORECASE,
)
_SSN = re.compile(r"(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])")
# The Medicare beneficiary's number, as its issuer defines it; some people write it without its dashes.
_MBI = re.compile(r"(?<!\w)[1-9][A-Z][A-Z0-9]\d-?[A-Z][A-Z0-9]\d-?[A-Z]{2}\d{2}(?!\w)", re.IGNORECASE)
_CARD = re.compile(r"(?<![\w-])\d(?:[ -]?\d){12,18}(?![\w-])")
_RUN = re.compile(r"(?<![\w.,$\u20ac\u00a3-])\d(?:[ -]?\d){7,18}(?![\w-])")
_SHORT_CODE = re.compile(r"(?<!\w)\d{3,4}(?!\w)")
_EXPIRY = re.compile(r"(?<!\w)(?:0?[1-9]|1[0-2]) ?[/-] ?(?:20)?\d\d(?![\w/-])")
_CODE = re.compile(
    r"(?<![\w$\u20ac\u00a3])(?:[A-Z]{1,4} )?(?=[A-Za-z-]{0,6}\d)[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
    r"(?: \d{2,10}(?!\w))*"
)
_WORDS = re.compile(r"[^\W_]+#?")
_LOCAL = re.compile(r"(?<![\w+.,$\u20ac\u00a3/-])\d{3}[-. ]\d{4}(?![\w%$\u20ac\u00a3/-]|[.,]\d)")
_EXTENSION = re.compile(r",?\s*(?:ext|extension|x)\.?\s*\d{1,6}(?!\w)", re.IGNORECASE)
_FEWEST_OF_AN_ID = 5
_LOOK_BACK = 5
_LOOK_AROUND = 40
_LEAST_DIGITS_OF_A_PHONE = 7


class Numbers:
    """Finds the numbers of people.

    Args:
        words: What stands around them.
        region: Where a phone number without a country code is from.
    """

    def __init__(self, words: RedactionWords, region: str) -> None:
        self._groups = words.groups
        self._region = region

    def find(self, text: str) -> list[Detail]:
        """Give the numbers of people in a text in its plain form."""
        if not any(letter.isdigit() for letter in text):
            return []
        found: list[Detail] = []
        dates = [(match.start(), match.end()) for match in _DATE.finditer(text)]

        def add(kind: DetailKind, spans: Iterator[tuple[int, int]]) -> None:
            for start, end in spans:
                if not any(one.overlaps(start, end) for one in found):
                    found.append(Detail(start=start, end=end, kind=kind))

        add(DetailKind.BIRTH_DATE, (span for span in dates if self._is_birth(text, *span)))
        add(DetailKind.CARD, self._cards(text))
        add(DetailKind.ID, (match.span() for match in _SSN.finditer(text)))
        add(DetailKind.ID, (match.span() for match in _MBI.finditer(text)))
        rest = _blanked(text, [*dates, *((one.start, one.end) for one in found)])
        add(DetailKind.ID, self._ids(rest))
        rest = _blanked(rest, [(one.start, one.end) for one in found])
        add(DetailKind.PHONE, self._phones(rest))
        rest = _blanked(rest, [(one.start, one.end) for one in found])
        # What is that long counts nothing that a patient measures: it is some number of theirs.
        add(DetailKind.ID, (match.span() for match in _RUN.finditer(rest)))
        return sorted(found)

    def _is_birth(self, text: str, start: int, end: int) -> bool:
        around = _WORDS.findall(text[max(0, start - _LOOK_AROUND) : start].lower())[-_LOOK_BACK:]
        around += _WORDS.findall(text[end : end + _LOOK_AROUND].lower())[:4]
        alone = not _WORDS.search(text[:start]) and not _WORDS.search(text[end:])
        return alone or not self._groups["birth_words"].isdisjoint(around)

    def _cards(self, text: str) -> Iterator[tuple[int, int]]:
        seen = False
        for match in _CARD.finditer(text):
            if _is_luhn(match.group()) or self._says(text, match.start(), "card_words"):
                seen = True
                yield match.span()
        for match in _RUN.finditer(text):
            if self._nearest(text, match.start()) == "card_words":
                seen = True
                yield match.span()
        for match in _SHORT_CODE.finditer(text):
            if _last_word(text, match.start()) in self._groups["security_words"]:
                yield match.span()
        for match in _EXPIRY.finditer(text) if seen else ():
            yield match.span()

    def _ids(self, text: str) -> Iterator[tuple[int, int]]:
        for match in _CODE.finditer(text):
            code = match.group()
            signs = [sign for sign in code if sign.isalnum()]
            is_one = len(signs) >= _FEWEST_OF_AN_ID and sum(sign.isdigit() for sign in signs) >= 3
            if is_one and self._nearest(text, match.start()) == "id_words":
                yield match.span()

    def _phones(self, text: str) -> Iterator[tuple[int, int]]:
        for phone in find_phones(text, self._region):
            yield phone.start, _with_extension(text, phone.end)
        for region in dict.fromkeys((self._region, "US", "GB")):
            for match in phonenumbers.PhoneNumberMatcher(text, region, leniency=Leniency.POSSIBLE, max_tries=50):
                digits = sum(letter.isdigit() for letter in match.raw_string)
                if digits > _LEAST_DIGITS_OF_A_PHONE and "$" not in text[max(0, match.start - 2) : match.start]:
                    yield match.start, _with_extension(text, match.end)
        for local in _LOCAL.finditer(text):
            yield local.span()

    def _says(self, text: str, start: int, group: str) -> bool:
        before = _WORDS.findall(text[:start].lower())[-_LOOK_BACK:]
        return not self._groups[group].isdisjoint(before)

    def _nearest(self, text: str, start: int) -> str | None:
        """Give which list the nearest word before a number is of, among those that say what the number is."""
        for word in reversed(_WORDS.findall(text[:start].lower())[-_LOOK_BACK:]):
            if word in _OTHERS:
                return None
            for group in ("id_words", "card_words"):
                if word in self._groups[group]:
                    return group
        return None


_OTHERS = frozenset({"call", "phone", "cell", "text", "mobile", "tel", "fax", "order", "ticket", "zip", "lot", "batch"})


def _is_luhn(digits: str) -> bool:
    """Check a card number as its issuers do (ISO/IEC 7812-1)."""
    numbers = [int(sign) for sign in digits if sign.isdigit()]
    total = sum(numbers[-1::-2])
    total += sum(sum(divmod(2 * number, 10)) for number in numbers[-2::-2])
    return total % 10 == 0


def _last_word(text: str, start: int) -> str:
    words = _WORDS.findall(text[:start].lower())
    return words[-1] if words else ""


def _with_extension(text: str, end: int) -> int:
    extension = _EXTENSION.match(text, end)
    return extension.end() if extension else end


def _blanked(text: str, spans: list[tuple[int, int]]) -> str:
    for start, end in spans:
        text = text[:start] + ";" * (end - start) + text[end:]
    return text
