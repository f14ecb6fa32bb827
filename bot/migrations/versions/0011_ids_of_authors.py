"""A client's id of a message is one author's: the patient's ids and the staff's do not meet."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_OF_CONVERSATION = "uq_messages_conversation_id_client_message_id"
_OF_AUTHOR = "uq_messages_conversation_id_author_client_message_id"


def upgrade() -> None:
    """Apply the change."""
    with op.batch_alter_table("messages") as batch_op:
        batch_op.drop_constraint(op.f(_OF_CONVERSATION), type_="unique")
        batch_op.create_unique_constraint(op.f(_OF_AUTHOR), ["conversation_id", "author", "client_message_id"])


def downgrade() -> None:
    """Take the change back; of two authors with the same id the later one loses it, and no message is lost."""
    messages = sa.table(
        "messages",
        sa.column("id", sa.Integer),
        sa.column("conversation_id", sa.String),
        sa.column("client_message_id", sa.String),
    )
    earlier = messages.alias("earlier")
    is_second = sa.exists().where(
        earlier.c.conversation_id == messages.c.conversation_id,
        earlier.c.client_message_id == messages.c.client_message_id,
        earlier.c.id < messages.c.id,
    )
    op.execute(sa.update(messages).where(is_second).values(client_message_id=None))
    with op.batch_alter_table("messages") as batch_op:
        batch_op.drop_constraint(op.f(_OF_AUTHOR), type_="unique")
        batch_op.create_unique_constraint(op.f(_OF_CONVERSATION), ["conversation_id", "client_message_id"])
