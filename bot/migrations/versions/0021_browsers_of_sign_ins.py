"""On which browser a sign-in was opened, so that its owner knows it again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    with op.batch_alter_table("sign_ins") as table:
        table.add_column(sa.Column("browser", sa.String(length=60), nullable=False, server_default=""))


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("sign_ins") as table:
        table.drop_column("browser")
