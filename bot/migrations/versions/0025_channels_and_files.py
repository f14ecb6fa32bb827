"""Numbers of other channels than SMS, and the files that came with patients' messages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.db.base import NEVER_TWICE

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    with op.batch_alter_table("sms_numbers", table_kwargs=NEVER_TWICE) as batch_op:
        batch_op.add_column(sa.Column("channel", sa.String(length=20), nullable=False, server_default="sms"))
        batch_op.alter_column("phone", existing_type=sa.String(length=20), type_=sa.String(length=80))
        batch_op.drop_constraint(op.f("uq_sms_numbers_phone"), type_="unique")
        batch_op.create_unique_constraint(op.f("uq_sms_numbers_channel_phone"), ["channel", "phone"])
    op.create_index(op.f("ix_sms_numbers_phone"), "sms_numbers", ["phone"])
    op.create_table(
        "message_files",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=2000), nullable=False),
        sa.Column("kind", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_message_files_message_id_messages"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_files")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_message_files_message_id"), "message_files", ["message_id"])


def downgrade() -> None:
    """Take the change back; who wrote on another channel than SMS is no longer known."""
    op.drop_table("message_files")
    op.execute("DELETE FROM sms_conversations WHERE number_id IN (SELECT id FROM sms_numbers WHERE channel != 'sms')")
    op.execute("DELETE FROM sms_numbers WHERE channel != 'sms'")
    op.drop_index(op.f("ix_sms_numbers_phone"), "sms_numbers")
    with op.batch_alter_table("sms_numbers", table_kwargs=NEVER_TWICE) as batch_op:
        batch_op.drop_constraint(op.f("uq_sms_numbers_channel_phone"), type_="unique")
        batch_op.create_unique_constraint(op.f("uq_sms_numbers_phone"), ["phone"])
        batch_op.alter_column("phone", existing_type=sa.String(length=80), type_=sa.String(length=20))
        batch_op.drop_column("channel")
