"""The whole life of a ticket: promised, raised, snoozed, resolved for a reason, reopened, merged; one named handler."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.db.base import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TIMES = ("promised_at", "raised_at", "call_back_at", "snoozed_until", "reopened_at")
_FIND_HANDLERS = """\
UPDATE conversations SET handler_id = (SELECT assignee_id FROM tickets
WHERE tickets.conversation_id = conversations.id AND status = 'assigned') WHERE handler = 'staff'"""


def upgrade() -> None:
    """Apply the change."""
    with op.batch_alter_table("tickets") as batch_op:
        for name in _TIMES:
            batch_op.add_column(sa.Column(name, UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("resolution", sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_tickets_merged_into_id_tickets"), "tickets", ["merged_into_id"], ["id"])
        batch_op.drop_constraint(op.f("ck_tickets_status_known"), type_="check")
    op.execute("UPDATE tickets SET resolution = 'answered' WHERE status = 'resolved'")
    with op.batch_alter_table("tickets") as batch_op:
        batch_op.create_check_constraint(
            op.f("ck_tickets_status_known"), "status in ('open', 'assigned', 'snoozed', 'resolved')"
        )
        batch_op.create_check_constraint(
            op.f("ck_tickets_assigned_to_somebody"), "status != 'assigned' or assignee_id is not null"
        )
        batch_op.create_check_constraint(
            op.f("ck_tickets_resolved_for_a_reason"), "(status = 'resolved') = (resolution is not null)"
        )
    with op.batch_alter_table("conversations") as batch_op:
        batch_op.add_column(sa.Column("handler_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_conversations_handler_id_staff_members"), "staff_members", ["handler_id"], ["id"]
        )
    op.execute(_FIND_HANDLERS)
    # Nobody can be named for these any more: the bot answers, and the patient can ask for a person again.
    op.execute("UPDATE conversations SET handler = 'bot', handler_name = NULL WHERE handler_id IS NULL")
    with op.batch_alter_table("conversations") as batch_op:
        batch_op.create_check_constraint(
            op.f("ck_conversations_handler_named"), "(handler = 'staff') = (handler_id is not null)"
        )


def downgrade() -> None:
    """Take the change back; a snoozed ticket is open again."""
    with op.batch_alter_table("conversations") as batch_op:
        batch_op.drop_constraint(op.f("ck_conversations_handler_named"), type_="check")
        batch_op.drop_constraint(op.f("fk_conversations_handler_id_staff_members"), type_="foreignkey")
        batch_op.drop_column("handler_id")
    op.execute("UPDATE tickets SET status = 'open', assignee_id = NULL WHERE status = 'snoozed'")
    with op.batch_alter_table("tickets") as batch_op:
        for name in ("status_known", "assigned_to_somebody", "resolved_for_a_reason"):
            batch_op.drop_constraint(op.f(f"ck_tickets_{name}"), type_="check")
        batch_op.drop_constraint(op.f("fk_tickets_merged_into_id_tickets"), type_="foreignkey")
        for name in (*_TIMES, "resolution", "merged_into_id"):
            batch_op.drop_column(name)
        batch_op.create_check_constraint(op.f("ck_tickets_status_known"), "status in ('open', 'assigned', 'resolved')")
