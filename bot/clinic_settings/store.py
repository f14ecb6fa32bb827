"""The only SQL on changes of the clinic's values."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.clinic_settings.models import ClinicChange


def newest_id(session: Session) -> int:
    """Give the number of the newest change; 0 before the first."""
    return session.scalar(select(func.max(ClinicChange.id))) or 0


def newest_of_each(session: Session) -> dict[str, ClinicChange]:
    """Give the newest change of each value that was ever changed, by the value's name."""
    newest = select(func.max(ClinicChange.id)).group_by(ClinicChange.name)
    rows = session.scalars(select(ClinicChange).where(ClinicChange.id.in_(newest)))
    return {row.name: row for row in rows}


def changes(session: Session, *, limit: int) -> list[ClinicChange]:
    """Give changes, the newest first."""
    return list(session.scalars(select(ClinicChange).order_by(ClinicChange.id.desc()).limit(limit)))


def add(session: Session, change: ClinicChange) -> None:
    """Store a change."""
    session.add(change)
    session.flush()
