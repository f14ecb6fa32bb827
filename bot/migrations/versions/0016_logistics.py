"""Which topics are no medical matter, so that an administrator may approve their answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change; which topics these are the next import says."""
    op.add_column("topics", sa.Column("logistics", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Take the change back."""
    op.drop_column("topics", "logistics")
