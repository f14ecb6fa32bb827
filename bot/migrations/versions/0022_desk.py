"""Labels, saved views, what staff say of the look for danger, and how somebody wants the shortcut keys."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.db.base import UtcDateTime

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "ticket_labels",
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_labels_ticket_id_tickets")),
        sa.PrimaryKeyConstraint("ticket_id", "label", name=op.f("pk_ticket_labels")),
    )
    op.create_index(op.f("ix_ticket_labels_label"), "ticket_labels", ["label"])
    op.create_table(
        "saved_views",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("staff_member_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("wanted", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_member_id"], ["staff_members.id"], name=op.f("fk_saved_views_staff_member_id_staff_members")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
        sa.UniqueConstraint("staff_member_id", "name", name=op.f("uq_saved_views_staff_member_id_name")),
    )
    op.create_table(
        "danger_judgements",
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("staff_member_id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("judgement", sa.String(length=10), nullable=False),
        sa.Column("judged_at", UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("judgement in ('no_danger', 'missed')", name=op.f("ck_danger_judgements_judgement_known")),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_danger_judgements_message_id_messages"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["staff_member_id"], ["staff_members.id"], name=op.f("fk_danger_judgements_staff_member_id_staff_members")
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_danger_judgements_conversation_id_conversations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("message_id", "staff_member_id", name=op.f("pk_danger_judgements")),
    )
    op.create_index(op.f("ix_danger_judgements_conversation_id"), "danger_judgements", ["conversation_id"])
    op.create_index(op.f("ix_danger_judgements_judged_at"), "danger_judgements", ["judged_at"])
    op.add_column(
        "staff_members", sa.Column("shortcut_keys", sa.String(length=10), nullable=False, server_default="plain")
    )


def downgrade() -> None:
    """Take the change back."""
    op.drop_column("staff_members", "shortcut_keys")
    for table in ("danger_judgements", "saved_views", "ticket_labels"):
        op.drop_table(table)
