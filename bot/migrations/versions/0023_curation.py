"""Questions that wait to be learned from, lessons, and trainings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.db.base import UtcDateTime

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_WHY = "why in ('asked_back', 'not_understood', 'no_answer', 'passed_on', 'not_helped')"
_LESSON = "status in ('open', 'waiting', 'ready', 'learned', 'refused', 'undone', 'dropped')"
_TRAINING = "status in ('running', 'live', 'refused', 'failed', 'undo_wanted', 'undone')"


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "trainings",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("started_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("undo_by", sa.String(length=120), nullable=True),
        sa.CheckConstraint(_TRAINING, name=op.f("ck_trainings_status_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trainings")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "lessons",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("intent", sa.String(length=80), nullable=True),
        sa.Column("treatment", sa.String(length=60), nullable=True),
        sa.Column("proposed", sa.Text(), nullable=False),
        sa.Column("answer_id", sa.String(length=120), nullable=True),
        sa.Column("answer_version", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("made_by", sa.String(length=120), nullable=False),
        sa.Column("made_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("alone", sa.Boolean(), nullable=False),
        sa.Column("training_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(_LESSON, name=op.f("ck_lessons_status_known")),
        sa.ForeignKeyConstraint(["owner_id"], ["staff_members.id"], name=op.f("fk_lessons_owner_id_staff_members")),
        sa.ForeignKeyConstraint(["training_id"], ["trainings.id"], name=op.f("fk_lessons_training_id_trainings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lessons")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_lessons_status"), "lessons", ["status"])
    op.create_table(
        "gathered_questions",
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("reply_id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("why", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("topic", sa.String(length=60), nullable=True),
        sa.Column("vector", sa.Text(), nullable=False),
        sa.Column("asked_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("lesson_id", sa.Integer(), nullable=True),
        sa.Column("set_aside_by", sa.String(length=120), nullable=True),
        sa.CheckConstraint(_WHY, name=op.f("ck_gathered_questions_why_known")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_gathered_questions_conversation_id_conversations")
        ),
        sa.ForeignKeyConstraint(["lesson_id"], ["lessons.id"], name=op.f("fk_gathered_questions_lesson_id_lessons")),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_gathered_questions_message_id_messages")
        ),
        sa.ForeignKeyConstraint(["reply_id"], ["messages.id"], name=op.f("fk_gathered_questions_reply_id_messages")),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_gathered_questions")),
    )
    for column in ("reply_id", "conversation_id", "lesson_id"):
        op.create_index(op.f(f"ix_gathered_questions_{column}"), "gathered_questions", [column])


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("gathered_questions")
    op.drop_table("lessons")
    op.drop_table("trainings")
