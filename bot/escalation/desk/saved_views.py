"""Saved views: choices of tickets that somebody comes back to by name, alone or with all colleagues."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.db.engine import Database
from bot.errors import ConflictError, InvalidMessageError, NotFoundError, PermissionDeniedError
from bot.escalation import inbox_store
from bot.escalation.desk import saved_views_store
from bot.escalation.inbox_store import InboxFilter
from bot.escalation.models import SavedView
from bot.staff.actor import Actor
from bot.staff.audit import record_by
from bot.vocabulary import Channel, EscalationReason, InboxView

LONGEST = 60
MOST = 30
"""Of one person's own and those that they see of colleagues."""


@dataclass(frozen=True, kw_only=True)
class ViewSeen:
    """A saved view as somebody sees it.

    Attributes:
        wanted: What of the inbox it shows.
        count: How many tickets that is.
        own: Whether it is theirs.
    """

    id: int
    name: str
    shared: bool
    own: bool
    wanted: InboxFilter
    count: int


class SavedViews:
    """Keeps the saved views; who saves or removes one stands in the audit log."""

    def __init__(self, database: Database) -> None:
        """Take the database that holds them."""
        self._database = database

    def save(self, name: str, wanted: InboxFilter, by: Actor, *, shared: bool) -> None:
        """Keep a choice of tickets under a name; an own one of that name is replaced.

        Args:
            name: What it is called.
            wanted: What of the inbox; words that were searched for and the page are not kept.
            by: Whose it is.
            shared: Whether all colleagues see it.

        Raises:
            ConflictError: There are too many.
            InvalidMessageError: The name is none.
        """
        name = " ".join(name.split())
        if not 0 < len(name) <= LONGEST:
            raise InvalidMessageError(f"Give the view a name of at most {LONGEST} characters.")
        owner = by.staff_member_id or 0
        with self._database.write() as session:
            is_new = saved_views_store.find(session, owner, name) is None
            if is_new and len(saved_views_store.seen_by(session, owner)) >= MOST:
                raise ConflictError(f"You see {MOST} saved views already. Remove one first.")
            view = saved_views_store.keep(
                session, staff_member_id=owner, name=name, shared=shared, wanted=_as_stored(wanted)
            )
            _note(session, by, "view.saved", view)

    def remove(self, view_id: int, by: Actor, *, may_remove_others: bool) -> None:
        """Remove a view: one's own, or who may keeps those that are shared in order.

        Raises:
            NotFoundError: There is no such view for them.
            PermissionDeniedError: It is a colleague's.
        """
        with self._database.write() as session:
            view = saved_views_store.get(session, view_id)
            is_own = view is not None and view.staff_member_id == by.staff_member_id
            if view is None or not (view.shared or is_own):
                raise NotFoundError("There is no such view. It may have been removed meanwhile.")
            if not is_own and not may_remove_others:
                raise PermissionDeniedError("This view is a colleague's. They can remove it, or an administrator.")
            _note(session, by, "view.removed", view)
            saved_views_store.delete(session, view)


def seen_by(session: Session, staff_member_id: int) -> list[ViewSeen]:
    """Give the views of a staff member and those that colleagues share."""
    found = []
    for view in saved_views_store.seen_by(session, staff_member_id):
        wanted = _as_wanted(view, staff_member_id)
        found.append(
            ViewSeen(
                id=view.id,
                name=view.name,
                shared=view.shared,
                own=view.staff_member_id == staff_member_id,
                wanted=wanted,
                count=inbox_store.count(session, wanted),
            )
        )
    return found


def _as_stored(wanted: InboxFilter) -> dict[str, str]:
    values = {
        "view": wanted.view.value,
        "reason": wanted.reason.value if wanted.reason else "",
        "channel": wanted.channel.value if wanted.channel else "",
        "treatment": wanted.treatment or "",
        "label": wanted.label or "",
    }
    return {name: value for name, value in values.items() if value}


def _as_wanted(view: SavedView, staff_member_id: int) -> InboxFilter:
    """Give what a view shows to somebody: "mine" in a shared one is theirs."""
    kept = view.wanted
    return InboxFilter(
        staff_member_id=staff_member_id,
        view=InboxView(kept["view"]),
        reason=EscalationReason(kept["reason"]) if "reason" in kept else None,
        channel=Channel(kept["channel"]) if "channel" in kept else None,
        treatment=kept.get("treatment"),
        label=kept.get("label"),
    )


def _note(session: Session, by: Actor, action: str, view: SavedView) -> None:
    record_by(
        session,
        by=by,
        action=action,
        subject="view",
        subject_id=view.id,
        details={"name": view.name, "shared": view.shared},
    )
