"""The pages of plans: what each sends before and after a treatment, and the approval of every message."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Annotated, Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Form, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from bot.bootstrap import Services
from bot.channels import sms_text
from bot.clinic import clock_time
from bot.errors import ConflictError, NotFoundError
from bot.knowledge import store as knowledge
from bot.plans import review_store
from bot.plans.entries import Plan, Step
from bot.plans.serving import Standing
from bot.plans.wording import days_words
from bot.staff.permissions import Permission
from bot.staff.sign_in import SignedIn
from bot.web.dependencies import Member, ServicesOf, writer_who_may
from bot.web.knowledge.frame import answers_frame, editor_of, moment
from bot.web.pages import render

router = APIRouter(prefix="/staff/knowledge/plans", include_in_schema=False)

StepId = Annotated[str, Path(max_length=40)]
Version = Annotated[str, Form(max_length=16)]
Approver = Annotated[SignedIn, Depends(writer_who_may(Permission.APPROVE_ANSWERS))]


def _key(
    treatment: Annotated[str, Path(max_length=60)], language: Annotated[str, Path(max_length=2)]
) -> tuple[str, str]:
    return treatment, language


Key = Annotated[tuple[str, str], Depends(_key)]
"""A plan's treatment and language."""
DONE = {"approved": "Approved. It is sent from now on.", "withdrawn": "Withdrawn. Nobody gets it any more."}
ACTS = {"approved": "Approved", "withdrawn": "Withdrawn"}


@router.get("")
async def plans(request: Request, services: ServicesOf, member: Member) -> HTMLResponse:
    """Show the plans, each with how many of its messages wait for a clinician."""
    return render(request, "knowledge/plans.html", await run_sync(_all, services, member))


@router.get("/{treatment}/{language}")
async def plan(request: Request, services: ServicesOf, member: Member, key: Key, done: str = "") -> HTMLResponse:
    """Show what a plan sends, message by message."""
    context = await run_sync(_one, services, member, key)
    return render(request, "knowledge/plan.html", {**context, "notice": DONE.get(done, ""), "error": ""})


@router.post("/{treatment}/{language}/messages/{step}/approve")
async def approve(
    request: Request,
    services: ServicesOf,
    member: Approver,
    key: Key,
    step: StepId,
    *,
    version: Version = "",
    due: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Put a message into service."""

    def approved() -> None:
        reviewing = services.appointments.reviewing
        reviewing.approve(key, step, version, editor_of(member), due=_day(due))

    return await _does(request, services, member, key, approved, done=f"approved#{step}")


@router.post("/{treatment}/{language}/messages/{step}/withdraw")
async def withdraw(
    request: Request,
    services: ServicesOf,
    member: Approver,
    key: Key,
    step: StepId,
    *,
    version: Version = "",
) -> Response:
    """Take a message out of service."""
    work = partial(services.appointments.reviewing.withdraw, key, step, version, editor_of(member))
    return await _does(request, services, member, key, work, done=f"withdrawn#{step}")


async def _does(
    request: Request, services: Services, member: SignedIn, key: tuple[str, str], work: Any, *, done: str
) -> Response:
    """Take a step, and show the plan; what speaks against it is said on its page."""
    try:
        await run_sync(work)
    except ConflictError as error:
        context = await run_sync(_one, services, member, key)
        return render(request, "knowledge/plan.html", {**context, "notice": "", "error": str(error)}, 409)
    return RedirectResponse(f"/staff/knowledge/plans/{key[0]}/{key[1]}?done={done}", status_code=303)


def _day(raw: str) -> dt.date:
    try:
        return dt.date.fromisoformat(raw)
    except ValueError:
        raise ConflictError("Choose the day on which the next review is due.") from None


def _all(services: Services, member: SignedIn) -> dict[str, Any]:
    frame = answers_frame(services, member, "plans")
    with services.database.read() as session:
        rows = [_row(services, session, one) for one in services.appointments.plans.all]
    return {**frame, "plans": rows, "unapproved": frame["waits"]["plans"]}


def _row(services: Services, session: Session, one: Plan) -> dict[str, Any]:
    standings = services.appointments.plans.standings(session, one).values()
    treatment = knowledge.treatments(session).get(one.treatment)
    return {
        "address": f"/staff/knowledge/plans/{one.treatment}/{one.language}",
        "title": one.treatment if treatment is None else treatment.name,
        "language": services.language_names.get(one.language, one.language),
        "owner": one.owner,
        "messages": len(one.messages),
        "approved": sum(standing.approval is not None for standing in standings),
    }


def _one(services: Services, member: SignedIn, key: tuple[str, str]) -> dict[str, Any]:
    found = services.appointments.plans.written(*key)
    if found is None:
        raise NotFoundError("There is no such plan.")
    with services.database.read() as session:
        standings = services.appointments.plans.standings(session, found)
        return {
            **answers_frame(services, member, "plans"),
            "plan": _row(services, session, found),
            "due": (services.clinic.today() + dt.timedelta(days=365)).isoformat(),
            "messages": [_message(services, session, found, step, standings[step.id]) for step in found.messages],
            "history": [
                {
                    "act": ACTS[review.act],
                    "title": _title(found, review.step),
                    "by": review.by,
                    "at": moment(review.at, services),
                    "words": review.words,
                    "is_of_now": (step := found.step(review.step)) is not None and step.version == review.version,
                }
                for review in review_store.of_plan(session, *key)
            ],
        }


def _title(plan: Plan, step_id: str) -> str:
    step = plan.step(step_id)
    return step_id if step is None else step.title


def _message(services: Services, session: Session, plan: Plan, step: Step, standing: Standing) -> dict[str, Any]:
    review = standing.review
    state, label = _state(standing)
    return {
        "id": step.id,
        "title": step.title,
        "version": step.version,
        "when": f"{days_words(step.day)}, {clock_time(dt.datetime.combine(dt.date.min, step.at))} to "
        f"{clock_time(dt.datetime.combine(dt.date.min, step.until))}",
        "is_check_in": step.check_in,
        "state": state,
        "label": label,
        "by": None if review is None else review.by,
        "at": None if review is None else moment(review.at, services),
        "due": None if review is None else review.due_on,
        "is_served": standing.is_served,
        "text": sms_text.reply_text(services.appointments.worker.example(session, plan, step)),
    }


def _state(standing: Standing) -> tuple[str, str]:
    if standing.approval is not None:
        return "served", "Approved"
    if standing.is_withdrawn:
        return "retired", "Withdrawn"
    return ("overdue", "Review ran out") if standing.is_overdue else ("sample", "Draft")
