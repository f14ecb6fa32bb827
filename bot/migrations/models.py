"""Imports every table, so that `Base.metadata` knows all of them: for Alembic, and for what goes over a whole store."""

from __future__ import annotations

import bot.appointments.models
import bot.browser_keys.models
import bot.channels.models
import bot.clinic_settings.models
import bot.conversations.models
import bot.curation.models
import bot.db.data_keys
import bot.escalation.models
import bot.knowledge.models
import bot.notifications.models
import bot.plans.models
import bot.staff.models  # noqa: F401  (importing the models fills the metadata)
