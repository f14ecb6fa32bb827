"""What a message says besides contact details: without them, and without the words that only lead up to them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.reading.detail_in_text import DetailInText

_LEADING_UP = frozenset(
    # Whose and which it is; to be reached; when and how; and the short words around.
    [
        "my",
        "our",
        "mine",
        "the",
        "a",
        "this",
        "that's",
        "it",
        "its",
        "it's",
        "is",
        "are",
        "here",
        "here's",
        "i",
        "i'm",
        "im",
        "best",
        "new",
        "home",
        "work",
        "number",
        "nr",
        "phone",
        "telephone",
        "tel",
        "cell",
        "cellphone",
        "mobile",
        "landline",
        "email",
        "e-mail",
        "mail",
        "address",
        "contact",
        "details",
        "call",
        "calling",
        "text",
        "texting",
        "ring",
        "reach",
        "write",
        "reached",
        "me",
        "us",
        "back",
        "to",
        "at",
        "on",
        "by",
        "via",
        "under",
        "up",
        "can",
        "could",
        "would",
        "will",
        "you",
        "please",
        "someone",
        "somebody",
        "anyone",
        "staff",
        "in",
        "morning",
        "mornings",
        "afternoon",
        "afternoons",
        "evening",
        "evenings",
        "after",
        "before",
        "between",
        "until",
        "any",
        "anytime",
        "time",
        "today",
        "tonight",
        "tomorrow",
        "noon",
        "day",
        "days",
        "week",
        "weekdays",
        "weekend",
        "am",
        "pm",
        "soon",
        "asap",
        "now",
        "later",
        "yes",
        "yeah",
        "yep",
        "ok",
        "okay",
        "sure",
        "no",
        "fine",
        "too",
        "also",
        "good",
        "better",
        "works",
        "either",
        "way",
    ]
)
_GONE = "\0"
"""What stands where a detail was; no message has one of its own."""
_CLAUSE_END = re.compile(r"([,;!?\n\0()]|[.:](?=\s|$)|\b(?:and|but|or)\b|$)", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")
_TIME = re.compile(r"\d{1,2}(?:am|pm)?")
_LEFT_OVER = re.compile(r"^(?:[\s,;:.)/-]|(?:and|but|or)\b)+|(?:[\s,;:(/-]|\b(?:and|but|or))+$", re.IGNORECASE)
_GAPS = re.compile(r"[ \t]+(?=[,.;!?])|(?<=[ \t])[ \t]+")


def said_besides(text: str, found: Sequence[DetailInText], *, are_theirs: bool) -> str:
    """Give what a message says besides its numbers and addresses; empty where no words are left.

    Of "my number is 312 555 0111, how much is PRP?" the first clause by itself would ask for the clinic's number.

    Args:
        text: The message in its plain form.
        found: Its numbers and addresses, in order.
        are_theirs: Whether any is the patient's, so that what leads up to it is said with it.
    """
    text = blanked(text, found, _GONE)
    if are_theirs:
        pieces = _CLAUSE_END.split(text)
        clauses = zip(pieces[::2], [*pieces[1::2], ""], strict=False)
        text = "".join(
            clause + end if not _leads_up(clause) else "\n" if end == "\n" else "" for clause, end in clauses
        )
    left = _LEFT_OVER.sub("", _GAPS.sub("", text.replace(_GONE, " ")))
    return left if any(letter.isalpha() for letter in left) else ""


def blanked(text: str, found: Sequence[DetailInText], filler: str) -> str:
    """Give a text of the same length with a filler in place of what was found in it."""
    parts, place = [], 0
    for one in found:
        parts += [text[place : one.start], filler * (one.end - max(place, one.start))]
        place = max(place, one.end)
    return "".join([*parts, text[place:]])


def _leads_up(clause: str) -> bool:
    words = _WORD.findall(clause.lower().replace("\u2019", "'"))
    return all(word in _LEADING_UP or _TIME.fullmatch(word) for word in words)
