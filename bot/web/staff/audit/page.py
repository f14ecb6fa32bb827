"""The pages of the audit log: searched, paged and exported."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response

from bot.bootstrap import Services
from bot.errors import InvalidMessageError
from bot.staff import store
from bot.staff.audit import as_table, record_by
from bot.staff.models import AuditEntry
from bot.staff.permissions import Permission
from bot.staff.sign_in import SignedIn
from bot.web.dependencies import ServicesOf, actor_of, reader_who_may
from bot.web.pages import console_frame, render
from bot.web.staff.audit.words import SUBJECTS, action_words, details_words, subject_words
from bot.web.staff.times import LAST_DAY, day_of, exact, start_of
from bot.web.wire import LARGEST_ID

router = APIRouter(prefix="/staff", include_in_schema=False)

PAGE_SIZE = 100
EXPORT_SIZE = 50_000
PLACES = {
    "answer": "/staff/knowledge/answers",
    "appointment": "/staff/appointments",
    "conversation": "/staff/conversations",
    "ticket": "/staff/tickets",
}
"""Where what an entry is about can be looked at."""

Auditor = Annotated[SignedIn, Depends(reader_who_may(Permission.READ_AUDIT))]
Words = Annotated[str, Query(max_length=160)]
EntryId = Annotated[int | None, Query(ge=0, le=LARGEST_ID)]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which entries somebody looks for, as they typed it."""

    q: str
    person: str
    action: str
    subject: str
    subject_id: str
    since: str
    until: str

    def filters(self, zone: ZoneInfo) -> dict[str, Any]:
        """Give it as the store takes it; `until` is the last day that counts.

        Raises:
            InvalidMessageError: A date is none.
        """
        since, until = day_of(self.since, "From"), day_of(self.until, "To")
        return {
            "words": self.q,
            "person": self.person,
            "action": self.action,
            "subject": self.subject,
            "subject_id": self.subject_id,
            "since": None if since is None else start_of(since, zone),
            "until": None if until is None else start_of(min(until, LAST_DAY) + dt.timedelta(days=1), zone),
        }

    def typed(self) -> dict[str, str]:
        """Give what was filled in, for a page's address."""
        return {name: value for name, value in vars(self).items() if value}


async def audit_filter(
    *,
    q: Words = "",
    person: Words = "",
    action: Words = "",
    subject: Words = "",
    subject_id: Words = "",
    since: Words = "",
    until: Words = "",
) -> Wanted:
    """Read from a page's address which entries are wanted; a field that was left empty filters nothing."""
    typed = {"q": q, "person": person, "action": action, "subject": subject, "subject_id": subject_id}
    return Wanted(**{name: value.strip() for name, value in typed.items()}, since=since.strip(), until=until.strip())


Filter = Annotated[Wanted, Depends(audit_filter)]


@router.get("/audit")
async def audit(
    request: Request,
    services: ServicesOf,
    member: Auditor,
    wanted: Filter,
    *,
    before: EntryId = None,
    after: EntryId = None,
) -> HTMLResponse:
    """Show the audit log."""
    found: dict[str, Any] = {"total": 0, "entries": [], "older": None, "newer": None}
    error = None
    try:
        found = await run_sync(_page, services, wanted, before, after)
    except InvalidMessageError as problem:
        error = str(problem)
    context = {
        **console_frame(services.clinic, member),
        **found,
        "wanted": wanted,
        "typed": wanted.typed(),
        "choices": await run_sync(_choices, services),
        "error": error,
    }
    return render(request, "staff/audit.html", context, 422 if error else 200)


@router.get("/audit.csv")
async def export(services: ServicesOf, member: Auditor, wanted: Filter) -> Response:
    """Give the entries as a table for a spreadsheet; that it was given stands in the log too."""

    def exported() -> str:
        zone = ZoneInfo(services.clinic.timezone)
        filters = wanted.filters(zone)
        actor = actor_of(member)
        with services.database.write() as session:
            total = store.count_audit_entries(session, **filters)
            if total > EXPORT_SIZE:
                raise InvalidMessageError(
                    f"That is {total:,} entries; a table holds {EXPORT_SIZE:,}. Choose a shorter time, and export part "
                    "by part."
                )
            text = as_table(store.audit_entries(session, limit=EXPORT_SIZE, **filters), zone)
            record_by(
                session,
                by=actor,
                action="audit.exported",
                subject="audit",
                subject_id="csv",
                # What somebody looks for by words may be a patient's name, which no entry may hold.
                details={**wanted.typed(), **({"q": "given"} if wanted.q else {})},
            )
        return text

    headers = {"content-disposition": 'attachment; filename="audit.csv"'}
    return Response(await run_sync(exported), media_type="text/csv; charset=utf-8", headers=headers)


def _page(services: Services, wanted: Wanted, before: int | None, after: int | None) -> dict[str, Any]:
    zone = ZoneInfo(services.clinic.timezone)
    filters = wanted.filters(zone)
    with services.database.read() as session:
        names = {str(number): name for number, name in store.all_names(session).items()}
        entries = store.audit_entries(session, before=before, after=after, limit=PAGE_SIZE, **filters)
        total = store.count_audit_entries(session, **filters)
        newest = store.audit_entries(session, limit=1, **filters)
        older = store.audit_entries(session, before=entries[-1].id, limit=1, **filters) if entries else []
    return {
        "total": total,
        "entries": [_in_words(entry, names, zone) for entry in entries],
        "older": entries[-1].id if older else None,
        "newer": entries[0].id if entries and newest[0].id > entries[0].id else None,
    }


def _choices(services: Services) -> dict[str, Any]:
    """Give what can be chosen: the people, and actions and kinds by what is stored, with their words."""
    with services.database.read() as session:
        found = store.audit_choices(session)
    actions = sorted((action_words(action), action) for action in found["actions"])
    subjects = sorted((SUBJECTS.get(subject, subject), subject) for subject in found["subjects"])
    return {"people": found["people"], "actions": actions, "subjects": subjects}


def _in_words(entry: AuditEntry, names: Mapping[str, str], zone: ZoneInfo) -> dict[str, Any]:
    return {
        "when": exact(entry.at, zone),
        "who": entry.staff_name,
        "action": action_words(entry.action),
        "subject": subject_words(entry.subject, entry.subject_id, names),
        "place": f"{PLACES[entry.subject]}/{entry.subject_id}" if entry.subject in PLACES else None,
        "details": details_words(entry.action, entry.subject_id, entry.details, zone),
    }
