"""Secrets that Frontdesk makes for itself, and sign-ins that are under way at a provider."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.db.base import UtcDateTime

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "own_secrets",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("made_at", UtcDateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "provider_sign_ins",
        sa.Column("state_hash", sa.String(64), primary_key=True),
        sa.Column("browser_hash", sa.String(64), nullable=False),
        sa.Column("nonce", sa.String(64), nullable=False),
        sa.Column("verifier", sa.Text(), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("staff_member_id", sa.Integer(), sa.ForeignKey("staff_members.id"), nullable=True),
        sa.Column("expires_at", UtcDateTime(timezone=True), nullable=False, index=True),
    )
    with op.batch_alter_table("staff_members") as batch:
        batch.add_column(sa.Column("provider_subject", sa.String(64), nullable=True))
        batch.create_unique_constraint("uq_staff_members_provider_subject", ["provider_subject"])
    for name in ("by_provider", "has_provider_factor"):
        op.add_column("sign_ins", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("sign_ins") as batch:
        for name in ("has_provider_factor", "by_provider"):
            batch.drop_column(name)
    with op.batch_alter_table("staff_members") as batch:
        batch.drop_constraint("uq_staff_members_provider_subject", type_="unique")
        batch.drop_column("provider_subject")
    op.drop_table("provider_sign_ins")
    op.drop_table("own_secrets")
