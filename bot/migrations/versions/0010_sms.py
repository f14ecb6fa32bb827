"""Phone numbers that text us, their conversations, and texts in the outbox."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.db.base import UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "sms_numbers",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("opted_out_at", UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sms_numbers")),
        sa.UniqueConstraint("phone", name=op.f("uq_sms_numbers_phone")),
    )
    op.create_table(
        "sms_conversations",
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("number_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_sms_conversations_conversation_id_conversations"),
        ),
        sa.ForeignKeyConstraint(
            ["number_id"], ["sms_numbers.id"], name=op.f("fk_sms_conversations_number_id_sms_numbers")
        ),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_sms_conversations")),
    )
    op.create_index(op.f("ix_sms_conversations_number_id"), "sms_conversations", ["number_id"])
    op.create_index(op.f("ix_notifications_target"), "notifications", ["target"])
    _know_ways("'email', 'webhook', 'integration', 'sms'")


def downgrade() -> None:
    """Take the change back."""
    op.execute("DELETE FROM notifications WHERE way = 'sms'")
    _know_ways("'email', 'webhook', 'integration'")
    op.drop_index(op.f("ix_notifications_target"), "notifications")
    op.drop_table("sms_conversations")
    op.drop_table("sms_numbers")


def _know_ways(ways: str) -> None:
    with op.batch_alter_table("notifications") as batch_op:
        batch_op.drop_constraint(op.f("ck_notifications_way_known"), type_="check")
        batch_op.create_check_constraint(op.f("ck_notifications_way_known"), f"way in ({ways})")
