"""A change of an account: it stands in the audit log, and what was open before it opens nothing any more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from bot.staff import codes_store, store
from bot.staff.actor import Actor
from bot.staff.audit import record_by
from bot.staff.models import StaffMember
from bot.staff.passkeys import store as passkeys

Tell = Callable[[Session, str, str, str, str], None]
"""Tells a person, in the transaction that does it, what was done with their account: email, event, title and text."""


def tell_nobody(_session: Session, _email: str, _event: str, _title: str, _text: str) -> None:
    """Where no email is set up, nobody is told."""


def note(session: Session, by: Actor, action: str, member: StaffMember, **details: Any) -> None:
    """Note in the audit log what somebody did with an account."""
    record_by(
        session,
        by=by,
        action=action,
        subject="staff",
        subject_id=member.id,
        details=details,
    )


def changed(
    session: Session, by: Actor, action: str, member: StaffMember, *, keep: str | None = None, **details: Any
) -> None:
    """Note a change of what opens an account or of what it may, and end its sign-ins and one-time links.

    Args:
        session: The open write session, in which the change itself is made.
        by: Who made it.
        action: What the audit log calls it.
        member: Whose account it is.
        keep: The hash of the one sign-in that goes on: that of the person who just proved who they are.
        details: Values that explain it.
    """
    store.delete_sign_ins_of(session, member.id, but=keep)
    store.delete_links_of(session, member.id)
    codes_store.delete_known_browsers(session, member.id)
    passkeys.delete_challenges_of(session, member.id)
    note(session, by, action, member, **details)


def themselves(member: StaffMember) -> Actor:
    """Give a person as who acts on their own account."""
    return Actor(staff_member_id=member.id, name=member.name)
