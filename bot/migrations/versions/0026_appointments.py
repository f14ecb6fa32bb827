"""Appointments, and who agreed to be texted about them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.db.base import UtcDateTime

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.add_column("sms_numbers", sa.Column("last_opted_out_at", UtcDateTime(timezone=True), nullable=True))
    op.execute("UPDATE sms_numbers SET last_opted_out_at = opted_out_at")
    op.create_table(
        "text_consents",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("number_id", sa.Integer(), nullable=False),
        sa.Column("patient_key", sa.String(length=120), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("given_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=120), nullable=False),
        sa.Column("withdrawn_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.String(length=120), nullable=True),
        sa.CheckConstraint(
            "channel in ('in_person', 'paper', 'phone', 'web', 'text')", name=op.f("ck_text_consents_channel_known")
        ),
        sa.ForeignKeyConstraint(["number_id"], ["sms_numbers.id"], name=op.f("fk_text_consents_number_id_sms_numbers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_consents")),
        sa.UniqueConstraint(
            "number_id", "patient_key", "given_at", name=op.f("uq_text_consents_number_id_patient_key_given_at")
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "appointments",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("external_id", sa.String(length=120), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("patient_name", sa.String(length=120), nullable=False),
        sa.Column("patient_key", sa.String(length=120), nullable=False),
        sa.Column("number_id", sa.Integer(), nullable=False),
        sa.Column("treatment", sa.String(length=60), nullable=True),
        sa.Column("body_part", sa.String(length=60), nullable=False),
        sa.Column("starts_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("timezone", sa.String(length=60), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("said_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("changed_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("cancelled_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("paused_at", UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("source in ('staff', 'csv', 'fhir')", name=op.f("ck_appointments_source_known")),
        sa.CheckConstraint("status in ('booked', 'cancelled')", name=op.f("ck_appointments_status_known")),
        sa.CheckConstraint(
            "(status = 'cancelled') = (cancelled_at is not null)", name=op.f("ck_appointments_cancelled_at_a_time")
        ),
        sa.ForeignKeyConstraint(["number_id"], ["sms_numbers.id"], name=op.f("fk_appointments_number_id_sms_numbers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointments")),
        sa.UniqueConstraint("source", "external_id", name=op.f("uq_appointments_source_external_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_appointments_number_id"), "appointments", ["number_id"])
    op.create_index(op.f("ix_appointments_starts_at"), "appointments", ["starts_at"])


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("appointments")
    op.drop_table("text_consents")
    op.drop_column("sms_numbers", "last_opted_out_at")
