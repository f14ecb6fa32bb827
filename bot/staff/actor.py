"""Who does something: a staff member, or Frontdesk itself when a clock, a patient or a program does it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who an action is put down to.

    Attributes:
        staff_member_id: The staff member; None when it is not one.
        name: What the audit log, and for staff also the patient, calls them.
    """

    staff_member_id: int | None
    name: str


FRONTDESK = Actor(staff_member_id=None, name="Frontdesk")
PATIENT = Actor(staff_member_id=None, name="The patient")
