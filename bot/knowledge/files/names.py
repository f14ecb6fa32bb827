"""Whether the names that an answer uses exist: topics, treatments, sources, and values of the clinic."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass

from bot.clinic import Clinic
from bot.knowledge.files.entries import AnswerEntry, ClaimEntry, ListedEntry
from bot.vocabulary import COMPARISON

_BRACES = re.compile(r"\{([^{}]*)\}")
_CLINIC_VALUE = re.compile(r"\{clinic\.\w+\}")
_CLINIC_VALUES = frozenset(f"clinic.{name}" for name in Clinic.model_fields)

Place = tuple[int | str, ...]
"""Where in an entry something stands, as in `("details", 0, "cites")`."""


@dataclass(frozen=True, kw_only=True)
class Known:
    """The names there are; None where they could not be read, so that nothing is held against them."""

    treatments: frozenset[str] | None
    topics: frozenset[str] | None
    sources: frozenset[str] | None
    facts: Mapping[str, str] | None = None
    policies: frozenset[str] = frozenset()
    staff_words: frozenset[str] = frozenset()
    """Sources that are what staff tell patients: the person who approves the answer stands for it, and no fact."""
    mentioned: frozenset[str] | None = None


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What is wrong with an entry, and where."""

    place: Place
    text: str


def name_problems(entry: AnswerEntry, known: Known) -> list[Problem]:
    """List the names of an answer that nothing stands behind, and a comparison that compares nothing."""
    problems = [
        Problem(place=place, text=f"there is no {what} '{name}' in {file}")
        for what, name, place, there, file in _used(entry, known)
        if there is not None and name not in there
    ]
    if entry.topic == COMPARISON and len(entry.treatments) + len(entry.compared_with) < 2:
        problems.append(Problem(place=("topic",), text="a comparison needs two treatments"))
    for place, part in entry.cited_parts():
        problems += [Problem(place=(*place, "cites"), text=text) for text in unshown(part, known)]
    return problems


def unshown(part: ClaimEntry | ListedEntry, known: Known) -> Iterator[str]:
    """Give what nothing shows: sources without a fact of theirs, and the clinic's policy without a value of its own."""
    facts = known.facts or {}
    shown = {facts[name] for name in part.facts if name in facts}
    for name in part.cites:
        if name in known.policies:
            if not (isinstance(part, ClaimEntry) and _CLINIC_VALUE.search(part.text)):
                yield f"cites '{name}' without a value of clinic.yml, such as {{clinic.parking}}"
        elif facts and name not in {*shown, *known.staff_words} and (known.sources is None or name in known.sources):
            # A clinic that keeps no facts beside its answers is not held to them.
            yield f"cites {name} without a fact of facts.tsv that shows it"


def _used(entry: AnswerEntry, known: Known) -> Iterator[tuple[str, str, Place, Container[str] | None, str]]:
    yield "topic", entry.topic, ("topic",), known.topics, "topics.yml"
    for name in entry.related:
        yield "topic", name, ("related",), known.topics, "topics.yml"
    for name in entry.treatments:
        yield "treatment", name, ("treatments",), known.treatments, "treatments.yml"
    for name in entry.compared_with:
        yield "treatment", name, ("compared_with",), known.treatments, "treatments.yml"
    for place, part in entry.cited_parts():
        for name in part.cites:
            yield "source", name, (*place, "cites"), known.sources, "sources.yml"
        for name in part.facts:
            yield "fact", name, (*place, "facts"), known.facts, "facts.tsv"
    yield from _spoken_to(entry, known)
    for place, text in _texts(entry):
        for name in _BRACES.findall(text):
            # Only a value of the clinic may stand in braces, or the patient would read the braces.
            yield "value", name, place, _CLINIC_VALUES, "clinic.yml"


def _spoken_to(entry: AnswerEntry, known: Known) -> Iterator[tuple[str, str, Place, frozenset[str] | None, str]]:
    """Another spelling than messages have would never be found in one."""
    for index, claim in enumerate(entry.details):
        for name in claim.about:
            yield "name", name, ("details", index, "about"), known.mentioned, "data/nlu"


def _texts(entry: AnswerEntry) -> Iterator[tuple[Place, str]]:
    yield ("short", "text"), entry.short.text
    for index, claim in enumerate(entry.details):
        yield ("details", index, "text"), claim.text
    yield ("sms", "text"), "" if entry.sms is None else entry.sms.text
    yield ("regulatory_status",), entry.regulatory_status or ""
