"""Writing the store out as a content folder: the same store always gives the same bytes, and reads back as itself."""

from __future__ import annotations

import datetime as dt
import json
import re
import textwrap
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from sqlalchemy.orm import Session

from bot.knowledge import history_store, store
from bot.knowledge.exchange.versions import entry_of, in_service, latest
from bot.knowledge.files import facts as facts_file
from bot.knowledge.files import findings
from bot.knowledge.files.content import Content
from bot.knowledge.files.entries import (
    AnswerEntry,
    ClaimEntry,
    FactEntry,
    ListedEntry,
    NotAnsweredEntry,
    ParagraphEntry,
    ReviewEntry,
    SmsEntry,
    SourceEntry,
    TopicEntry,
    TreatmentEntry,
)
from bot.knowledge.models import Answer
from bot.vocabulary import COMPARISON

_Part = TypeVar("_Part", ClaimEntry, ParagraphEntry, ListedEntry, SmsEntry)

COMPARISONS, ALTERNATIVES = "comparisons", "alternatives"
_SHARED = frozenset({COMPARISONS, ALTERNATIVES})
"""Files of answers that are no single treatment's."""
_WIDTH = 112
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./ -]*[A-Za-z0-9.]|[A-Za-z]")
_NOT_PLAIN = {"true", "false", "yes", "no", "on", "off", "null", "y", "n"}


def content_of(session: Session) -> Content:
    """Give what the store says, in the form that files have: words in service, and a draft where one is newer."""
    treatments = store.treatments(session).values()
    topics = store.topics(session)
    entries = [entry for answer in history_store.all_answers(session) for entry in _entries(answer)]
    places = {slug: place for place, slug in enumerate(topics)}
    entries.sort(key=lambda entry: (places[entry.topic], entry.id, entry.is_draft))
    return Content(
        treatments=tuple(
            TreatmentEntry.model_validate({k: getattr(row, k) for k in TreatmentEntry.model_fields})
            for row in treatments
        ),
        topics=tuple(
            TopicEntry.model_validate({k: getattr(row, k) for k in TopicEntry.model_fields}) for row in topics.values()
        ),
        sources=tuple(
            SourceEntry.model_validate({k: getattr(row, k) for k in SourceEntry.model_fields})
            for row in history_store.sources(session)
        ),
        answers=tuple(entries),
        not_answered=tuple(
            NotAnsweredEntry(treatment=row.treatment, topic=row.topic, because=row.because)
            for row in history_store.not_answered(session)
        ),
        facts=tuple(
            FactEntry.model_validate({k: getattr(row, k) for k in FactEntry.model_fields})
            for row in history_store.facts(session).values()
        ),
    )


def write_content(content: Content, folder: Path) -> list[Path]:
    """Write a content folder; give the files written.

    Files of the folder that are none of the content's, such as red_flags.yml, stay. Answer files that nothing was
    written to are removed, or their answers would come back.
    """
    files = {
        folder / "treatments.yml": _list("treatments", (_flow(_fields(entry)) for entry in content.treatments)),
        folder / "topics.yml": _list("topics", (_flow(_fields(entry)) for entry in content.topics)),
        folder / "sources.yml": _list("sources", ("\n  ".join(_lines(_fields(e))) for e in content.sources)),
    }
    facts = {fact.id: fact for fact in content.facts}
    if facts:
        files[folder / facts_file.FILE] = facts_file.write_facts(content.facts)
    answers, table = findings.without_table(content.answers)
    listed = folder / findings.FILE
    if table:
        files[listed] = _table(table, facts)
    else:
        listed.unlink(missing_ok=True)
    for name, entries in _by_file(content, answers).items():
        shown = [_as_cited(entry, facts) for entry in entries]
        files[folder / "answers" / f"{name}.yml"] = _answers(None if name in _SHARED else name, shown)
    left = folder / "not_answered.yml"
    if content.not_answered:
        files[left] = _list("not_answered", ("\n  ".join(_lines(_fields(entry))) for entry in content.not_answered))
    else:
        left.unlink(missing_ok=True)
    (folder / "answers").mkdir(parents=True, exist_ok=True)
    for path in set((folder / "answers").glob("*.yml")) - set(files):
        path.unlink()
    for path, text in files.items():
        path.write_text(text, encoding="utf-8")
    return sorted(files)


def _entries(answer: Answer) -> list[AnswerEntry]:
    served, last = in_service(answer), latest(answer)
    if served is None:
        return [entry_of(last)]
    return [entry_of(served), entry_of(last)] if last.is_draft else [entry_of(served)]


def _as_cited(entry: AnswerEntry, facts: Mapping[str, FactEntry]) -> AnswerEntry:
    """Give an answer whose citations are what a file says: facts, and sources that stand there without one."""

    def cited(part: _Part) -> _Part:
        return part.model_copy(update={"cites": tuple(facts_file.as_cited(part.cites, part.facts, facts))})

    return entry.model_copy(
        update={
            "short": cited(entry.short),
            "sms": None if entry.sms is None else cited(entry.sms),
            "details": tuple(cited(claim) for claim in entry.details),
            "listed": None if entry.listed is None else tuple(cited(part) for part in entry.listed),
        }
    )


def _by_file(content: Content, answers: Sequence[AnswerEntry]) -> dict[str, list[AnswerEntry]]:
    alternatives = {treatment.slug for treatment in content.treatments if treatment.kind == "alternative"}
    files: dict[str, list[AnswerEntry]] = defaultdict(list)
    for entry in answers:
        home = ALTERNATIVES if entry.home in alternatives else entry.home
        files[COMPARISONS if entry.topic == COMPARISON else home].append(entry)
    return dict(sorted(files.items()))


def _answers(home: str | None, entries: Sequence[AnswerEntry]) -> str:
    """Write a file of answers: what most of them share stands at its top."""
    review = _most_common(_review(entry.review) for entry in entries)
    owner = _most_common(entry.owner for entry in entries)
    head = [f"treatment: {home}"] if home is not None else []
    head += [f"review: {review}", f"owner: {_scalar(owner)}", "answers:"]
    parts = []
    for entry in entries:
        lines = _answer(entry, home, is_review_own=_review(entry.review) != review, is_owner_own=entry.owner != owner)
        parts.append("- " + "\n  ".join(lines))
    return "\n".join(head) + "\n" + "\n\n".join(parts) + "\n"


def _answer(entry: AnswerEntry, home: str | None, *, is_review_own: bool, is_owner_own: bool) -> list[str]:
    lines = [f"topic: {entry.topic}"]
    if entry.id != f"{home}.{entry.topic}":
        lines.insert(0, f"id: {entry.id}")
    if entry.treatments != (home,):
        lines.append(f"treatments: {_names(entry.treatments)}")
    if entry.compared_with:
        lines.append(f"compared_with: {_names(entry.compared_with)}")
    if entry.sources_differ:
        lines.append("sources_differ: true")
    lines += [f"evidence: {entry.evidence}", "short:", *("  " + line for line in _claim(entry.short))]
    if entry.sms is not None:
        lines += ["sms:", *("  " + line for line in _claim(entry.sms))]
    lines += _details(entry.details)
    lines += _listed(entry.listed)
    if entry.related:
        lines.append(f"related: {_names(entry.related)}")
    if entry.regulatory_status is not None:
        lines += _text("regulatory_status", entry.regulatory_status)
    if is_owner_own:
        lines.append(f"owner: {_scalar(entry.owner)}")
    if is_review_own:
        lines.append(f"review: {_review(entry.review)}")
    return lines


def _details(details: Sequence[ParagraphEntry]) -> list[str]:
    lines = ["details:"] if details else []
    for claim in details:
        first, *others = _claim(claim)
        lines += [f"- {first}", *("  " + line for line in others)]
        for key, value in (("heading", claim.heading), ("when", claim.when)):
            lines += [] if value is None else [f"  {key}: {_scalar(value)}"]
        if claim.drawing is not None:
            lines.append(f"  drawing: {_flow(claim.drawing.model_dump())}")
        if claim.about:
            lines.append(f"  about: {_names(claim.about)}")
        if claim.finding is not None:
            lines.append(f"  finding: {_flow(claim.finding.model_dump())}")
    return lines


def _table(table: Sequence[findings.ConditionEntry], facts: Mapping[str, FactEntry]) -> str:
    """Write the findings by condition, with the facts that they cite."""
    lines = [f"{findings.KEY}:"]
    for condition in table:
        lines += [f"- about: {_names(condition.about)}", "  treatments:"]
        for row in condition.treatments:
            cites = facts_file.as_cited(row.cites, row.facts, facts)
            told = [*_text("text", row.text), f"cites: {_names(cites)}"]
            lines += [
                f"  - treatment: {row.treatment}",
                f"    tried: {row.tried}",
                f"    result: {_scalar(row.result)}",
                f"    strength: {row.strength}",
                *(f"    {line}" for line in told),
            ]
    return "\n".join(lines) + "\n"


def _listed(listed: Sequence[ListedEntry] | None) -> list[str]:
    if listed is None:
        return []
    lines = ["listed:"] if listed else ["listed: []"]
    for part in listed:
        lines += [f"- conditions: {_names(part.conditions)}", f"  cites: {_names(part.cites)}"]
    return lines


def _claim(claim: ClaimEntry) -> list[str]:
    return [*_text("text", claim.text), *([f"cites: {_names(claim.cites)}"] if claim.cites else [])]


def _text(key: str, text: str) -> list[str]:
    """Write a sentence or more: wrapped below its key, for a diff that can be read."""
    if not text.isprintable():
        return [f"{key}: {_scalar(text)}"]
    wrapped = textwrap.wrap(text, _WIDTH - 10, break_long_words=False, break_on_hyphens=False)
    return [f"{key}: >-", *(f"  {line}" for line in wrapped)]


def _review(review: ReviewEntry) -> str:
    values = review.model_dump(exclude_none=True)
    if not review.sample:
        del values["sample"]
    return _flow({"status": review.status.value, **{k: v for k, v in values.items() if k != "status"}})


def _most_common(values: Iterable[str]) -> str:
    counts = Counter(values)
    return min(counts, key=lambda value: (-counts[value], value))


def _fields(entry: TreatmentEntry | TopicEntry | SourceEntry | NotAnsweredEntry) -> dict[str, object]:
    return entry.model_dump(exclude_defaults=True)


def _list(key: str, items: Iterable[str]) -> str:
    return f"{key}:\n" + "".join(f"- {item}\n" for item in items)


def _lines(values: Mapping[str, object]) -> list[str]:
    return [f"{key}: {_scalar(value)}" for key, value in values.items()]


def _flow(values: Mapping[str, object]) -> str:
    return "{" + ", ".join(f"{_key(key)}: {_scalar(value)}" for key, value in values.items()) + "}"


def _names(names: Iterable[str]) -> str:
    return "[" + ", ".join(names) + "]"


def _key(key: str) -> str:
    # Other readers of YAML take a bare `on` for true.
    return json.dumps(key) if key in _NOT_PLAIN else key


def _scalar(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.date):
        return value.isoformat()
    text = str(value)
    if _PLAIN.fullmatch(text) and text.lower() not in _NOT_PLAIN:
        return text
    return json.dumps(text, ensure_ascii=not text.isprintable())
