"""What changed between two versions of an answer, field by field, in words that staff can read."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass

from bot.knowledge.files.entries import AnswerEntry, ClaimEntry, ListedEntry, ParagraphEntry, ReviewEntry

LABELS = {
    "topic": "Topic",
    "treatments": "Treatments",
    "compared_with": "Compared with",
    "short": "Short answer",
    "sms": "Text message",
    "details": "Paragraph",
    "listed": "Conditions",
    "regulatory_status": "Regulatory status",
    "sources_differ": "Sources differ",
    "evidence": "Evidence",
    "related": "Related questions",
    "owner": "Owner",
    "review": "Review",
}


@dataclass(frozen=True, kw_only=True)
class Piece:
    """Some words of a field: the same in both, only before, or only after."""

    kind: str
    text: str


@dataclass(frozen=True, kw_only=True)
class FieldDiff:
    """A field that changed, word by word."""

    label: str
    pieces: tuple[Piece, ...]


def field_diffs(before: AnswerEntry | None, after: AnswerEntry | None) -> list[FieldDiff]:
    """List the fields that differ, each word by word, but not the review; None is an answer that is not there."""
    old, new = _fields(before), _fields(after)
    labels = list(dict.fromkeys([*old, *new]))
    return [
        FieldDiff(label=label, pieces=tuple(_pieces(old.get(label, ""), new.get(label, ""))))
        for label in labels
        if label != LABELS["review"] and old.get(label, "") != new.get(label, "")
    ]


def readable_diff(before: AnswerEntry | None, after: AnswerEntry | None) -> list[str]:
    """Give the same as lines for a terminal: `-` was, `+` is."""
    lines = []
    old, new = _fields(before), _fields(after)
    for label in dict.fromkeys([*old, *new]):
        if old.get(label, "") != new.get(label, ""):
            lines += [f"- {label}: {old[label]}"] if old.get(label) else []
            lines += [f"+ {label}: {new[label]}"] if new.get(label) else []
    return lines


def _fields(entry: AnswerEntry | None) -> dict[str, str]:
    if entry is None:
        return {}
    said = {
        LABELS["topic"]: entry.topic,
        LABELS["treatments"]: ", ".join(entry.treatments),
        LABELS["compared_with"]: ", ".join(entry.compared_with),
        LABELS["short"]: _claim(entry.short),
        LABELS["sms"]: "" if entry.sms is None else _claim(entry.sms),
        **{f"{LABELS['details']} {n}": _paragraph(claim) for n, claim in enumerate(entry.details, 1)},
        **{f"{LABELS['listed']} {n}": _listed(part) for n, part in enumerate(entry.listed or (), 1)},
        LABELS["regulatory_status"]: entry.regulatory_status or "",
        LABELS["sources_differ"]: "yes" if entry.sources_differ else "no",
        LABELS["evidence"]: entry.evidence.replace("_", " "),
        LABELS["related"]: ", ".join(entry.related),
        LABELS["owner"]: entry.owner,
        LABELS["review"]: _review(entry.review),
    }
    return {label: text for label, text in said.items() if text}


def _review(review: ReviewEntry) -> str:
    said = review.status.value.replace("_", " ")
    if review.by is not None:
        said += f", by {review.by}, on {review.on}"
    if review.due is not None:
        said += f", due {review.due}"
    return f"{said}, sample" if review.sample else said


def _claim(claim: ClaimEntry) -> str:
    return f"{claim.text} [{', '.join((*claim.cites, *claim.facts))}]"


def _paragraph(claim: ParagraphEntry) -> str:
    said = _claim(claim) + (f" [about {', '.join(claim.about)}]" if claim.about else "")
    said += "".join(f" [{part}]" for part in claim.around())
    found = claim.finding
    return said if found is None else f"{said} [{found.tried}: {found.result}, {found.strength}]".replace("_", " ")


def _listed(part: ListedEntry) -> str:
    return f"{', '.join(part.conditions)} [{', '.join((*part.cites, *part.facts))}]"


def _pieces(before: str, after: str) -> Iterator[Piece]:
    old, new = before.split(), after.split()
    for kind, a1, a2, b1, b2 in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield Piece(kind="same", text=" ".join(old[a1:a2]))
            continue
        if a2 > a1:
            yield Piece(kind="removed", text=" ".join(old[a1:a2]))
        if b2 > b1:
            yield Piece(kind="added", text=" ".join(new[b1:b2]))
