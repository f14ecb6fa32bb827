"""The only SQL on saved views."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot.escalation.models import SavedView


def seen_by(session: Session, staff_member_id: int) -> list[SavedView]:
    """Give the views of a staff member and those that colleagues share, by name."""
    query = select(SavedView).where(or_(SavedView.staff_member_id == staff_member_id, SavedView.shared))
    return list(session.scalars(query.order_by(SavedView.name, SavedView.id)))


def find(session: Session, staff_member_id: int, name: str) -> SavedView | None:
    """Give the view that a staff member has under a name."""
    return session.scalar(select(SavedView).where(SavedView.staff_member_id == staff_member_id, SavedView.name == name))


def get(session: Session, view_id: int) -> SavedView | None:
    """Give a view."""
    return session.get(SavedView, view_id)


def keep(session: Session, *, staff_member_id: int, name: str, shared: bool, wanted: Mapping[str, str]) -> SavedView:
    """Store a view, in place of the one that the staff member has under this name."""
    view = find(session, staff_member_id, name)
    if view is None:
        view = SavedView(staff_member_id=staff_member_id, name=name)
        session.add(view)
    view.shared, view.wanted = shared, dict(wanted)
    session.flush()
    return view


def delete(session: Session, view: SavedView) -> None:
    """Delete a view."""
    session.delete(view)
    session.flush()
