"""The made-up clinic of the benchmark has something to count in every figure."""

from __future__ import annotations

import datetime as dt

from bench.figures.generated import fill
from bot.analytics.figures import QUESTIONS, figures_of
from bot.analytics.period import Period
from bot.analytics.store import Against
from bot.analytics.tables import tables
from bot.bootstrap import Services
from tests.unit.analytics.small_clinic import ZONE


def test_it_has_conversations_of_every_kind(services: Services):
    """A table that stays empty would be measured for nothing."""
    until = dt.datetime(2026, 3, 30, 12, tzinfo=dt.UTC)
    fill(services, 600, until=until, days=20)

    figures = figures_of(services.database, Period.back(30, today=until.date(), zone=ZONE), now=until)

    assert figures.containment.chats.total() == 600
    assert all(figures.containment.against[why] for why in Against)
    assert all(figures.replies[kind] for kind in QUESTIONS if kind.value != "declined")
    assert all(table.rows for table in tables(figures).values())
