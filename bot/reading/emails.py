"""Email addresses: found in what a patient writes, and read from a form."""

from __future__ import annotations

import re

from email_validator import EmailNotValidError, validate_email

from bot.errors import InvalidContactError
from bot.reading.folding import fold

_AROUND = "\"'<>()[]{},;:.!?*_`\u2018\u2019\u201c\u201d"
_BEFORE = re.compile(r"^(?:mailto:|e-?mail:)", re.IGNORECASE)
_CUT = re.compile(r"[\s,;/<>()\[\]|]+")


def find_emails(text: str) -> list[str]:
    """Give the email addresses in a patient's message as they are stored, each once, in order.

    Args:
        text: The message.
    """
    if "@" not in text and "\uff20" not in text:
        return []
    written = [word for word in _CUT.split(fold(text)) if "@" in word]
    found = (_address(_BEFORE.sub("", word.strip(_AROUND)).strip(_AROUND)) for word in written)
    return list(dict.fromkeys(address for address in found if address is not None))


def read_email(written: str) -> str:
    """Give an email address from a form as it is stored.

    Args:
        written: What was put into the field.

    Raises:
        InvalidContactError: It is none; says what to write.
    """
    address = _address(fold(written).strip())
    if address is None:
        raise InvalidContactError("That is not an email address. Enter one like name@example.com.")
    return address


def _address(written: str) -> str | None:
    try:
        # Whether anybody reads it only a letter shows; and a clinic's own network may have names of its own.
        checked = validate_email(written, check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError:
        return None
    return checked.normalized if "." in checked.domain else None
