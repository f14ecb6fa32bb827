"""Where failed tries to sign in come from, which browsers are known, and when a sign-in was last used.

Counts of failed tries are of minutes, so they begin anew.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.db.base import UtcDateTime

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.drop_table("sign_in_tries")
    op.create_table(
        "sign_in_tries",
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("email_hash", sa.String(length=64), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("last_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("locked_until", UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_sign_in_tries")),
    )
    op.create_index(op.f("ix_sign_in_tries_email_hash"), "sign_in_tries", ["email_hash"])
    op.create_table(
        "known_browsers",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("staff_member_id", sa.Integer(), nullable=False),
        sa.Column("last_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_member_id"], ["staff_members.id"], name=op.f("fk_known_browsers_staff_member_id_staff_members")
        ),
        sa.PrimaryKeyConstraint("token_hash", "staff_member_id", name=op.f("pk_known_browsers")),
    )
    op.create_index(op.f("ix_known_browsers_staff_member_id"), "known_browsers", ["staff_member_id"])
    with op.batch_alter_table("sign_ins") as table:
        table.add_column(sa.Column("seen_at", UtcDateTime(timezone=True), nullable=True))
    op.execute("UPDATE sign_ins SET seen_at = created_at")
    with op.batch_alter_table("sign_ins") as table:
        table.alter_column("seen_at", existing_type=UtcDateTime(timezone=True), nullable=False)


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("sign_ins") as table:
        table.drop_column("seen_at")
    op.drop_table("known_browsers")
    op.drop_table("sign_in_tries")
    op.create_table(
        "sign_in_tries",
        sa.Column("email_hash", sa.String(length=64), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("last_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("locked_until", UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("email_hash", name=op.f("pk_sign_in_tries")),
    )
