"""One-time links, codes of an authenticator app, and people who were shut out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.db.base import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    with op.batch_alter_table("staff_members") as batch_op:
        batch_op.add_column(sa.Column("totp_secret", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("totp_step", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("shut_out_at", UtcDateTime(timezone=True), nullable=True))
    op.create_table(
        "staff_links",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("staff_member_id", sa.Integer(), nullable=False),
        sa.Column("expires_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_member_id"], ["staff_members.id"], name=op.f("fk_staff_links_staff_member_id_staff_members")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_staff_links")),
    )
    op.create_index(op.f("ix_staff_links_staff_member_id"), "staff_links", ["staff_member_id"])


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("staff_links")
    with op.batch_alter_table("staff_members") as batch_op:
        for name in ("totp_secret", "totp_step", "shut_out_at"):
            batch_op.drop_column(name)
