"""Dangers that patients were asked about, and cards that were not about them now."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.db.base import UtcDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "safety_records",
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("shown", sa.String(length=10), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("sign", sa.String(length=60), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("shown_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(length=10), nullable=True),
        sa.Column("answered_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("answer_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("shown in ('check', 'card')", name=op.f("ck_safety_records_shown_known")),
        sa.CheckConstraint("level in ('emergency', 'urgent')", name=op.f("ck_safety_records_level_known")),
        sa.CheckConstraint("answer in ('yes', 'no', 'not_now')", name=op.f("ck_safety_records_answer_known")),
        sa.CheckConstraint(
            "(answer is null) = (answered_at is null)", name=op.f("ck_safety_records_answered_at_a_time")
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_safety_records_message_id_messages"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_safety_records_conversation_id_conversations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["messages.id"], name=op.f("fk_safety_records_answer_id_messages"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("message_id", "shown", name=op.f("pk_safety_records")),
    )
    op.create_index(op.f("ix_safety_records_conversation_id"), "safety_records", ["conversation_id"])


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("safety_records")
