"""Which opt-outs were said to staff, and what stood before, so that a slip of theirs can be undone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.db.base import UtcDateTime

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.add_column("sms_numbers", sa.Column("opt_out_noted_by", sa.String(120), nullable=True))
    op.add_column("sms_numbers", sa.Column("opted_out_before_at", UtcDateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Take the change back."""
    op.drop_column("sms_numbers", "opted_out_before_at")
    op.drop_column("sms_numbers", "opt_out_noted_by")
