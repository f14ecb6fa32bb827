"""An edge whose every road is gone."""

from __future__ import annotations

import pytest

import bot.web.background


@pytest.fixture(autouse=True)
def _nothing_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Among the roads is the one that has the assistant learn, which would take half an hour."""
    monkeypatch.setattr(bot.web.background, "LOOK_EVERY_SECONDS", 3600.0)
