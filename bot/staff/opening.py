"""Opens a sign-in for somebody who has shown who they are, by whichever way, or notes that they have not."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from bot.staff import store, tries
from bot.staff.actor import Actor
from bot.staff.audit import record_by
from bot.staff.changing import note, themselves
from bot.staff.models import StaffMember
from bot.staff.tries import Place
from bot.tokens import hash_token, new_token

SIGN_IN_HOURS = 12
"""A working day: after that staff sign in again."""


def open_sign_in(
    session: Session,
    member: StaffMember,
    now: dt.datetime,
    *,
    browser: str,
    place: Place,
    instead_of: str | None,
    by_passkey: bool = False,
    by_provider: bool = False,
    has_provider_factor: bool = False,
) -> str:
    """Open one, and give the token for the browser's cookie.

    Args:
        session: The open write session.
        member: Who it is.
        now: An aware time.
        browser: What the browser is called where its owner sees a list of them.
        place: Where they sign in from; the browser is known from now on.
        instead_of: The token of the sign-in that the browser has had until now, which ends.
        by_passkey: Whether a passkey was their second factor.
        by_provider: Whether the clinic's provider said who it is.
        has_provider_factor: Whether a second factor was shown there.
    """
    if instead_of:
        store.delete_sign_in(session, hash_token(instead_of))
    tries.know_browser(session, member.id, place.browser, now)
    tries.forget(session, member.email)
    way = "provider" if by_provider else "passkey" if by_passkey else None
    note(session, themselves(member), "sign_in.opened", member, **({} if way is None else {"way": way}))
    token = new_token()
    store.add_sign_in(
        session,
        token_hash=hash_token(token),
        staff_member_id=member.id,
        csrf_token=new_token(),
        expires_at=now + dt.timedelta(hours=SIGN_IN_HOURS),
        browser=browser,
        by_provider=by_provider,
        has_provider_factor=has_provider_factor,
    )
    return token


def note_failure(session: Session, member: StaffMember | None) -> None:
    """Note in the audit log that somebody tried in vain; None for an address that has no account."""
    if member is not None:
        note(session, themselves(member), "sign_in.failed", member)
        return
    # Nothing of what was typed: it may be a password in the wrong field.
    record_by(
        session,
        by=Actor(staff_member_id=None, name="Somebody unknown"),
        action="sign_in.failed",
        subject="staff",
        subject_id="unknown",
    )
