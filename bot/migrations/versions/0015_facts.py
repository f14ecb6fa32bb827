"""What sources say, with their own words, for who reviews answers; and the year of sources without a day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.add_column("sources", sa.Column("year", sa.Integer(), nullable=True))
    op.create_table(
        "facts",
        sa.Column("id", sa.String(length=10), nullable=False),
        sa.Column("treatment", sa.String(length=60), nullable=False),
        sa.Column("topic", sa.String(length=60), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("grade", sa.String(length=20), nullable=False),
        sa.Column("conflicts", sa.String(length=200), nullable=False),
        sa.Column("seen", sa.Date(), nullable=False),
        sa.Column("fact", sa.Text(), nullable=False),
        sa.Column("support", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["source"], ["sources.id"], name=op.f("fk_facts_source_sources")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facts")),
    )
    op.create_index(op.f("ix_facts_source"), "facts", ["source"])


def downgrade() -> None:
    """Take the change back."""
    op.drop_index(op.f("ix_facts_source"), "facts")
    op.drop_table("facts")
    op.drop_column("sources", "year")
