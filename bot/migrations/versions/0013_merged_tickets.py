"""Who resolved a ticket, and quick ways from a conversation to its ticket and from a ticket to those merged into it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.add_column("tickets", sa.Column("resolved_by", sa.String(length=120), nullable=True))
    op.create_index(op.f("ix_tickets_conversation_id"), "tickets", ["conversation_id"])
    op.create_index(op.f("ix_tickets_merged_into_id"), "tickets", ["merged_into_id"])
    # Who resolved a ticket stood in the audit log only.
    op.execute(
        "UPDATE tickets SET resolved_by = (SELECT staff_name FROM audit_entries WHERE id = (SELECT MAX(id) "
        "FROM audit_entries WHERE subject = 'ticket' AND action = 'ticket.resolved' "
        "AND subject_id = CAST(tickets.id AS VARCHAR(20)))) WHERE status = 'resolved'"
    )


def downgrade() -> None:
    """Take the change back."""
    op.drop_index(op.f("ix_tickets_merged_into_id"), "tickets")
    op.drop_index(op.f("ix_tickets_conversation_id"), "tickets")
    op.drop_column("tickets", "resolved_by")
