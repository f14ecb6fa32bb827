"""Which messages of a plan patients get: those that a clinician approved, and samples where samples are shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.knowledge.serving import Rules, RulesNow
from bot.plans import review_store
from bot.plans.entries import Plan, Plans
from bot.plans.models import PlanReview
from bot.plans.review_store import APPROVED, WITHDRAWN


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How the words of a message stand now.

    Attributes:
        review: The last step of their review; None if nobody has reviewed these words.
        is_sample: Whether the plan is one whose messages may be sent unapproved, where samples are.
        rules: What may be served now.
    """

    review: PlanReview | None
    is_sample: bool
    rules: Rules

    @property
    def approval(self) -> PlanReview | None:
        """Their approval, while it lasts; None if there is none."""
        review = self.review
        if review is None or review.act != APPROVED or review.due_on is None:
            return None
        return review if review.due_on >= self.rules.today else None

    @property
    def is_overdue(self) -> bool:
        """Whether they were approved, until a day that is over."""
        return self.review is not None and self.review.act == APPROVED and self.approval is None

    @property
    def is_withdrawn(self) -> bool:
        """Whether somebody took them out of service."""
        return self.review is not None and self.review.act == WITHDRAWN

    @property
    def is_served(self) -> bool:
        """Whether patients get them; what ran out or was withdrawn is no sample any more."""
        return self.approval is not None or (self.review is None and self.is_sample and self.rules.samples)


class ServedPlans:
    """Gives the plan for a treatment in a language.

    Args:
        plans: What the files say.
        rules: What may be served at this moment, as for answers.
    """

    def __init__(self, plans: Plans, rules: RulesNow) -> None:
        self._plans = plans
        self._rules = rules

    @property
    def all(self) -> tuple[Plan, ...]:
        """All plans that are written, in the order of treatments and languages."""
        return tuple(self._plans[key] for key in sorted(self._plans))

    def written(self, treatment: str | None, language: str) -> Plan | None:
        """Give the plan that is written, served or not; None if there is none."""
        return None if treatment is None else self._plans.get((treatment, language))

    def standings(self, session: Session, plan: Plan) -> Mapping[str, Standing]:
        """Say how each message of a plan stands, by its id."""
        rules, newest = self._rules(), dict[tuple[str, str], PlanReview]()
        for review in review_store.of_plan(session, plan.treatment, plan.language):
            newest.setdefault((review.step, review.version), review)
        return {
            step.id: Standing(review=newest.get((step.id, step.version)), is_sample=plan.sample, rules=rules)
            for step in plan.messages
        }

    def served(self, session: Session, treatment: str | None, language: str) -> Plan | None:
        """Give the plan with the messages that patients get; None if there is none, or none of them may be served."""
        plan = self.written(treatment, language)
        if plan is None:
            return None
        standings = self.standings(session, plan)
        steps = tuple(step for step in plan.messages if standings[step.id].is_served)
        return plan.model_copy(update={"messages": steps}) if steps else None

    def count(self, session: Session) -> tuple[int, int]:
        """Give how many messages there are, and how many of them no clinician's approval stands for."""
        standings = [standing for plan in self.all for standing in self.standings(session, plan).values()]
        return len(standings), sum(standing.approval is None for standing in standings)
