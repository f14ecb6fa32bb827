"""How a patient can be reached, as a message says it: the one place that decides what of it is a way to reach them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from bot.reading.emails import find_emails
from bot.reading.phones import find_phones


@dataclass(frozen=True, kw_only=True)
class ContactDetails:
    """The phone numbers and email addresses of a message, as they are stored, in order."""

    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()

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
    return ContactDetails(
        phones=tuple(phone for phone in find_phones(text, region) if phone not in not_theirs),
        emails=tuple(email for email in find_emails(text) if email.lower() not in not_theirs),
    )
