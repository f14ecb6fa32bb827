"""The only SQL on recovery codes, on failed tries to sign in, and on browsers that are known."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from bot.staff.models import KnownBrowser, RecoveryCode, SignInTries, StaffMember


def find_tries(session: Session, key_hash: str) -> SignInTries | None:
    """Give the failed tries with an address from a place."""
    return session.get(SignInTries, key_hash)


def tries_to_count(session: Session, key_hash: str, email_hash: str, now: dt.datetime) -> SignInTries:
    """Give the failed tries with an address from a place, to count another one; none yet is a new row."""
    found = session.get(SignInTries, key_hash, with_for_update=True)
    if found is None:
        found = SignInTries(key_hash=key_hash, email_hash=email_hash, failed=0, last_at=now)
        session.add(found)
    return found


def delete_tries(session: Session, email_hash: str) -> None:
    """Forget the failed tries with an address, from wherever they came."""
    session.execute(delete(SignInTries).where(SignInTries.email_hash == email_hash))


def is_known_browser(session: Session, token_hash: str, email: str, *, since: dt.datetime) -> bool:
    """Tell whether the account with an address was signed in to on a browser since a time."""
    query = select(KnownBrowser.token_hash).join(StaffMember, StaffMember.id == KnownBrowser.staff_member_id)
    found = query.where(KnownBrowser.token_hash == token_hash, StaffMember.email == email)
    return session.scalar(found.where(KnownBrowser.last_at > since)) is not None


def know_browser(
    session: Session, token_hash: str, staff_member_id: int, now: dt.datetime, *, forget_before: dt.datetime
) -> None:
    """Note that somebody signed in on a browser, and forget browsers on which nobody has for long."""
    session.execute(delete(KnownBrowser).where(KnownBrowser.last_at <= forget_before))
    session.merge(KnownBrowser(token_hash=token_hash, staff_member_id=staff_member_id, last_at=now))


def delete_known_browsers(session: Session, staff_member_id: int) -> None:
    """Forget on which browsers somebody has signed in."""
    session.execute(delete(KnownBrowser).where(KnownBrowser.staff_member_id == staff_member_id))


def add_recovery_code(session: Session, staff_member_id: int, code_hash: str) -> None:
    """Store a recovery code."""
    session.add(RecoveryCode(code_hash=code_hash, staff_member_id=staff_member_id))


def delete_recovery_code(session: Session, staff_member_id: int, code_hash: str) -> bool:
    """Use up a recovery code of somebody; tell whether there was one."""
    query = delete(RecoveryCode).where(
        RecoveryCode.code_hash == code_hash, RecoveryCode.staff_member_id == staff_member_id
    )
    return bool(session.execute(query.returning(RecoveryCode.code_hash)).all())


def delete_recovery_codes(session: Session, staff_member_id: int) -> None:
    """Forget all recovery codes of somebody."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.staff_member_id == staff_member_id))


def count_recovery_codes(session: Session, staff_member_id: int) -> int:
    """Give how many recovery codes somebody has left."""
    query = select(func.count()).where(RecoveryCode.staff_member_id == staff_member_id)
    return session.scalar(query) or 0
