"""When Frontdesk made a password of staff, until its owner has chosen one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.db.base import UtcDateTime

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.add_column("staff_members", sa.Column("password_given_at", UtcDateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("staff_members") as batch:
        batch.drop_column("password_given_at")
