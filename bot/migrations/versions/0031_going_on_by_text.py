"""Web chats that go on by text: the code that links one with a number, and by what each message came."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.db.base import UtcDateTime

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.add_column("sms_conversations", sa.Column("linked_at", UtcDateTime(timezone=True), nullable=True))
    op.create_table(
        "text_codes",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("number_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=120), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("used_at", UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_text_codes_conversation_id_conversations")
        ),
        sa.ForeignKeyConstraint(["number_id"], ["sms_numbers.id"], name=op.f("fk_text_codes_number_id_sms_numbers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_codes")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_text_codes_conversation_id"), "text_codes", ["conversation_id"])
    op.create_index(op.f("ix_text_codes_number_id"), "text_codes", ["number_id"])
    op.create_table(
        "message_channels",
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_message_channels_message_id_messages"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_message_channels")),
    )


def downgrade() -> None:
    """Take the change back; a web chat that went on by text is one of the page alone again."""
    op.drop_table("message_channels")
    op.drop_table("text_codes")
    op.execute("DELETE FROM sms_conversations WHERE linked_at IS NOT NULL")
    op.drop_column("sms_conversations", "linked_at")
