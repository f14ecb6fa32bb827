"""How a patient can be reached, as a message says it: the one place that decides what of it is a way to reach them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from bot.reading.detail_in_text import DetailInText
from bot.reading.emails import find_emails
from bot.reading.folding import fold
from bot.reading.phones_in_text import find_phones
from bot.reading.whose import is_not_theirs

_GAPS = re.compile(r"[ \t]+(?=[,.;!?])|(?<=[ \t])[ \t]+")
_EDGES = " \t\n,;:.-/"


@dataclass(frozen=True, kw_only=True)
class ContactDetails:
    """The phone numbers and email addresses of a message that are the patient's, as they are stored, each once.

    Attributes:
        phones: The numbers, in order.
        emails: The addresses, in order.
        otherwise: What the message says without numbers and addresses, the patient's or not; empty if no words are left.
    """

    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    otherwise: str = ""

    def __bool__(self) -> bool:
        """Say whether there are any."""
        return bool(self.phones or self.emails)


def find_contact_details(text: str, region: str, *, not_theirs: Collection[str] = ()) -> ContactDetails:
    """Find the phone numbers and email addresses in a message.

    Args:
        text: What the patient wrote.
        region: Where a number without a country code is from.
        not_theirs: Numbers and addresses that are the clinic's, as they are stored.
    """
    phones, emails = find_phones(text, region), find_emails(text)
    found = sorted([*phones, *emails])
    if not found:
        return ContactDetails(otherwise=text)
    plain = fold(text)
    blanked = _without(plain, found, filler="\n")

    def theirs(among: list[DetailInText]) -> Iterator[str]:
        for one in among:
            if one.stored.lower() not in not_theirs and not is_not_theirs(blanked, one.start, one.end):
                yield one.stored

    left = _GAPS.sub("", _without(plain, found, filler=" ")).strip(_EDGES)
    return ContactDetails(
        phones=tuple(dict.fromkeys(theirs(phones))),
        emails=tuple(dict.fromkeys(theirs(emails))),
        otherwise=left if any(letter.isalpha() for letter in left) else "",
    )


def _without(text: str, found: list[DetailInText], *, filler: str) -> str:
    """Give a text without what was found in it, with so much of a filler instead."""
    parts, place = [], 0
    for one in found:
        parts += [text[place : one.start], filler * (one.end - max(place, one.start))]
        place = max(place, one.end)
    return "".join([*parts, text[place:]])
