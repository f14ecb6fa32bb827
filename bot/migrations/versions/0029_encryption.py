"""The keys that values are sealed with, and room for sealed values in the columns that hold them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.db.base import NEVER_TWICE, UtcDateTime

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_SEALED = {
    "conversations": {"patient_name": 120, "patient_phone": 40, "patient_email": 254},
    "conversation_identities": {"person_id": 120, "name": 120, "email": 254, "phone": 40},
    "sms_numbers": {"phone": 80},
    "message_files": {"address": 2000},
    "text_consents": {"patient_key": 120},
    "appointments": {"patient_name": 120, "patient_key": 120, "body_part": 60, "mark": 64},
    "staff_members": {"totp_secret": 64},
    "sign_ins": {"csrf_token": 64},
    "integrations": {"webhook_secret": 64},
}
_COUNTED_ON = {"sms_numbers", "message_files", "text_consents", "appointments"}


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "data_keys",
        sa.Column("id", sa.String(length=8), nullable=False),
        sa.Column("wrapped_by", sa.String(length=8), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("wrapped", sa.Text(), nullable=False),
        sa.Column("made_at", UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", "wrapped_by", name=op.f("pk_data_keys")),
    )
    for table, columns in _SEALED.items():
        with op.batch_alter_table(table, table_kwargs=NEVER_TWICE if table in _COUNTED_ON else {}) as batch_op:
            for column, length in columns.items():
                batch_op.alter_column(column, existing_type=sa.String(length=length), type_=sa.Text())


def downgrade() -> None:
    """Take the change back; what is sealed cannot be read then."""
    for table, columns in _SEALED.items():
        with op.batch_alter_table(table, table_kwargs=NEVER_TWICE if table in _COUNTED_ON else {}) as batch_op:
            for column, length in columns.items():
                batch_op.alter_column(column, existing_type=sa.Text(), type_=sa.String(length=length))
    op.drop_table("data_keys")
