"""A Frontdesk with SMS set up, a phone, and a stand-in for Twilio."""

from __future__ import annotations

from dataclasses import replace

import pytest

import bot.messaging.retries
import bot.web.background
from bot.settings import Settings
from tests.integration.edge import TestClient
from tests.phones import Phone, StandInTwilio


@pytest.fixture
def twilio(stand_in_twilio: StandInTwilio) -> StandInTwilio:
    """Give that server for an account of the test's own."""
    stand_in_twilio.begin_anew()
    return stand_in_twilio


@pytest.fixture
def settings(settings: Settings, twilio: StandInTwilio) -> Settings:
    """Set SMS up."""
    return replace(settings, sms=twilio.settings)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.web.background, "TEXTS_EVERY_SECONDS", 0.02)
    monkeypatch.setattr(bot.messaging.retries, "RETRY_SECONDS", (0.05,))


@pytest.fixture
def phone(visitor: TestClient, twilio: StandInTwilio) -> Phone:
    """Give a patient's phone."""
    return Phone(visitor, twilio)
