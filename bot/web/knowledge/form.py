"""The form of the knowledge editor: an answer into fields, and fields into an answer or what is wrong with them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError
from starlette.datastructures import FormData

from bot.knowledge.files.entries import AnswerEntry, FindingEntry, ListedEntry
from bot.reading.mistakes import in_words
from bot.vocabulary import COMPARISON, ReviewStatus

MOST_PARAGRAPHS = 48
SPARE_PARAGRAPHS = 1
"""Empty paragraphs at the end of the form, for browsers without scripts."""


@dataclass(frozen=True, kw_only=True)
class Paragraph:
    """One paragraph of the form."""

    text: str = ""
    cites: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    finding: Mapping[str, str] = field(default_factory=dict)

    def as_fields(self, *, is_short: bool) -> dict[str, Any]:
        """Give what an entry takes; the short answer is for everybody."""
        fields = {"text": self.text, "cites": self.cites, "facts": self.facts}
        return fields if is_short else {**fields, "about": self.about, "finding": dict(self.finding) or None}


@dataclass(frozen=True, kw_only=True)
class AnswerForm:
    """What stands in the form, good or not."""

    id: str = ""
    base: int = 0
    topic: str = ""
    home: str = ""
    treatments: tuple[str, ...] = ()
    compared_with: tuple[str, ...] = ()
    paragraphs: tuple[Paragraph, ...] = ()
    evidence: str = ""
    sources_differ: bool = False
    regulatory_status: str = ""
    related: tuple[str, ...] = ()
    owner: str = ""
    note: str = ""
    listed: tuple[ListedEntry, ...] | None = None
    """Conditions that sources name: kept from the version that was edited."""

    def shown(self) -> tuple[Paragraph, ...]:
        """Give the paragraphs to show: those there are, and an empty one to go on with."""
        return (*self.paragraphs, *(Paragraph() for _ in range(SPARE_PARAGRAPHS)))


@dataclass(frozen=True, kw_only=True)
class ReadForm:
    """What came of a form: an answer, or what is wrong by field."""

    entry: AnswerEntry | None
    problems: Mapping[str, list[str]] = field(default_factory=dict)


def form_of(entry: AnswerEntry, base: int) -> AnswerForm:
    """Put an answer into the form."""
    return AnswerForm(
        id=entry.id,
        base=base,
        topic=entry.topic,
        home=entry.home,
        treatments=entry.treatments,
        compared_with=entry.compared_with,
        paragraphs=(
            Paragraph(text=entry.short.text, cites=entry.short.cites, facts=entry.short.facts),
            *(
                Paragraph(
                    text=claim.text,
                    cites=claim.cites,
                    facts=claim.facts,
                    about=claim.about,
                    finding={} if claim.finding is None else claim.finding.model_dump(),
                )
                for claim in entry.details
            ),
        ),
        evidence=entry.evidence,
        sources_differ=entry.sources_differ,
        regulatory_status=entry.regulatory_status or "",
        related=entry.related,
        owner=entry.owner,
        listed=entry.listed,
    )


def form_from(data: FormData, listed: tuple[ListedEntry, ...] | None) -> AnswerForm:
    """Read what was sent; paragraphs that were left empty are gone.

    Args:
        data: What the browser sent.
        listed: The conditions of the version that was edited: the form does not show them.
    """
    base = _one(data, "base")
    sent = (_paragraph(data, place) for place in range(MOST_PARAGRAPHS))
    topic, home = _one(data, "topic"), _one(data, "home")
    treatments, compared = _many(data, "treatments"), _many(data, "compared_with")
    return AnswerForm(
        id=_one(data, "id") or _new_id(topic, home, (*treatments, *compared)),
        base=int(base) if base.isascii() and base.isdigit() and len(base) < 9 else 0,
        topic=topic,
        home=home,
        treatments=treatments,
        compared_with=compared,
        paragraphs=tuple(found for found in sent if found.text or found.cites or found.facts),
        evidence=_one(data, "evidence"),
        sources_differ="sources_differ" in data,
        regulatory_status=_one(data, "regulatory_status"),
        related=_many(data, "related"),
        owner=_one(data, "owner"),
        note=_one(data, "note")[:300],
        listed=listed,
    )


def read_form(form: AnswerForm) -> ReadForm:
    """Make an answer of a form, or say what is wrong with which field."""
    short, *details = form.paragraphs or (Paragraph(),)
    fields: dict[str, Any] = {
        "id": form.id,
        "topic": form.topic,
        "treatments": form.treatments,
        "compared_with": form.compared_with,
        "short": short.as_fields(is_short=True),
        "details": [part.as_fields(is_short=False) for part in details],
        "evidence": form.evidence,
        "sources_differ": form.sources_differ,
        "regulatory_status": form.regulatory_status or None,
        "related": form.related,
        "owner": form.owner,
        "listed": form.listed,
        "review": {"status": ReviewStatus.DRAFT},
    }
    try:
        return ReadForm(entry=AnswerEntry.model_validate(fields))
    except ValidationError as error:
        problems: dict[str, list[str]] = defaultdict(list)
        for found in error.errors():
            name, words = _in_form(found)
            problems[name].append(words)
        return ReadForm(entry=None, problems=dict(problems))


def _in_form(error: Any) -> tuple[str, str]:
    """Give the field of the form that an error belongs to, and the error as a sentence."""
    place = error["loc"]
    if not place:
        return "paragraph-0", _sentence(in_words(error))
    name = str(place[0])
    if name == "short":
        name = "paragraph-0"
    elif name == "details" and len(place) > 1:
        name = f"paragraph-{int(place[1]) + 1}"
    if place[-1] == "cites" or place == ("short",):
        return name, "Choose the source that says this, or give the numbers of the facts."
    if "finding" in place or "finding" in str(error["msg"]):
        return name, "For the table, say what the paragraph is about, what came out (at most 90 letters) and how sure."
    if place[-1] == "text":
        return name, "Write the text, or take away its sources."
    labels = {"treatments": "Choose at least one treatment.", "evidence": "Choose the kind of evidence."}
    return name, labels.get(name, _sentence(f"{name.replace('_', ' ')} {in_words(error)}"))


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


def _new_id(topic: str, home: str, compared: tuple[str, ...]) -> str:
    return f"{'_vs_'.join(compared) if topic == COMPARISON else home}.{topic}"


def _paragraph(data: FormData, place: int) -> Paragraph:
    return Paragraph(
        text=_one(data, f"paragraph-{place}"),
        cites=_many(data, f"paragraph-{place}-cites"),
        facts=tuple(dict.fromkeys(_one(data, f"paragraph-{place}-facts").upper().replace(",", " ").split())),
        about=_about(_one(data, f"paragraph-{place}-about")),
        finding=_finding(data, place),
    )


def _one(data: FormData, name: str) -> str:
    return " ".join(str(data.get(name, "")).split())


def _finding(data: FormData, place: int) -> dict[str, str]:
    """Give what the table says of a condition; nothing where no study is told of."""
    found = {name: _one(data, f"paragraph-{place}-{name}") for name in FindingEntry.model_fields}
    return found if found["tried"] else {}


def _about(written: str) -> tuple[str, ...]:
    """Give the names in a field, "blood thinners, knee", as data/nlu writes them."""
    names = ("_".join(name.lower().split()) for name in written.split(","))
    return tuple(dict.fromkeys(name for name in names if name))


def _many(data: FormData, name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(value) for value in data.getlist(name)))
