"""Postal addresses: a number with a street, a box, a postal code, and the town that follows."""

from __future__ import annotations

import re

from bot.redaction.details import Detail, DetailKind
from bot.redaction.words import RedactionWords

_STATES = (
    "AL|AK|AZ|AR|CA|CO|CT|DE|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|OH|OK|OR|PA|"
    "RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY|DC|Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|"
    "Florida|Georgia|Hawaii|Idaho|Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|"
    "Minnesota|Mississippi|Missouri|Montana|Nebraska|Nevada|New Hampshire|New Jersey|New Mexico|New York|"
    "North Carolina|North Dakota|Ohio|Oklahoma|Oregon|Pennsylvania|Rhode Island|South Carolina|South Dakota|Tennessee|"
    "Texas|Utah|Vermont|Virginia|Washington|West Virginia|Wisconsin|Wyoming"
)
_UK_CODE = r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}"
_TOWN = r"(?:[A-Z][\w.'-]+(?: [A-Z][\w.'-]+){0,2})"
# The town, the state and the code after a street, in this order, each of which may be missing.
_AFTER = (
    rf"(?:,? +(?:in )?{_TOWN}(?=,? +(?:{_STATES})\b|,? +\d{{5}}\b|,? +{_UK_CODE}\b|\s*[.,;!?)]|\s*$))?"
    rf"(?:,? +(?:{_STATES})\b)?(?:,? +(?:\d{{5}}(?:-\d{{4}})?|{_UK_CODE})\b)?"
)
_BOX = re.compile(rf"\bP\.? ?O\.? ?Box \d+{_AFTER}", re.IGNORECASE)
_POSTAL = re.compile(rf"\b{_TOWN},? (?:{_STATES}),? \d{{5}}(?:-\d{{4}})?\b|\b{_UK_CODE}\b")
_ZIP = re.compile(
    r"\b(?:zip|zipcode|postal code|post code|postcode)(?: code)?(?: is| was)?:? #?(\d{5}(?:-\d{4})?)\b"
    r"|\b(\d{5})\b(?= zip)",
    re.IGNORECASE,
)
_NUMBER = r"(?<![\w$.,/-])\d{1,5}[A-Za-z]?(?:-\d{1,4})?"
_WITH_COMPASS = re.compile(rf"{_NUMBER} [NSEW]{{1,2}}\.? [A-Z][a-z]+{_AFTER}")


class Addresses:
    """Finds addresses.

    Args:
        words: The kinds of streets and homes there are, and which words stand in no street's name.
    """

    def __init__(self, words: RedactionWords) -> None:
        groups = words.groups
        kinds, before, homes = (_any(groups[name]) for name in ("streets", "streets_before", "homes"))
        self._never = groups["never_in_streets"]
        home = rf"(?:,? (?:(?:{homes})\.? ?#?|#) ?[A-Za-z0-9-]{{1,5}}\b)?"
        self._street = re.compile(
            rf"(?P<number>{_NUMBER}) (?P<street>(?:[NSEWnsew]\.? )?(?:[^\W\d_][\w.'-]*|\d{{1,3}}(?:st|nd|rd|th)) "
            rf"??(?:[^\W\d_][\w.'-]* ){{0,3}}?(?:{kinds})\b)\.?{home}{_AFTER}"
        )
        self._street_first = re.compile(
            rf"(?P<number>{_NUMBER}),? (?P<street>(?i:{before}) [^,;.!?\n]{{2,40}})(?:, \d{{4,5}} {_TOWN})?"
        )

    def find(self, text: str) -> list[Detail]:
        """Give the addresses in a text in its plain form."""
        if not any(letter.isdigit() for letter in text):
            return []
        spans = [
            match.span()
            for pattern in (self._street, self._street_first)
            for match in pattern.finditer(text)
            if self._is_street(match["street"])
        ]
        spans += [match.span() for pattern in (_BOX, _WITH_COMPASS, _POSTAL) for match in pattern.finditer(text)]
        spans += [match.span(match.lastindex or 0) for match in _ZIP.finditer(text)]
        return [Detail(start=start, end=end, kind=DetailKind.ADDRESS) for start, end in joined(spans)]

    def _is_street(self, street: str) -> bool:
        words = re.findall(r"[^\W\d_]+", street.lower())
        return len(words) > 1 and self._never.isdisjoint(words)


def joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Make one of each stretch of spans that overlap."""
    whole: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if whole and start < whole[-1][1]:
            whole[-1] = (whole[-1][0], max(end, whole[-1][1]))
        else:
            whole.append((start, end))
    return whole


def _any(words: frozenset[str]) -> str:
    return "(?i:" + "|".join(sorted(map(re.escape, words), key=len, reverse=True)) + ")"
