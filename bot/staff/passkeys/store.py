"""The only SQL on passkeys and on what devices are asked to sign."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from bot.staff.models import Passkey, PasskeyChallenge


def of_member(session: Session, staff_member_id: int) -> Sequence[Passkey]:
    """Give somebody's passkeys, the oldest first."""
    query = select(Passkey).where(Passkey.staff_member_id == staff_member_id).order_by(Passkey.id)
    return session.scalars(query).all()


def who_have_some(session: Session) -> frozenset[int]:
    """Give the ids of the staff members who have a passkey."""
    return frozenset(session.scalars(select(Passkey.staff_member_id).distinct()))


def count(session: Session, staff_member_id: int) -> int:
    """Give how many passkeys somebody has."""
    query = select(func.count()).where(Passkey.staff_member_id == staff_member_id)
    return session.scalar(query) or 0


def get(session: Session, staff_member_id: int, passkey_id: int) -> Passkey | None:
    """Give one of somebody's passkeys."""
    found = session.get(Passkey, passkey_id)
    return found if found is not None and found.staff_member_id == staff_member_id else None


def with_credential(session: Session, credential_id: str) -> Passkey | None:
    """Give the passkey that a device calls by a name, whoever's it is, for an answer that comes just now."""
    return session.scalars(select(Passkey).where(Passkey.credential_id == credential_id).with_for_update()).first()


def delete_all_of(session: Session, staff_member_id: int) -> int:
    """Delete somebody's passkeys; give how many there were."""
    query = delete(Passkey).where(Passkey.staff_member_id == staff_member_id).returning(Passkey.id)
    return len(session.execute(query).all())


def add_challenge(session: Session, row: PasskeyChallenge, now: dt.datetime) -> None:
    """Store what a device is asked to sign; those that have run out go."""
    session.execute(delete(PasskeyChallenge).where(PasskeyChallenge.expires_at <= now))
    session.add(row)


def find_challenge(
    session: Session, challenge_hash: str, browser_hash: str, now: dt.datetime
) -> PasskeyChallenge | None:
    """Give one that was asked for in this browser and has not run out; nobody else takes it meanwhile."""
    row = session.get(PasskeyChallenge, challenge_hash, with_for_update=True)
    if row is None or row.browser_hash != browser_hash or row.expires_at <= now:
        return None
    return row


def delete_challenges_of(session: Session, staff_member_id: int) -> None:
    """Forget what somebody's devices were asked to sign: it was asked for before their account changed."""
    session.execute(delete(PasskeyChallenge).where(PasskeyChallenge.staff_member_id == staff_member_id))
