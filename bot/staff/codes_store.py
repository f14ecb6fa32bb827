"""The only SQL on recovery codes, and on failed tries to sign in."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from bot.staff.models import RecoveryCode, SignInTries


def find_tries(session: Session, email_hash: str) -> SignInTries | None:
    """Give the failed tries with an address."""
    return session.get(SignInTries, email_hash)


def tries_to_count(session: Session, email_hash: str, now: dt.datetime) -> SignInTries:
    """Give the failed tries with an address, to count another one; none yet is a new row."""
    found = session.get(SignInTries, email_hash, with_for_update=True)
    if found is None:
        found = SignInTries(email_hash=email_hash, failed=0, last_at=now)
        session.add(found)
    return found


def delete_tries(session: Session, email_hash: str) -> None:
    """Forget the failed tries with an address."""
    session.execute(delete(SignInTries).where(SignInTries.email_hash == email_hash))


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
