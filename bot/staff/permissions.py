"""Which role may do what in the staff console."""

from __future__ import annotations

from enum import Enum

from bot.vocabulary import Role

ADMINISTRATORS = frozenset({Role.ADMIN, Role.CLINICAL_ADMIN})


class Permission(str, Enum):
    """Something that not every staff member may do."""

    ANSWER_PATIENTS = "answer_patients"
    WRITE_ANSWERS = "write_answers"
    APPROVE_ANSWERS = "approve_answers"
    REVIEW_AS_CLINICIAN = "review_as_clinician"
    MANAGE_STAFF = "manage_staff"
    READ_AUDIT = "read_audit"
    READ_SAFETY = "read_safety"
    HAND_OUT_PATIENT_DATA = "hand_out_patient_data"
    READ_FIGURES = "read_figures"
    CHANGE_CLINIC = "change_clinic"


_WRITER = frozenset({Permission.ANSWER_PATIENTS, Permission.WRITE_ANSWERS})
_CLINICIAN = frozenset(
    {
        Permission.APPROVE_ANSWERS,
        Permission.REVIEW_AS_CLINICIAN,
        Permission.READ_SAFETY,
        Permission.READ_FIGURES,
    }
)
_ALLOWED = {
    Role.AGENT: frozenset({Permission.ANSWER_PATIENTS}),
    Role.WRITER: _WRITER,
    Role.CLINICIAN: _WRITER | _CLINICIAN,
    # Keeping accounts makes nobody a clinician: what an administrator approves keeps the badge.
    Role.ADMIN: frozenset(Permission) - {Permission.REVIEW_AS_CLINICIAN},
    Role.CLINICAL_ADMIN: frozenset(Permission),
}


def may(role: Role, permission: Permission) -> bool:
    """Say whether a role may do something.

    Args:
        role: The staff member's role.
        permission: What they want to do.
    """
    return permission in _ALLOWED[role]
