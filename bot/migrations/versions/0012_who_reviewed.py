"""Who reviewed a version of an answer, and in which role."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.add_column("answer_versions", sa.Column("reviewed_by_id", sa.Integer(), nullable=True))
    op.add_column("answer_versions", sa.Column("reviewed_by_role", sa.String(length=20), nullable=True))


def downgrade() -> None:
    """Take the change back."""
    op.drop_column("answer_versions", "reviewed_by_role")
    op.drop_column("answer_versions", "reviewed_by_id")
