"""The only SQL on staff members and their sign-ins."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from bot.db.engine import utc_now
from bot.staff.models import SignIn, StaffMember
from bot.vocabulary import Role


def find_staff_member(session: Session, email: str) -> StaffMember | None:
    """Give the staff member with this email address, upper and lower case alike."""
    return session.scalar(select(StaffMember).where(StaffMember.email == email.strip().lower()))


def get_staff_member(session: Session, staff_member_id: int) -> StaffMember | None:
    """Give the staff member with this id."""
    return session.get(StaffMember, staff_member_id)


def add_staff_member(session: Session, *, email: str, name: str, role: Role, password_hash: str) -> StaffMember:
    """Store a new staff member."""
    member = StaffMember(
        email=email.strip().lower(),
        name=name,
        role=role.value,
        password_hash=password_hash,
        failed_sign_ins=0,
        created_at=utc_now(),
    )
    session.add(member)
    session.flush()
    return member


def count_staff(session: Session) -> int:
    """Give how many staff members there are."""
    return session.scalar(select(func.count()).select_from(StaffMember)) or 0


def password_hashes(session: Session) -> list[tuple[str, str]]:
    """Give every account's email address and the hash of its password."""
    query = select(StaffMember.email, StaffMember.password_hash).order_by(StaffMember.id)
    return [(row.email, row.password_hash) for row in session.execute(query)]


def roles(session: Session) -> list[str]:
    """Give the role of every account."""
    return list(session.scalars(select(StaffMember.role)))


def add_sign_in(
    session: Session, *, token_hash: str, staff_member_id: int, csrf_token: str, expires_at: dt.datetime
) -> None:
    """Store a sign-in."""
    session.add(
        SignIn(
            token_hash=token_hash,
            staff_member_id=staff_member_id,
            csrf_token=csrf_token,
            created_at=utc_now(),
            expires_at=expires_at,
        )
    )


def find_sign_in(session: Session, token_hash: str) -> SignIn | None:
    """Give the sign-in under this hash."""
    return session.get(SignIn, token_hash)


def delete_sign_in(session: Session, token_hash: str) -> None:
    """Forget a sign-in."""
    session.execute(delete(SignIn).where(SignIn.token_hash == token_hash))


def delete_sign_ins_of(session: Session, staff_member_id: int) -> None:
    """Forget all sign-ins of a staff member."""
    session.execute(delete(SignIn).where(SignIn.staff_member_id == staff_member_id))
