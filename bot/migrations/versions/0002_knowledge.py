"""Reviews, history, search and feedback of answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.db.base import UtcDateTime
from bot.knowledge.search_index import POSTGRESQL, SQLITE

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    _make_tables()
    with op.batch_alter_table("answers") as batch:
        batch.add_column(sa.Column("file_hash", sa.String(length=64), nullable=False, server_default="before 0002"))
    with op.batch_alter_table("answers") as batch:
        batch.alter_column("file_hash", server_default=None)
    with op.batch_alter_table("answer_versions") as batch:
        batch.add_column(sa.Column("treatments", sa.JSON(), nullable=True))
        batch.add_column(sa.Column("compared_with", sa.JSON(), nullable=True))
        batch.add_column(sa.Column("owner", sa.String(length=120), nullable=True))
        batch.add_column(sa.Column("origin", sa.String(length=10), nullable=True))
        batch.add_column(sa.Column("written_by", sa.String(length=120), nullable=True))
        batch.add_column(sa.Column("written_by_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("search_heading", sa.Text(), nullable=True))
        batch.add_column(sa.Column("search_body", sa.Text(), nullable=True))
        batch.drop_column("content_hash")
        batch.alter_column("reviewed_by", existing_type=sa.String(length=120), nullable=True)
        batch.alter_column("reviewed_on", existing_type=sa.Date(), nullable=True)
        batch.alter_column("review_due_on", existing_type=sa.Date(), nullable=True)
    _fill_versions()
    with op.batch_alter_table("answer_versions") as batch:
        for name in ("treatments", "compared_with"):
            batch.alter_column(name, existing_type=sa.JSON(), nullable=False)
        for name in ("owner", "written_by"):
            batch.alter_column(name, existing_type=sa.String(length=120), nullable=False)
        batch.alter_column("origin", existing_type=sa.String(length=10), nullable=False)
        for name in ("search_heading", "search_body"):
            batch.alter_column(name, existing_type=sa.Text(), nullable=False)
        batch.create_check_constraint(op.f("ck_answer_versions_origin_known"), "origin in ('files', 'console')")
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE if is_sqlite else POSTGRESQL:
        op.execute(statement)
    if is_sqlite:
        op.execute("INSERT INTO answer_search(answer_search) VALUES ('rebuild')")


def _fill_versions() -> None:
    """Give the versions there are what the new columns ask for; their headings come with the next import."""
    versions = sa.table(
        "answer_versions",
        *(sa.column(name) for name in ("id", "answer_id", "short", "owner", "origin", "written_by")),
        *(sa.column(name) for name in ("search_heading", "search_body")),
        *(sa.column(name, sa.JSON()) for name in ("treatments", "compared_with", "body")),
    )
    answers = sa.table(
        "answers", sa.column("id"), sa.column("owner"), sa.column("topic"), sa.column("compared_with", sa.JSON())
    )
    listed = sa.table("answer_treatments", sa.column("answer_id"), sa.column("treatment"))
    bind = op.get_bind()
    scope: dict[str, list[str]] = {}
    for answer_id, treatment in bind.execute(sa.select(listed.c.answer_id, listed.c.treatment)):
        scope.setdefault(answer_id, []).append(treatment)
    for row in bind.execute(sa.select(answers)).all():
        bind.execute(
            versions.update()
            .where(versions.c.answer_id == row.id)
            .values(
                treatments=scope.get(row.id, []),
                compared_with=row.compared_with,
                owner=row.owner,
                origin="files",
                written_by="Content files",
                search_heading=row.topic.replace("_", " "),
                search_body=versions.c.short,
            )
        )
    for row in bind.execute(sa.select(versions.c.id, versions.c.body)).all():
        if row.body.get("listed"):
            # Kept without their sources until now; the next import brings them with theirs.
            bind.execute(versions.update().where(versions.c.id == row.id).values(body={**row.body, "listed": None}))


def _make_tables() -> None:
    op.create_table(
        "answer_events",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("answer_id", sa.String(length=120), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["answer_id"], ["answers.id"], name=op.f("fk_answer_events_answer_id_answers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_events")),
    )
    op.create_index(op.f("ix_answer_events_answer_id"), "answer_events", ["answer_id"])
    op.create_table(
        "not_answered",
        sa.Column("treatment", sa.String(length=60), nullable=False),
        sa.Column("topic", sa.String(length=60), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["topic"], ["topics.slug"], name=op.f("fk_not_answered_topic_topics")),
        sa.ForeignKeyConstraint(["treatment"], ["treatments.slug"], name=op.f("fk_not_answered_treatment_treatments")),
        sa.PrimaryKeyConstraint("treatment", "topic", name=op.f("pk_not_answered")),
    )
    op.create_table(
        "answer_feedback",
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("answer_id", sa.String(length=120), nullable=False),
        sa.Column("answer_version", sa.Integer(), nullable=False),
        sa.Column("helpful", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=30), nullable=True),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("looked_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("looked_at_by", sa.String(length=120), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_answer_feedback_conversation_id_conversations")
        ),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_answer_feedback_message_id_messages")),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_answer_feedback")),
    )
    op.create_index(op.f("ix_answer_feedback_answer_id"), "answer_feedback", ["answer_id"])
    op.create_index(op.f("ix_answer_feedback_conversation_id"), "answer_feedback", ["conversation_id"])


def downgrade() -> None:
    """Take the change back; steps of reviews and feedback are lost."""
    if op.get_bind().dialect.name == "sqlite":
        for name in ("insert", "delete", "update"):
            op.execute(f"DROP TRIGGER answer_search_{name}")
        op.execute("DROP TABLE answer_search")
    else:
        op.drop_index("ix_answer_search", table_name="answer_versions")
    op.execute("DELETE FROM citations WHERE version_id IN (SELECT id FROM answer_versions WHERE reviewed_by IS NULL)")
    op.execute("DELETE FROM answer_versions WHERE reviewed_by IS NULL")
    with op.batch_alter_table("answer_versions") as batch:
        batch.drop_constraint(op.f("ck_answer_versions_origin_known"), type_="check")
        for name in ("treatments", "compared_with", "owner", "origin", "written_by", "written_by_id"):
            batch.drop_column(name)
        batch.drop_column("search_heading")
        batch.drop_column("search_body")
        batch.add_column(sa.Column("content_hash", sa.String(length=64), nullable=False, server_default=""))
        batch.alter_column("reviewed_by", existing_type=sa.String(length=120), nullable=False)
        batch.alter_column("reviewed_on", existing_type=sa.Date(), nullable=False)
        batch.alter_column("review_due_on", existing_type=sa.Date(), nullable=False)
    with op.batch_alter_table("answers") as batch:
        batch.drop_column("file_hash")
    for table in ("answer_feedback", "not_answered", "answer_events"):
        op.drop_table(table)
