"""The audit log: who saw, changed or exported what, and when; nobody can change it afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.spreadsheet import as_csv
from bot.staff import store
from bot.staff.actor import Actor
from bot.staff.models import AuditEntry

NOTHING: Mapping[str, Any] = MappingProxyType({})
COLUMNS = ("id", "at", "staff_member_id", "staff_name", "action", "subject", "subject_id", "details")


def record(
    session: Session,
    *,
    staff_member_id: int | None,
    staff_name: str,
    action: str,
    subject: str,
    subject_id: str | int,
    details: Mapping[str, Any] = NOTHING,
) -> None:
    """Note what somebody did, in the transaction that does it: both are stored, or neither.

    Args:
        session: The open write session.
        staff_member_id: Who did it; None for the clock, a command or an integration.
        staff_name: Their name as it was then.
        action: A verb with its subject, such as `ticket.taken` or `answer.approved`.
        subject: What kind of thing it was done to, such as `ticket` or `answer`.
        subject_id: Which one.
        details: Values that explain it, as JSON; never a patient's words.
    """
    store.add_audit_entry(
        session,
        staff_member_id=staff_member_id,
        staff_name=staff_name,
        action=action,
        subject=subject,
        subject_id=str(subject_id),
        details=details,
    )


def record_by(
    session: Session,
    *,
    by: Actor,
    action: str,
    subject: str,
    subject_id: str | int,
    details: Mapping[str, Any] = NOTHING,
) -> None:
    """Note what an actor did, as `record` does; their name is kept as it is now."""
    record(
        session,
        staff_member_id=by.staff_member_id,
        staff_name=by.name,
        action=action,
        subject=subject,
        subject_id=subject_id,
        details=details,
    )


def as_table(entries: Iterable[AuditEntry], zone: ZoneInfo) -> str:
    """Write entries as a table for a spreadsheet, with times of a zone that say how far it is from UTC."""
    rows = (
        (
            entry.id,
            entry.at.astimezone(zone).isoformat(),
            entry.staff_member_id or "",
            entry.staff_name,
            entry.action,
            entry.subject,
            entry.subject_id,
            "; ".join(f"{name}: {value}" for name, value in entry.details.items()),
        )
        for entry in entries
    )
    return as_csv(COLUMNS, rows)
