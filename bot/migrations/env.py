"""How Alembic finds our tables; the connection comes from `bot.cli.commands.database`."""

from __future__ import annotations

from alembic import context

import bot.migrations.models  # noqa: F401  (fills the metadata)
from bot.db.base import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
