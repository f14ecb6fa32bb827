"""The reviews of the messages of plans."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.db.base import UtcDateTime

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "plan_reviews",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("treatment", sa.String(length=60), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("version", sa.String(length=16), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("act", sa.String(length=20), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("by_role", sa.String(length=20), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.CheckConstraint("act in ('approved', 'withdrawn')", name=op.f("ck_plan_reviews_act_known")),
        sa.CheckConstraint(
            "(act = 'approved') = (due_on is not null)", name=op.f("ck_plan_reviews_approved_until_a_day")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_reviews")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_plan_reviews_treatment_language", "plan_reviews", ["treatment", "language"])


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("plan_reviews")
