"""Email addresses: found in what a patient writes, and read from a form."""

from __future__ import annotations

import re

from email_validator import EmailNotValidError, validate_email

from bot.errors import InvalidContactError
from bot.reading.detail_in_text import DetailInText
from bot.reading.folding import fold

_AROUND = "\"'<>()[]{},;:.!?*_`\u2018\u2019\u201c\u201d"
_BEFORE = re.compile(r"^(?:mailto:|e-?mail:)", re.IGNORECASE)
_WORD = re.compile(r"[^\s,;/<>()\[\]|]+")
_DOT = r"(?:\s*[\[({]\s*(?:dot|\.)\s*[\])}]\s*|\s+dot\s+)"
_AT = r"\s*[\[({]\s*(?:at|@)\s*[\])}]\s*"
_LABEL = r"[a-z0-9][a-z0-9-]{0,62}"
# What stands before "at" in ordinary words is nobody's name: "email me at example dot com".
_NAME = (
    r"(?<![\w.+@-])(?!(?:me|us|him|her|them|you|i|it|is|am|are|was|be|look|looked|here|there|at|site|website|page|dot)\b)"
    rf"[\w+-]+(?:(?:\.|{_DOT})[\w+-]+){{0,4}}"
)
_SPELLED = re.compile(
    rf"(?P<name>{_NAME})(?:{_AT}(?P<after>{_LABEL}(?:(?:\.|{_DOT}){_LABEL}){{1,4}})"
    rf"|(?:\s+at\s+|@)(?P<dotted>{_LABEL}(?:(?:\.{_LABEL}){{0,2}}{_DOT}{_LABEL}){{1,3}}))",
    re.IGNORECASE,
)
"""An address whose signs are written as words, as people do who fear for it: an "at" alone is not enough."""
_DOTS = re.compile(_DOT, re.IGNORECASE)


def find_emails(text: str) -> list[DetailInText]:
    """Give the email addresses in a patient's message, in order.

    Args:
        text: The message.
    """
    plain = fold(text)
    return sorted([*_written(plain), *_spelled(plain)])


def read_email(written: str) -> str:
    """Give an email address from a form as it is stored.

    Args:
        written: What was put into the field.

    Raises:
        InvalidContactError: It is none; says what to write.
    """
    plain = fold(written).strip()
    spelled = _SPELLED.fullmatch(plain)
    address = _address(plain if spelled is None else _in_signs(spelled))
    if address is None:
        raise InvalidContactError("That is not an email address. Enter one like name@example.com.")
    return address


def _written(text: str) -> list[DetailInText]:
    found = []
    for word in _WORD.finditer(text) if "@" in text else ():
        if "@" not in word.group():
            continue
        inside = _BEFORE.sub("", word.group().strip(_AROUND)).strip(_AROUND)
        address = _address(inside)
        if address is not None:
            start = text.index(inside, word.start())
            found.append(DetailInText(start=start, end=start + len(inside), stored=address))
    return found


def _spelled(text: str) -> list[DetailInText]:
    return [
        DetailInText(start=match.start(), end=match.end(), stored=address)
        for match in _SPELLED.finditer(text)
        if (address := _address(_in_signs(match))) is not None
    ]


def _in_signs(spelled: re.Match[str]) -> str:
    """Give a spelled address with its signs."""
    name, after = spelled["name"], spelled["after"] or spelled["dotted"]
    return f"{_DOTS.sub('.', name)}@{_DOTS.sub('.', after)}"


def _address(written: str) -> str | None:
    try:
        # Whether anybody reads it only a letter shows; and a clinic's own network may have names of its own.
        checked = validate_email(written, check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError:
        return None
    return checked.normalized if "." in checked.domain else None
