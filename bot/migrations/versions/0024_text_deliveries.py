"""What became of texts that the provider took, and whether staff were told of those that did not arrive."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.db.base import NEVER_TWICE, UtcDateTime

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_NOT_SENT = sa.text("sent_at IS NULL")
_STATUS = "status in ('sending', 'delivered', 'temporary_failure', 'permanent_failure')"


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "text_deliveries",
        sa.Column("provider_id", sa.String(length=64), nullable=False),
        sa.Column("notification_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("code", sa.Integer(), nullable=True),
        sa.Column("told_at", UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(_STATUS, name=op.f("ck_text_deliveries_status_known")),
        sa.ForeignKeyConstraint(
            ["notification_id"],
            ["notifications.id"],
            name=op.f("fk_text_deliveries_notification_id_notifications"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("provider_id", name=op.f("pk_text_deliveries")),
    )
    op.create_index(op.f("ix_text_deliveries_notification_id"), "text_deliveries", ["notification_id"])
    op.add_column("notifications", sa.Column("must_arrive", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("notifications", sa.Column("staff_told_at", UtcDateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_notifications_not_sent", "notifications", ["id"], sqlite_where=_NOT_SENT, postgresql_where=_NOT_SENT
    )


def downgrade() -> None:
    """Take the change back."""
    op.drop_index("ix_notifications_not_sent", "notifications")
    with op.batch_alter_table("notifications", table_kwargs=NEVER_TWICE) as batch_op:
        batch_op.drop_column("staff_told_at")
        batch_op.drop_column("must_arrive")
    op.drop_table("text_deliveries")
