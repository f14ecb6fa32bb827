"""How a patient can be reached, as a message says it: the one place that decides what of it is a way to reach them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from bot.reading.besides import blanked, said_besides
from bot.reading.detail_in_text import DetailInText
from bot.reading.emails import find_emails
from bot.reading.folding import fold
from bot.reading.phones_in_text import find_phones
from bot.reading.whose import is_not_theirs


@dataclass(frozen=True, kw_only=True)
class ContactDetails:
    """The phone numbers and email addresses of a message that are the patient's, as they are stored, each once.

    Attributes:
        phones: The numbers, in order.
        emails: The addresses, in order.
        otherwise: What it says without numbers and addresses, the patient's or not; empty if no words are left.
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
    lines = blanked(plain, found, "\n")

    def theirs(among: list[DetailInText]) -> Iterator[str]:
        for one in among:
            if one.stored.lower() not in not_theirs and not is_not_theirs(lines, one.start, one.end):
                yield one.stored

    kept = tuple(dict.fromkeys(theirs(phones))), tuple(dict.fromkeys(theirs(emails)))
    return ContactDetails(phones=kept[0], emails=kept[1], otherwise=said_besides(plain, found, are_theirs=any(kept)))
