"""What makes answers long to read: sentences that stand in many of them, first ones that do not answer at once."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

from bot.knowledge.files.entries import AnswerEntry

MOST_ANSWERS = 3
"""A sentence stands in at most this many answers: in more of them it says nothing of any."""
FIRST_WORDS = 24
"""The most words of the sentence that answers."""
_END = re.compile(r"(?<=[.!?])\s+")
_YES_OR_NO = re.compile(r"(?:yes|no)\s*[.,:;!-]", re.IGNORECASE)
_NOT_OUR_VOICE = re.compile(r"\b(?:our|the|these) sources\b|\bsources (?:say|we|that we)\b", re.IGNORECASE)


def sentences(text: str) -> list[str]:
    """Cut a paragraph into sentences."""
    return [part for part in _END.split(text.strip()) if part]


def repeated(entries: Iterable[AnswerEntry], besides: Collection[str] = ()) -> Iterator[tuple[str, Sequence[str]]]:
    """Give each sentence that stands in too many answers, with their ids; what the clinic itself fills in may.

    Args:
        entries: The answers.
        besides: Sentences that are meant to be the same everywhere.
    """
    found: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        for claim in (*entry.paragraphs(), *([entry.sms] if entry.sms else [])):
            for sentence in sentences(claim.text):
                found[sentence].add(entry.id)
    for sentence, ids in found.items():
        if len(ids) > MOST_ANSWERS and "{clinic." not in sentence and sentence not in besides:
            yield sentence, sorted(ids)


def slow_start(entry: AnswerEntry) -> str | None:
    """Say why a first sentence does not answer at once in the clinic's voice; None if it does."""
    first = sentences(entry.short.text)[0]
    if _YES_OR_NO.match(first):
        # An answer is given to many questions: "do they have to say that it is not approved?" is no "no".
        return "begins with yes or no, which is untrue where the question was turned round: say what is so"
    if _NOT_OUR_VOICE.search(first):
        return "begins with its sources instead of the answer"
    words = len(first.split())
    return f"begins with a sentence of {words} words; answer in at most {FIRST_WORDS}" if words > FIRST_WORDS else None
