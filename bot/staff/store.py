"""The only SQL on staff members, their sign-ins and the audit log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.orm import Session

from bot.db.engine import utc_now
from bot.db.folding import fold, folded
from bot.staff.models import AuditEntry, Integration, ShortcutKeys, SignIn, StaffLink, StaffMember
from bot.vocabulary import Role


def find_staff_member(session: Session, email: str) -> StaffMember | None:
    """Give the staff member with this email address, upper and lower case alike."""
    return session.scalar(select(StaffMember).where(StaffMember.email == plain_email(email)))


def find_by_provider(session: Session, subject: str) -> StaffMember | None:
    """Give the staff member who has signed in by the clinic's provider as this subject."""
    return session.scalar(select(StaffMember).where(StaffMember.provider_subject == subject))


def plain_email(email: str) -> str:
    """Give an email address as it is stored, however it was typed."""
    return email.strip().lower()


def get_staff_member(session: Session, staff_member_id: int) -> StaffMember | None:
    """Give the staff member with this id."""
    return session.get(StaffMember, staff_member_id)


def lock_staff_member(session: Session, staff_member_id: int) -> StaffMember | None:
    """Give the staff member with this id, whom nobody shuts out until this transaction ends."""
    return session.get(StaffMember, staff_member_id, with_for_update=True)


def shortcut_keys_of(session: Session, staff_member_id: int) -> ShortcutKeys:
    """Give how a staff member wants the console's shortcut keys."""
    found = session.scalar(select(StaffMember.shortcut_keys).where(StaffMember.id == staff_member_id))
    return ShortcutKeys.PLAIN if found is None else ShortcutKeys(found)


def set_shortcut_keys(session: Session, staff_member_id: int, wanted: ShortcutKeys) -> None:
    """Store how a staff member wants the console's shortcut keys."""
    session.execute(update(StaffMember).where(StaffMember.id == staff_member_id).values(shortcut_keys=wanted.value))


def name_of(session: Session, staff_member_id: int) -> str:
    """Give a staff member's name."""
    return session.scalar(select(StaffMember.name).where(StaffMember.id == staff_member_id)) or "Staff"


def all_names(session: Session) -> dict[int, str]:
    """Give the names of all staff members by id, also of those who are shut out: what they wrote stays theirs."""
    rows = session.execute(select(StaffMember.id, StaffMember.name)).all()
    return dict(rows)


def names(session: Session) -> dict[int, str]:
    """Give the names of all staff members who can sign in, by id, in the order of the alphabet.

    Whoever has not used their invitation yet cannot, and would leave what is given to them lying.
    """
    query = select(StaffMember.id, StaffMember.name).where(
        StaffMember.shut_out_at.is_(None), StaffMember.password_hash != ""
    )
    rows = session.execute(query.order_by(StaffMember.name)).all()
    return dict(rows)


def emails(session: Session, roles: Iterable[Role] = tuple(Role)) -> list[str]:
    """Give the addresses of all staff members who may sign in, or of those of some roles."""
    query = select(StaffMember.email).where(StaffMember.shut_out_at.is_(None)).order_by(StaffMember.id)
    return list(session.scalars(query.where(StaffMember.role.in_([role.value for role in roles]))))


def add_staff_member(session: Session, *, email: str, name: str, role: Role, password_hash: str) -> StaffMember:
    """Store a new staff member."""
    member = StaffMember(
        email=plain_email(email),
        name=name,
        role=role.value,
        password_hash=password_hash,
        created_at=utc_now(),
    )
    session.add(member)
    session.flush()
    return member


def staff_members(session: Session) -> list[StaffMember]:
    """Give all staff members, by name."""
    return list(session.scalars(select(StaffMember).order_by(StaffMember.name, StaffMember.id)))


def add_link(session: Session, *, token_hash: str, staff_member_id: int, expires_at: dt.datetime) -> None:
    """Store a one-time link."""
    session.add(StaffLink(token_hash=token_hash, staff_member_id=staff_member_id, expires_at=expires_at))


def find_link(session: Session, token_hash: str) -> StaffLink | None:
    """Give the one-time link under this hash."""
    return session.get(StaffLink, token_hash)


def delete_links_of(session: Session, staff_member_id: int) -> None:
    """Forget all one-time links of a staff member."""
    session.execute(delete(StaffLink).where(StaffLink.staff_member_id == staff_member_id))


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
    session: Session,
    *,
    token_hash: str,
    staff_member_id: int,
    csrf_token: str,
    expires_at: dt.datetime,
    browser: str,
    by_provider: bool = False,
    has_provider_factor: bool = False,
) -> None:
    """Store a sign-in."""
    session.add(
        SignIn(
            token_hash=token_hash,
            staff_member_id=staff_member_id,
            csrf_token=csrf_token,
            created_at=utc_now(),
            expires_at=expires_at,
            seen_at=utc_now(),
            browser=browser,
            by_provider=by_provider,
            has_provider_factor=has_provider_factor,
        )
    )


def sign_ins_of(session: Session, staff_member_id: int, now: dt.datetime) -> list[SignIn]:
    """Give the sign-ins of a staff member that have not run out, the newest first."""
    query = select(SignIn).where(SignIn.staff_member_id == staff_member_id, SignIn.expires_at > now)
    return list(session.scalars(query.order_by(SignIn.created_at.desc())))


def find_sign_in(session: Session, token_hash: str) -> SignIn | None:
    """Give the sign-in under this hash."""
    return session.get(SignIn, token_hash)


def rename_sign_in(session: Session, token_hash: str, *, to: str) -> bool:
    """Let a sign-in go on under another hash; tell whether there was one."""
    query = update(SignIn).where(SignIn.token_hash == token_hash).values(token_hash=to)
    return bool(session.execute(query.returning(SignIn.token_hash)).all())


def saw_sign_in(session: Session, token_hash: str, now: dt.datetime) -> None:
    """Note that a sign-in is being used."""
    session.execute(update(SignIn).where(SignIn.token_hash == token_hash).values(seen_at=now))


def delete_sign_in(session: Session, token_hash: str) -> None:
    """Forget a sign-in."""
    session.execute(delete(SignIn).where(SignIn.token_hash == token_hash))


def delete_sign_ins_of(session: Session, staff_member_id: int, *, but: str | None = None) -> None:
    """Forget all sign-ins of a staff member, but the one under a hash."""
    query = delete(SignIn).where(SignIn.staff_member_id == staff_member_id)
    session.execute(query if but is None else query.where(SignIn.token_hash != but))


def add_audit_entry(
    session: Session,
    *,
    staff_member_id: int | None,
    staff_name: str,
    action: str,
    subject: str,
    subject_id: str,
    details: Mapping[str, Any],
) -> None:
    """Store what somebody did."""
    session.add(
        AuditEntry(
            at=utc_now(),
            staff_member_id=staff_member_id,
            staff_name=staff_name,
            action=action,
            subject=subject,
            subject_id=subject_id,
            details=dict(details),
        )
    )


def audit_entries(
    session: Session, *, before: int | None = None, after: int | None = None, limit: int = 100, **filters: Any
) -> list[AuditEntry]:
    """Give entries of the audit log, newest first.

    Args:
        session: The open session.
        before: Only entries older than this one, to page on.
        after: Only entries newer than this one, to page back: those next to it.
        limit: How many at most.
        filters: Which entries, as `count_audit_entries` takes them.
    """
    query = select(AuditEntry).where(*_audit_conditions(**filters)).limit(limit)
    if after is not None:
        return list(session.scalars(query.where(AuditEntry.id > after).order_by(AuditEntry.id)))[::-1]
    if before is not None:
        query = query.where(AuditEntry.id < before)
    return list(session.scalars(query.order_by(AuditEntry.id.desc())))


def count_audit_entries(session: Session, **filters: Any) -> int:
    """Give how many entries of the audit log there are.

    Args:
        session: The open session.
        filters: `words` (part of a name, an action or a subject's id), `person` (part of a name), `action`, `subject`
            and `subject_id` (exactly these), `since` (from this time on), `until` (before this time).
    """
    query = select(func.count()).select_from(AuditEntry)
    return session.scalar(query.where(*_audit_conditions(**filters))) or 0


def audit_choices(session: Session) -> dict[str, list[str]]:
    """Give what can be chosen in the audit log: the people, actions and subjects that it names."""
    columns = {"people": AuditEntry.staff_name, "actions": AuditEntry.action, "subjects": AuditEntry.subject}
    return {name: list(session.scalars(select(column).distinct().order_by(column))) for name, column in columns.items()}


def _audit_conditions(
    *,
    words: str = "",
    person: str = "",
    action: str = "",
    subject: str = "",
    subject_id: str = "",
    since: dt.datetime | None = None,
    until: dt.datetime | None = None,
) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if words:
        columns = (AuditEntry.staff_name, AuditEntry.action, AuditEntry.subject, AuditEntry.subject_id)
        wanted = fold(words)
        found.append(or_(*(folded(column).contains(wanted, autoescape=True) for column in columns)))
    if person:
        found.append(folded(AuditEntry.staff_name).contains(fold(person), autoescape=True))
    exact = ((AuditEntry.action, action), (AuditEntry.subject, subject), (AuditEntry.subject_id, subject_id))
    found.extend(column == value for column, value in exact if value)
    if since is not None:
        found.append(AuditEntry.at >= since)
    if until is not None:
        found.append(AuditEntry.at < until)
    return found


def add_integration(
    session: Session, *, name: str, staff_member_id: int, token_hash: str, webhook_url: str, webhook_secret: str
) -> None:
    """Store a program that works on tickets."""
    session.add(
        Integration(
            name=name,
            staff_member_id=staff_member_id,
            token_hash=token_hash,
            webhook_url=webhook_url,
            webhook_secret=webhook_secret,
            created_at=utc_now(),
        )
    )


def integrations(session: Session) -> list[Integration]:
    """Give all programs, those that were cut off too."""
    return list(session.scalars(select(Integration).order_by(Integration.id)))


def find_integration(session: Session, token_hash: str) -> Integration | None:
    """Give the program whose token has this hash."""
    return session.scalar(select(Integration).where(Integration.token_hash == token_hash))
