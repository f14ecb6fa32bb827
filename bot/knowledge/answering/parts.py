"""Which paragraphs of an answer speak of what the patient named: these are read first and alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from bot.knowledge.answering.conditions import ABOUT_CONDITIONS
from bot.knowledge.mentioned import Mentioned
from bot.vocabulary import COMPARISON

ONE_PROBLEM_TOPICS = ABOUT_CONDITIONS | {
    "evidence", "time_to_results", "result_duration", "session_count", "session_interval", COMPARISON,
}  # fmt: skip
"""Topics on which a trial of one problem tells nothing of another one of the same joint."""
KIN_TOPICS = {"eligibility": "contraindications", "contraindications": "eligibility", "safety": "contraindications"}
"""Topics that are asked for in the same words once a condition or a medicine is named."""
FINDING_TOPICS = ABOUT_CONDITIONS | {"evidence"}
"""Topics on which what came of a treatment for a condition is the answer, where one is named."""
Details = Sequence[Mapping[str, Any]]


def parts_about(topic: str, details: Details, named: Sequence[str], mentioned: Mentioned) -> list[int]:
    """Give the places of the paragraphs about what was named, in the order it was named.

    Args:
        topic: The answer's; on most, a paragraph about what a name is a kind or a part of speaks to it too.
        details: The paragraphs as a version keeps them.
        named: Conditions, body parts and medicines, as the question names them.
        mentioned: Says what is a kind or a part of what.
    """
    places = (place for found in _by_name(topic, details, named, mentioned) for place in found)
    return list(dict.fromkeys(places))


def spoken_to(topic: str, details: Details, named: Sequence[str], mentioned: Mentioned) -> int:
    """Give how many of the things that were named some paragraph is about."""
    return sum(1 for found in _by_name(topic, details, named, mentioned) if found)


def speak_of(answers: Iterable[Details], named: Iterable[str], mentioned: Mentioned) -> bool:
    """Tell whether a paragraph of any answer is about what was named, for whatever reason.

    Args:
        answers: The paragraphs of each.
        named: Conditions and body parts.
        mentioned: Says what is a kind or a part of what.
    """
    about = {name for details in answers for claim in details for name in claim.get("about", ())}
    return any(one == name or mentioned.is_wider(name, one) for name in named for one in about)


def _by_name(topic: str, details: Details, named: Iterable[str], mentioned: Mentioned) -> Iterator[list[int]]:
    for name in mentioned.narrowest(named):
        found = _about(details, {name})
        yield found if found or topic in ONE_PROBLEM_TOPICS else _about(details, set(mentioned.wider.get(name, ())))


def _about(details: Details, names: set[str]) -> list[int]:
    return [place for place, claim in enumerate(details) if names & set(claim.get("about", ()))]
