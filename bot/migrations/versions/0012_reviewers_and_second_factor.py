"""Who reviewed a version of an answer and in which role, recovery codes, and tries to sign in by address."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.db.base import UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.add_column("answer_versions", sa.Column("reviewed_by_id", sa.Integer(), nullable=True))
    op.add_column("answer_versions", sa.Column("reviewed_by_role", sa.String(length=20), nullable=True))
    op.create_table(
        "recovery_codes",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("staff_member_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_member_id"], ["staff_members.id"], name=op.f("fk_recovery_codes_staff_member_id_staff_members")
        ),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_recovery_codes")),
    )
    op.create_index(op.f("ix_recovery_codes_staff_member_id"), "recovery_codes", ["staff_member_id"])
    op.create_table(
        "sign_in_tries",
        sa.Column("email_hash", sa.String(length=64), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("last_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("locked_until", UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("email_hash", name=op.f("pk_sign_in_tries")),
    )
    # Counted by address from now on, whether it has an account or not; who is locked out now is let in.
    op.drop_column("staff_members", "failed_sign_ins")
    op.drop_column("staff_members", "locked_until")


def downgrade() -> None:
    """Take the change back."""
    op.add_column("staff_members", sa.Column("locked_until", UtcDateTime(timezone=True), nullable=True))
    op.add_column("staff_members", sa.Column("failed_sign_ins", sa.Integer(), nullable=False, server_default="0"))
    op.drop_table("sign_in_tries")
    op.drop_table("recovery_codes")
    op.drop_column("answer_versions", "reviewed_by_role")
    op.drop_column("answer_versions", "reviewed_by_id")
