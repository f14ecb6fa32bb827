"""What the pages on answers show, gathered from the store of knowledge."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.bootstrap import Services
from bot.conversations.store import questions_behind
from bot.knowledge import coverage, feedback_store, history_store, store, upkeep
from bot.knowledge.coverage import CellState
from bot.knowledge.diff import field_diffs
from bot.knowledge.entries import AnswerEntry
from bot.knowledge.models import Answer, AnswerVersion
from bot.knowledge.preview import Preview, preview
from bot.knowledge.render import KIND_LABELS
from bot.knowledge.review import Editor
from bot.knowledge.search import search
from bot.knowledge.trial import question_changes
from bot.knowledge.versions import entry_of, in_service, is_overdue, latest
from bot.staff.permissions import Permission, may
from bot.staff.sign_in import SignedIn
from bot.vocabulary import COMPARISON, FeedbackReason, Responses, ReviewStatus
from bot.web import staff_views
from bot.web.knowledge_form import AnswerForm, form_of

STATES = {
    "served": "In service",
    "overdue": "Review ran out",
    "in_review": "Waits for approval",
    "draft": "Draft",
    "retired": "Retired",
    "sample": "Sample",
}
STEPS = {
    "draft": "Saved as a draft",
    "in_review": "Sent to review",
    "sent_back": "Sent back",
    "approved": "Approved",
    "retired": "Retired",
}


def editor_of(member: SignedIn) -> Editor:
    """Give a staff member as somebody at work on answers."""
    return Editor(
        id=member.staff_member_id,
        name=member.name,
        may_write=may(member.role, Permission.WRITE_ANSWERS),
        may_approve=may(member.role, Permission.APPROVE_ANSWERS),
    )


def page_context(services: Services, member: SignedIn, tab: str) -> dict[str, Any]:
    """Gather what every page on answers shows: who looks, and how much waits in each part."""
    with services.database.read() as session:
        care = len(upkeep.stale(session, services.clinic.today()))
        downs = len(feedback_store.waiting(session))
    return {
        **staff_views.page_context(services, member),
        "tab": tab,
        "waits": {"care": care, "feedback": downs},
        "editor": editor_of(member),
        "clinic_is_sample": services.clinic.sample,
    }


def list_context(services: Services, member: SignedIn, *, state: str, treatment: str, words: str) -> dict[str, Any]:
    """Gather the list of answers.

    Args:
        services: The stores.
        member: Who is looking.
        state: One of `STATES`, or empty for all.
        treatment: The slug of a treatment, or empty for all.
        words: Words to look for in answers in service, or empty.
    """
    today = services.clinic.today()
    with services.database.read() as session:
        titles = {slug: topic.title for slug, topic in store.topics(session).items()}
        treatments = store.treatments(session)
        answers = history_store.all_answers(session)
        if words:
            place = {hit.answer_id: n for n, hit in enumerate(search(session, words, today=today, limit=200))}
            answers = sorted((one for one in answers if one.id in place), key=lambda one: place[one.id])
        rows = [_row(answer, titles, today) for answer in answers]
    return {
        **page_context(services, member, "list"),
        "rows": [
            row
            for row in rows
            if (not state or state in row["states"]) and (not treatment or treatment in row["treatments"])
        ],
        "total": len(rows),
        "states": STATES,
        "treatments": {slug: row.name for slug, row in treatments.items() if row.kind != "alternative"},
        "names": {slug: row.short_name for slug, row in treatments.items()},
        "chosen": {"state": state, "treatment": treatment, "q": words},
    }


def coverage_context(services: Services, member: SignedIn) -> dict[str, Any]:
    """Gather the grid of topics by treatments."""
    with services.database.read() as session:
        found = coverage.grid(session, services.clinic.today())
    counts = dict.fromkeys(CellState, 0)
    for cell in found.cells.values():
        counts[cell.state] += 1
    return {**page_context(services, member, "coverage"), "grid": found, "counts": counts, "comparison": COMPARISON}


def care_context(services: Services, member: SignedIn) -> dict[str, Any]:
    """Gather what needs its owner."""
    with services.database.read() as session:
        items = upkeep.stale(session, services.clinic.today())
        titles = {slug: topic.title for slug, topic in store.topics(session).items()}
    return {**page_context(services, member, "care"), "items": items, "titles": titles}


REASONS = {
    None: "No reason given",
    FeedbackReason.NOT_MY_QUESTION.value: "Not my question",
    FeedbackReason.TOO_HARD.value: "Hard to understand",
    FeedbackReason.NOT_ENOUGH.value: "Not enough detail",
    FeedbackReason.LOOKS_WRONG.value: "Looks wrong",
}


def feedback_context(services: Services, member: SignedIn) -> dict[str, Any]:
    """Gather the thumbs down that nobody has looked at, by answer, those with most first."""
    with services.database.read() as session:
        waiting = feedback_store.waiting(session)
        counts = feedback_store.counts(session)
        asked = questions_behind(session, [row.message_id for row in waiting])
        titles = {slug: topic.title for slug, topic in store.topics(session).items()}
    queue: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in waiting:
        queue[row.answer_id].append(
            {
                "version": row.answer_version,
                "reason": REASONS.get(row.reason, row.reason),
                "at": _moment(row.created_at, services),
                "question": asked.get(row.message_id),
            }
        )
    answers: list[dict[str, Any]] = [
        {
            "id": answer_id,
            "title": titles.get(answer_id.rpartition(".")[2], answer_id),
            "downs": downs,
            "up": counts[answer_id][0],
            "down": counts[answer_id][1],
        }
        for answer_id, downs in queue.items()
    ]
    answers.sort(key=lambda answer: -len(answer["downs"]))
    return {**page_context(services, member, "feedback"), "answers": answers}


def answer_context(services: Services, member: SignedIn, answer_id: str) -> dict[str, Any]:
    """Gather one answer: what is served, what waits, and every step of its life.

    Raises:
        NotFoundError: There is no such answer.
    """
    today = services.clinic.today()
    context = page_context(services, member, "list")
    with services.database.read() as session:
        answer = history_store.get_answer(session, answer_id)
        titles = {slug: topic.title for slug, topic in store.topics(session).items()}
        served, newest = in_service(answer), latest(answer)
        waiting = newest if served is None or newest.version > served.version else None
        is_pending = waiting is not None and waiting.status in {"draft", "in_review"}
        return {
            **context,
            "answer": _row(answer, titles, today),
            "served": None if served is None else _version_view(session, services, served),
            "served_is_overdue": served is not None and is_overdue(served, today),
            "waiting": _version_view(session, services, waiting) if waiting is not None and is_pending else None,
            "diff": field_diffs(None if served is None else entry_of(served), entry_of(waiting))
            if waiting is not None and is_pending
            else [],
            "changes": question_changes(session, entry_of(waiting), today)
            if waiting is not None and is_pending
            else [],
            "newest": newest.version,
            "is_retired": newest.status == ReviewStatus.RETIRED.value,
            "may_approve_this": services.reviewing.may_approve(answer, context["editor"]),
            "due": (today + dt.timedelta(days=365)).isoformat(),
            "events": [_event_view(event, services) for event in history_store.events(session, answer_id)],
            "versions": _history(answer, services),
        }


def version_context(services: Services, member: SignedIn, answer_id: str, number: int) -> dict[str, Any]:
    """Gather one version as it was, and what it changed.

    Raises:
        NotFoundError: There is no such version.
    """
    with services.database.read() as session:
        version = history_store.get_version(session, answer_id, number)
        answer = version.answer
        before = next((one for one in reversed(answer.versions) if one.version < number), None)
        return {
            **page_context(services, member, "list"),
            "answer_id": answer_id,
            "version": _version_view(session, services, version),
            "diff": field_diffs(None if before is None else entry_of(before), entry_of(version)),
            "before": None if before is None else before.version,
            "newest": latest(answer).version,
        }


def edit_context(
    services: Services, member: SignedIn, form: AnswerForm, *, problems: dict[str, list[str]] | None = None
) -> dict[str, Any]:
    """Gather the editor around a form."""
    with services.database.read() as session:
        topics, treatments = store.topics(session), store.treatments(session)
        sources = history_store.sources(session)
    return {
        **page_context(services, member, "list"),
        "form": form,
        "is_new": form.base == 0,
        "problems": problems or {},
        "topics": topics,
        "offered": {slug: row for slug, row in treatments.items() if row.kind != "alternative"},
        "source_items": [(row.id, f"{row.title} ({KIND_LABELS[row.kind]})") for row in sources],
        "topic_items": [(row.slug, row.title) for row in topics.values()],
        "alternative_items": [(row.slug, row.name) for row in treatments.values() if row.kind == "alternative"],
        "kinds": KIND_LABELS,
        "comparison": COMPARISON,
    }


def conflict_context(services: Services, answer_id: str, form: AnswerForm, mine: AnswerEntry) -> dict[str, Any]:
    """Gather what two people wrote at once: theirs against what both began with, and mine against theirs."""
    with services.database.read() as session:
        answer = history_store.get_answer(session, answer_id)
        theirs = latest(answer)
        base = history_store.get_version(session, answer_id, form.base)
        return {
            "theirs": theirs.version,
            "theirs_by": theirs.written_by,
            "their_changes": field_diffs(entry_of(base), entry_of(theirs)),
            "my_changes": field_diffs(entry_of(theirs), mine),
        }


def newest_form(services: Services, answer_id: str) -> AnswerForm:
    """Put an answer's newest words into a form.

    Raises:
        NotFoundError: There is no such answer.
    """
    with services.database.read() as session:
        newest = latest(history_store.get_answer(session, answer_id))
        return form_of(entry_of(newest), newest.version)


def preview_of(services: Services, entry: AnswerEntry) -> Preview:
    """Show a draft as it would be served."""
    with services.database.read() as session:
        return preview(session, entry, services.clinic, services.responses.text(Responses.UNSET))


def _row(answer: Answer, titles: dict[str, str], today: dt.date) -> dict[str, Any]:
    served, newest = in_service(answer), latest(answer)
    states = []
    if served is not None:
        states.append("overdue" if is_overdue(served, today) else "served")
        if served.sample:
            states.append("sample")
    if newest.status != ReviewStatus.APPROVED.value:
        states.append(newest.status)
    shown = served or newest
    return {
        "id": answer.id,
        "title": titles[answer.topic],
        "treatments": [row.treatment for row in answer.treatments],
        "compared_with": answer.compared_with,
        "states": states,
        "labels": [(state, STATES[state]) for state in states],
        "owner": answer.owner,
        "version": shown.version,
        "due": shown.review_due_on,
        "evidence": KIND_LABELS[shown.evidence],
        "short": shown.short,
    }


def _version_view(session: Session, services: Services, version: AnswerVersion) -> dict[str, Any]:
    entry = entry_of(version)
    return {
        "number": version.version,
        "status": version.status,
        "written_by": version.written_by,
        "written_at": _moment(version.created_at, services),
        "reviewed_by": version.reviewed_by,
        "reviewed_on": version.reviewed_on,
        "due": version.review_due_on,
        "sample": version.sample,
        "owner": version.owner,
        "treatments": version.treatments,
        "preview": preview(session, entry, services.clinic, services.responses.text(Responses.UNSET)),
    }


def _history(answer: Answer, services: Services) -> list[dict[str, Any]]:
    return [
        {
            "number": version.version,
            "status": STATES.get(version.status, version.status.replace("_", " ").capitalize()),
            "written_by": version.written_by,
            "written_at": _moment(version.created_at, services),
            "reviewed_by": version.reviewed_by,
            "reviewed_on": version.reviewed_on,
        }
        for version in reversed(answer.versions)
    ]


def _event_view(event: Any, services: Services) -> dict[str, Any]:
    return {
        "step": STEPS.get(event.step, event.step),
        "version": event.version,
        "by": event.by,
        "at": _moment(event.at, services),
        "note": event.note,
    }


def _moment(moment: dt.datetime, services: Services) -> str:
    return moment.astimezone(ZoneInfo(services.clinic.timezone)).strftime("%d %b %Y, %H:%M")


def due_date(raw: str) -> dt.date | None:
    """Read the day until which an approval lasts; None if it is none."""
    try:
        return dt.date.fromisoformat(raw)
    except ValueError:
        return None
