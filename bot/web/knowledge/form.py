"""The form of the knowledge editor: an answer into fields, and fields into an answer or what is wrong with them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError
from starlette.datastructures import FormData

from bot.knowledge.files.entries import AnswerEntry, ClaimEntry, FindingEntry, ListedEntry
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
    heading: str = ""
    when: str = ""
    drawing: Mapping[str, str] = field(default_factory=dict)
    finding: Mapping[str, str] = field(default_factory=dict)

    def is_empty(self) -> bool:
        """Tell whether it was left empty."""
        return not (self.text or self.cites or self.facts)

    def as_claim(self) -> dict[str, Any]:
        """Give what is said, with what shows it: all there is of the short answer and of a text message."""
        return {"text": self.text, "cites": self.cites, "facts": self.facts}

    def as_detail(self) -> dict[str, Any]:
        """Give all that an entry takes of a paragraph."""
        return {
            **self.as_claim(),
            "about": self.about,
            "heading": self.heading or None,
            "when": self.when or None,
            "drawing": dict(self.drawing) or None,
            "finding": dict(self.finding) or None,
        }


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
    sms: Paragraph = Paragraph()
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
            _as_said(entry.short),
            *(
                Paragraph(
                    text=claim.text,
                    cites=claim.cites,
                    facts=claim.facts,
                    about=claim.about,
                    heading=claim.heading or "",
                    when=claim.when or "",
                    drawing={} if claim.drawing is None else claim.drawing.model_dump(),
                    finding={} if claim.finding is None else claim.finding.model_dump(),
                )
                for claim in entry.details
            ),
        ),
        sms=Paragraph() if entry.sms is None else _as_said(entry.sms),
        evidence=entry.evidence,
        sources_differ=entry.sources_differ,
        regulatory_status=entry.regulatory_status or "",
        related=entry.related,
        owner=entry.owner,
        listed=entry.listed,
    )


def _as_said(claim: ClaimEntry) -> Paragraph:
    return Paragraph(text=claim.text, cites=claim.cites, facts=claim.facts)


def form_from(data: FormData, listed: tuple[ListedEntry, ...] | None) -> AnswerForm:
    """Read what was sent; paragraphs that were left empty are gone.

    Args:
        data: What the browser sent.
        listed: The conditions of the version that was edited: the form does not show them.
    """
    base = _one(data, "base")
    sent = (_paragraph(data, f"paragraph-{place}") for place in range(MOST_PARAGRAPHS))
    topic, home = _one(data, "topic"), _one(data, "home")
    treatments, compared = _many(data, "treatments"), _many(data, "compared_with")
    return AnswerForm(
        id=_one(data, "id") or _new_id(topic, home, (*treatments, *compared)),
        base=int(base) if base.isascii() and base.isdigit() and len(base) < 9 else 0,
        topic=topic,
        home=home,
        treatments=treatments,
        compared_with=compared,
        paragraphs=tuple(found for found in sent if not found.is_empty()),
        sms=_paragraph(data, "sms"),
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
        "short": short.as_claim(),
        "sms": None if form.sms.is_empty() else form.sms.as_claim(),
        "details": [part.as_detail() for part in details],
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
    if "drawing" in place:
        return name, "Say in words what the drawing shows (10 to 300 letters)."
    if place[-1] in {"heading", "when"}:
        return name, _sentence(f"{'its heading' if place[-1] == 'heading' else 'its days'} {in_words(error)}")
    if place[-1] == "text":
        return name, "Write the text, or take away its sources."
    labels = {"treatments": "Choose at least one treatment.", "evidence": "Choose the kind of evidence."}
    return name, labels.get(name, _sentence(f"{name.replace('_', ' ')} {in_words(error)}"))


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


def _new_id(topic: str, home: str, compared: tuple[str, ...]) -> str:
    return f"{'_vs_'.join(compared) if topic == COMPARISON else home}.{topic}"


def _paragraph(data: FormData, name: str) -> Paragraph:
    return Paragraph(
        text=_one(data, name),
        cites=_many(data, f"{name}-cites"),
        facts=tuple(dict.fromkeys(_one(data, f"{name}-facts").upper().replace(",", " ").split())),
        about=_about(_one(data, f"{name}-about")),
        heading=_one(data, f"{name}-heading"),
        when=_one(data, f"{name}-when"),
        drawing=_drawing(data, name),
        finding=_finding(data, name),
    )


def _one(data: FormData, name: str) -> str:
    return " ".join(str(data.get(name, "")).split())


def _finding(data: FormData, paragraph: str) -> dict[str, str]:
    """Give what the table says of a condition; nothing where no study is told of."""
    found = {name: _one(data, f"{paragraph}-{name}") for name in FindingEntry.model_fields}
    return found if found["tried"] else {}


def _drawing(data: FormData, paragraph: str) -> dict[str, str]:
    """Give which drawing stands beside a paragraph and its words; nothing where none was chosen."""
    name = _one(data, f"{paragraph}-drawing")
    return {"name": name, "alt": _one(data, f"{paragraph}-alt")} if name else {}


def _about(written: str) -> tuple[str, ...]:
    """Give the names in a field, "blood thinners, knee", as data/nlu writes them."""
    names = ("_".join(name.lower().split()) for name in written.split(","))
    return tuple(dict.fromkeys(name for name in names if name))


def _many(data: FormData, name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(value) for value in data.getlist(name)))
