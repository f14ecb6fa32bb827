"""The page of the figures, and each of its tables for a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import HTMLResponse, Response

from bot.analytics import store
from bot.analytics.figures import QUESTIONS, Figures, figures_of
from bot.analytics.period import CHOICES, MOST_DAYS, Period, period_of
from bot.analytics.store import Behind
from bot.analytics.tables import COUNTED, ONLY_IN_FILES, Table, said, summary, tables
from bot.bootstrap import Services
from bot.db.engine import utc_now
from bot.errors import InvalidMessageError, NotFoundError
from bot.knowledge import store as knowledge
from bot.labels import REASON_LABELS
from bot.spreadsheet import as_csv
from bot.staff.permissions import Permission
from bot.staff.sign_in import SignedIn
from bot.vocabulary import Counted
from bot.web.dependencies import ServicesOf, reader_who_may
from bot.web.pages import console_frame, render
from bot.web.staff.figures.charts import Chart, lying, upright
from bot.web.staff.times import day_of, day_words, exact

router = APIRouter(prefix="/staff/figures", include_in_schema=False)

MOST_CHATS = 100
"""Of the newest conversations behind a figure."""
MOST_LINKS = 5
"""Conversations of a group that are led to, the newest."""

FigureReader = Annotated[SignedIn, Depends(reader_who_may(Permission.READ_FIGURES))]
Day = Annotated[str, Query(max_length=20)]

_CHARTS: dict[str, Callable[[Table], Chart | None]] = {
    "weeks": partial(upright, columns=(2, 3, 4, 5, 6)),
    "topics": partial(lying, columns=(1,)),
    "containment": lambda table: lying(table, (1,), most=len(table.rows) - 1),
    "not_understood": partial(lying, columns=(1,)),
    "passed_on": partial(lying, columns=(1,)),
    "staff_times": partial(lying, columns=(6, 7)),
    "thumbs": partial(lying, columns=(1,)),
    "judged_answers": partial(lying, columns=(2,)),
    "dangers": partial(lying, columns=(6, 7, 8, 9)),
    "channels": partial(lying, columns=(1,)),
    "hours": partial(upright, columns=(1,)),
}


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """The days that somebody wants to see, as they typed them."""

    days: int | None
    since: str
    until: str

    def period(self, services: Services) -> Period:
        """Give the period.

        Raises:
            InvalidMessageError: It is none; the message says what to choose.
        """
        return period_of(
            first=day_of(self.since, "From"),
            last=day_of(self.until, "To"),
            days=self.days,
            today=services.clinic.today(),
            zone=ZoneInfo(services.clinic.timezone),
        )


async def chosen_days(
    *, days: Annotated[int | None, Query(ge=1, le=MOST_DAYS)] = None, since: Day = "", until: Day = ""
) -> Chosen:
    """Read from a page's address which days are wanted."""
    return Chosen(days=days, since=since.strip(), until=until.strip())


Wanted = Annotated[Chosen, Depends(chosen_days)]


@router.get("")
async def page(request: Request, services: ServicesOf, member: FigureReader, wanted: Wanted) -> HTMLResponse:
    """Show the figures."""
    try:
        context = await run_sync(_page, services, wanted)
    except InvalidMessageError as problem:
        context = {"error": str(problem), "wanted": wanted, "blocks": []}
    week = Period.last_week(today=services.clinic.today(), zone=ZoneInfo(services.clinic.timezone))
    context |= {**console_frame(services.clinic, member), "choices": CHOICES, "last_week": week}
    return render(request, "staff/figures.html", context, 422 if "error" in context else 200)


@router.get("/{slug}.csv")
async def table_file(
    services: ServicesOf, member: FigureReader, wanted: Wanted, slug: Annotated[str, Path(max_length=40)]
) -> Response:
    """Give one table for a spreadsheet."""
    del member
    period = wanted.period(services)
    found = tables(await run_sync(_figures, services, period)).get(slug)
    if found is None:
        raise NotFoundError("There is no such table. Go back to the figures and choose one.")
    name = f"{slug}-{period.first}-{period.last}.csv"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(as_csv(found.columns, found.rows), media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/chats")
async def chats(
    request: Request,
    services: ServicesOf,
    member: FigureReader,
    wanted: Wanted,
    *,
    kind: Annotated[str, Query(max_length=20)] = "",
    topic: Annotated[str, Query(max_length=60)] = "",
) -> HTMLResponse:
    """Show the newest conversations behind a figure: those with a reply of a kind, on a topic, or both."""
    kinds = [known for known in QUESTIONS if kind in {"", known.value}]

    def found() -> dict[str, Any]:
        period = wanted.period(services)
        with services.database.read() as session:
            behind = store.behind(session, period, kinds, topic=topic or None, limit=MOST_CHATS) if kinds else []
            titles = {slug: row.title for slug, row in knowledge.topics(session).items()}
        names = [*([titles.get(topic, topic)] if topic else []), *([COUNTED[kinds[0]]] if len(kinds) == 1 else [])]
        return {
            "what": ", ".join(names),
            "period": period,
            "query": urlencode({"since": period.first.isoformat(), "until": period.last.isoformat()}),
            "chats": [
                {
                    **_behind(one, period.zone),
                    "title": "Conversation" if one.ticket_id is None else f"Ticket {one.ticket_id}",
                    "when": exact(one.at, period.zone),
                }
                for one in behind
            ],
            "most": MOST_CHATS,
        }

    context = {**await run_sync(found), **console_frame(services.clinic, member)}
    return render(request, "staff/figure_chats.html", context)


def _figures(services: Services, period: Period) -> Figures:
    return figures_of(services.database, period, now=utc_now())


def _page(services: Services, wanted: Chosen) -> dict[str, Any]:
    period = wanted.period(services)
    figures = _figures(services, period)
    found = tables(figures)
    zone = period.zone
    return {
        "wanted": Chosen(days=None, since=period.first.isoformat(), until=period.last.isoformat()),
        "chosen_days": period.days if period.last == services.clinic.today() else None,
        "query": urlencode({"since": period.first.isoformat(), "until": period.last.isoformat()}),
        "days_shown": f"{day_words(period.first)} to {day_words(period.last)}",
        "summary": summary(figures),
        "is_empty": figures.is_empty,
        "only_in_files": [table for slug, table in found.items() if slug in ONLY_IN_FILES],
        "blocks": [
            _block(table, figures, zone)
            for slug, table in found.items()
            if slug not in ONLY_IN_FILES and (table.rows or slug in _CHARTS)
        ],
    }


def _block(table: Table, figures: Figures, zone: ZoneInfo) -> dict[str, Any]:
    draw = _CHARTS.get(table.slug)
    links = _links(table, figures, zone)
    return {
        "table": table,
        "chart": None if draw is None or not table.rows else draw(table),
        "rows": [
            {"cells": [said(cell) for cell in row], "links": linked}
            for row, linked in zip(table.rows, links, strict=True)
        ],
        "leads_on": any(links),
    }


def _links(table: Table, figures: Figures, zone: ZoneInfo) -> list[list[dict[str, str]]]:
    """Give, for each row of a table, what lies behind it, for those who may read the page."""
    if table.slug == "weeks":
        return [_of_week(span) for span in figures.period.weeks()]
    if table.slug == "topics":
        slugs = {title: slug for slug, title in figures.topics.items()}
        return [[_chats("Chats", figures.period, of=str(row[0]), topic=slugs[str(row[0])])] for row in table.rows]
    if table.slug == "passed_on":
        return [
            [_link("Tickets", f"tickets?status=all&reason={reason.value}", of=name)]
            for reason, name in REASON_LABELS.items()
        ]
    if table.slug == "judged_answers":
        return [[_link("Answer", f"knowledge/answers/{row[0]}", of=str(row[0]))] for row in table.rows]
    if table.slug == "dangers":
        return [[_link("Safety", "safety", of=str(row[0]))] for row in table.rows]
    if table.slug == "not_understood":
        return [[_behind(one, zone) for one in group[:MOST_LINKS]] for group in figures.unclear]
    return [[] for _ in table.rows]


def _of_week(week: Period) -> list[dict[str, str]]:
    """Lead to the conversations of a week in which something was left to be done."""
    kinds = (Counted.NOT_UNDERSTOOD, Counted.NO_ANSWER)
    return [_chats(COUNTED[kind], week, of=f"the week from {week.first}", kind=kind.value) for kind in kinds]


def _chats(title: str, period: Period, *, of: str, **narrowed: str) -> dict[str, str]:
    days = {"since": period.first.isoformat(), "until": period.last.isoformat()}
    return _link(title, f"figures/chats?{urlencode({**narrowed, **days})}", of=of)


def _behind(one: Behind, zone: ZoneInfo) -> dict[str, str]:
    """Lead to a conversation's ticket, or to itself where staff have none."""
    when = exact(one.at, zone)
    if one.ticket_id is not None:
        return _link(f"Ticket {one.ticket_id}", f"tickets/{one.ticket_id}", of=when)
    return _link(
        f"Chat of {one.at.astimezone(zone):%d %b, %H:%M}",
        f"conversations/{one.conversation_id}",
        of=when,
    )


def _link(title: str, place: str, *, of: str) -> dict[str, str]:
    return {"title": title, "place": f"/staff/{place}", "of": of}
