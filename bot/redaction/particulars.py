"""What a staff reply says for one patient alone, beside personal details: dates, long numbers, unknown full names.

It is stricter than the redactor, for texts that become an answer to everybody: who writes the answer sees what was
taken out and may put back what belongs there.
"""

from __future__ import annotations

import re

from bot.redaction.redactor import Redacted
from bot.redaction.words import RedactionWords

DATE, NUMBER, NAME = "[date]", "[number]", "[name]"

_MONTH = (
    r"(?:january|february|march|april|(?-i:May)|june|july|august|september|october|november|december"
    r"|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?)"
)
_DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_NUMBER_OF_DAY = r"[0-3]?\d(?:st|nd|rd|th)?"
_HALF = r"\s?(?:[ap]m\b|[ap]\.m\.)"
_TIME = rf"(?:\d{{1,2}}:\d{{2}}(?:{_HALF})?|\d{{1,2}}{_HALF})"
_DATES = re.compile(
    rf"""\b(?:
        (?:{_DAY},?\s+)?(?:the\s+)?{_NUMBER_OF_DAY}\s+(?:of\s+)?{_MONTH}(?:,?\s+\d{{4}}\b)?
      | (?:{_DAY},?\s+)?{_MONTH}\s+(?:the\s+)?{_NUMBER_OF_DAY}\b(?:,?\s+\d{{4}}\b)?
      | \d{{4}}-\d{{1,2}}-\d{{1,2}} | \d{{1,2}}[/.]\d{{1,2}}[/.]\d{{2,4}} | (?<=\bon\s)\d{{1,2}}/\d{{1,2}}
      | tomorrow | yesterday
    )\b(?:,?\s+(?:at\s+)?{_TIME})?""",
    re.IGNORECASE | re.VERBOSE,
)
# Money, and a thousand written with a comma, are none; nor is a number of four digits that nothing announces.
_LONG_NUMBER = r"(?<![\w$€£.,-])(?=[\w-]*\d{3})(?:[A-Z0-9]+(?:-[A-Z0-9]+)+|[A-Z]*\d{5,}[A-Z]*)(?![\w-])"
_ANNOUNCED = (
    r"(?:(?<=number\s)|(?<=number\sis\s)|(?<=code\s)|(?<=code\sis\s)|(?<=ending\s)|(?<=ending\sin\s)|(?<=\#))\d{3,}\b"
)
_NUMBERS = re.compile(f"{_LONG_NUMBER}|{_ANNOUNCED}")
_FULL_NAME = re.compile(r"\b[^\W\d_a-z][^\W\d_A-Z]{2,}(?:[ -][^\W\d_a-z][^\W\d_A-Z]{2,})+\b")
_PLACEHOLDER = re.compile(r"(\[[a-z ]+\])")


def without_particulars(redacted: Redacted, words: RedactionWords) -> str:
    """Give a redacted text with what each particular is in square brackets in its place.

    Args:
        redacted: The text without personal details.
        words: What is known of ordinary words.
    """

    def without_names(found: re.Match[str]) -> str:
        parts = re.split(r"[ -]", found[0])
        return found[0] if any(part.lower() in words.ordinary for part in parts) else NAME

    kept = _PLACEHOLDER.split(redacted.text)
    # Every second part is a placeholder.
    kept[::2] = [_FULL_NAME.sub(without_names, _NUMBERS.sub(NUMBER, _DATES.sub(DATE, part))) for part in kept[::2]]
    return "".join(kept)
