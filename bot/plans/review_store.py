"""The only SQL on the reviews of plans' messages."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.plans.models import PlanReview

APPROVED, WITHDRAWN = "approved", "withdrawn"


def add(session: Session, review: PlanReview) -> None:
    """Note a step of a review."""
    session.add(review)


def of_plan(session: Session, treatment: str, language: str) -> Sequence[PlanReview]:
    """Give all steps of the reviews of a plan's messages, newest first."""
    query = select(PlanReview).where(PlanReview.treatment == treatment, PlanReview.language == language)
    return session.scalars(query.order_by(PlanReview.id.desc())).all()
