"""An index of the messages that a search has to fold."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

TO_FOLD = (
    "(length(text) <> length(CAST(text AS BLOB)) "
    "AND text GLOB '*[^' || char(1) || '-' || char(127) || char(8208) || '-' || char(8230) || ']*') = 1"
)


def upgrade() -> None:
    """Apply the change; PostgreSQL folds every text."""
    if op.get_bind().dialect.name == "sqlite":
        op.create_index("ix_messages_to_fold", "messages", ["id"], sqlite_where=sa.text(TO_FOLD))


def downgrade() -> None:
    """Take the change back."""
    if op.get_bind().dialect.name == "sqlite":
        op.drop_index("ix_messages_to_fold", "messages")
