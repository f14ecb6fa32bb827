"""Which role may do what."""

from __future__ import annotations

import pytest

from bot.staff.permissions import Permission, may
from bot.vocabulary import Role


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (Role.AGENT, {Permission.ANSWER_PATIENTS}),
        (Role.WRITER, {Permission.ANSWER_PATIENTS, Permission.WRITE_ANSWERS}),
        (
            Role.CLINICIAN,
            {
                Permission.ANSWER_PATIENTS,
                Permission.WRITE_ANSWERS,
                Permission.APPROVE_ANSWERS,
                Permission.REVIEW_AS_CLINICIAN,
                Permission.READ_SAFETY,
                Permission.READ_FIGURES,
            },
        ),
        (Role.ADMIN, set(Permission) - {Permission.REVIEW_AS_CLINICIAN}),
        (Role.CLINICAL_ADMIN, set(Permission)),
    ],
)
def test_a_role_may_do_its_own_things_and_nothing_else(role: Role, allowed: set[Permission]) -> None:
    """Each role has one list, so nothing is inherited by accident."""
    assert {permission for permission in Permission if may(role, permission)} == allowed
