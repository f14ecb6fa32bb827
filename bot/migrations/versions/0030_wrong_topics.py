"""A question of which staff said that it was taken for another topic."""

from __future__ import annotations

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_BEFORE = "'asked_back', 'not_understood', 'no_answer', 'passed_on', 'not_helped'"


def upgrade() -> None:
    """Apply the change."""
    with op.batch_alter_table("gathered_questions") as batch_op:
        batch_op.drop_constraint(op.f("ck_gathered_questions_why_known"), type_="check")
        batch_op.create_check_constraint(op.f("ck_gathered_questions_why_known"), f"why in ({_BEFORE}, 'wrong_topic')")


def downgrade() -> None:
    """Take the change back."""
    op.execute("UPDATE gathered_questions SET why = 'not_helped' WHERE why = 'wrong_topic'")
    with op.batch_alter_table("gathered_questions") as batch_op:
        batch_op.drop_constraint(op.f("ck_gathered_questions_why_known"), type_="check")
        batch_op.create_check_constraint(op.f("ck_gathered_questions_why_known"), f"why in ({_BEFORE})")
