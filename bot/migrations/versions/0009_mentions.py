"""Who was called in by a note and has not looked yet."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "ticket_mentions",
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("staff_member_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_mentions_ticket_id_tickets")),
        sa.ForeignKeyConstraint(
            ["staff_member_id"], ["staff_members.id"], name=op.f("fk_ticket_mentions_staff_member_id_staff_members")
        ),
        sa.PrimaryKeyConstraint("ticket_id", "staff_member_id", name=op.f("pk_ticket_mentions")),
    )


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("ticket_mentions")
