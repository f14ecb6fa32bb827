"""Messages before and after a procedure, and texts that have a last time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.db.base import UtcDateTime

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_STATUS = "status in ('waiting', 'queued', 'sent', 'missed', 'left_out')"


def upgrade() -> None:
    """Apply the change."""
    op.add_column("notifications", sa.Column("until", UtcDateTime(timezone=True), nullable=True))
    op.add_column("notifications", sa.Column("taken_at", UtcDateTime(timezone=True), nullable=True))
    op.create_table(
        "planned_messages",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("appointment_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("opens_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("closes_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("why", sa.String(length=40), nullable=True),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("plan_version", sa.String(length=16), nullable=True),
        sa.Column("sent_by", sa.String(length=120), nullable=True),
        sa.Column("settled_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("seen_at", UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(_STATUS, name=op.f("ck_planned_messages_status_known")),
        sa.CheckConstraint(
            "(status in ('missed', 'left_out')) = (why is not null)", name=op.f("ck_planned_messages_with_a_reason")
        ),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointments.id"], name=op.f("fk_planned_messages_appointment_id_appointments")
        ),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["messages.id"],
            name=op.f("fk_planned_messages_message_id_messages"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planned_messages")),
        sa.UniqueConstraint("appointment_id", "step", "day", name=op.f("uq_planned_messages_appointment_id_step_day")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_planned_messages_status_opens_at", "planned_messages", ["status", "opens_at"])
    op.create_index(op.f("ix_planned_messages_message_id"), "planned_messages", ["message_id"])


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("planned_messages")
    op.drop_column("notifications", "taken_at")
    op.drop_column("notifications", "until")
