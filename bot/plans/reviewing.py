"""Approving the messages of plans, and taking that back: each by its words, so that changed words need it anew."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from bot.clinic import Clinic
from bot.db.engine import Database, utc_now
from bot.errors import ConflictError, NotFoundError, PermissionDeniedError
from bot.knowledge import history_store
from bot.knowledge.reviewing.review import LONGEST_REVIEW_DAYS, Editor
from bot.plans import review_store
from bot.plans.entries import Plan, Step
from bot.plans.files import step_problems
from bot.plans.models import PlanReview
from bot.plans.review_store import APPROVED, WITHDRAWN
from bot.plans.serving import ServedPlans
from bot.plans.worker import PlanWorker
from bot.staff.actor import Actor
from bot.staff.audit import record_by

ONLY_A_CLINICIAN = "What a plan says is medical, so only a clinician may approve it."


class PlanReviewing:
    """Puts the messages of plans into service and takes them out; every step is kept with who took it.

    Args:
        database: The store.
        clinic: Its day, and the values that messages hold.
        plans: What is written, and what stands of its review.
        worker: Brings what is planned for patients to what holds then.
    """

    def __init__(self, database: Database, clinic: Clinic, plans: ServedPlans, worker: PlanWorker) -> None:
        self._database = database
        self._clinic = clinic
        self._plans = plans
        self._worker = worker

    def approve(self, key: tuple[str, str], step_id: str, version: str, editor: Editor, *, due: dt.date) -> None:
        """Put a message into service; what is planned for patients follows.

        Args:
            key: The plan's treatment and language.
            step_id: Which of its messages.
            version: The words that the editor saw.
            editor: Who answers for it.
            due: The last day on which it is sent without another review.

        Raises:
            ConflictError: The words have changed, cannot be approved, or the day is no good.
            NotFoundError: There is no such message.
            PermissionDeniedError: The editor is no clinician.
        """
        plan, step = self._found(key, step_id)
        if not (editor.may_approve and editor.is_clinician):
            raise PermissionDeniedError(ONLY_A_CLINICIAN)
        today = self._clinic.today()
        if not today < due <= today + dt.timedelta(days=LONGEST_REVIEW_DAYS):
            raise ConflictError("The next review must be due after today, and within two years.")
        if step.version != version:
            raise ConflictError("The words have changed since you looked. Read them once more.")
        with self._database.write() as session:
            problem = self._problem(session, step)
            if problem is not None:
                raise ConflictError(f"This cannot be approved yet. It {problem}.")
            self._note(session, plan, step, editor, due)
        self._worker.catch_up(utc_now(), plan)

    def withdraw(self, key: tuple[str, str], step_id: str, version: str, editor: Editor) -> None:
        """Take a message out of service at once: nobody gets it any more, as a sample neither.

        Raises:
            ConflictError: The words have changed, or it is withdrawn already.
            NotFoundError: There is no such message.
            PermissionDeniedError: The editor may not approve answers.
        """
        plan, step = self._found(key, step_id)
        if not editor.may_approve:
            raise PermissionDeniedError("Your role may not withdraw messages.")
        if step.version != version:
            raise ConflictError("The words have changed since you looked. Read them once more.")
        with self._database.write() as session:
            if self._plans.standings(session, plan)[step.id].is_withdrawn:
                raise ConflictError("This message is withdrawn already.")
            self._note(session, plan, step, editor, None)
        self._worker.catch_up(utc_now(), plan)

    def _found(self, key: tuple[str, str], step_id: str) -> tuple[Plan, Step]:
        plan = self._plans.written(*key)
        step = None if plan is None else plan.step(step_id)
        if plan is None or step is None:
            raise NotFoundError("There is no such message.")
        return plan, step

    def _problem(self, session: Session, step: Step) -> str | None:
        sources = {source.id for source in history_store.sources(session)}
        found = step_problems(step, self._clinic, sources, history_store.facts(session))
        return next((text for _place, text in found), None)

    def _note(self, session: Session, plan: Plan, step: Step, editor: Editor, due: dt.date | None) -> None:
        act = WITHDRAWN if due is None else APPROVED
        review_store.add(
            session,
            PlanReview(
                treatment=plan.treatment,
                language=plan.language,
                step=step.id,
                version=step.version,
                words=step.words,
                act=act,
                by=editor.name,
                by_id=editor.id,
                by_role=editor.role,
                at=utc_now(),
                due_on=due,
            ),
        )
        record_by(
            session,
            by=Actor(staff_member_id=editor.id, name=editor.name),
            action=f"plan.{act}",
            subject="plan",
            subject_id=f"{plan.treatment}.{plan.language}",
            details={"message": step.id, "role": editor.role},
        )
