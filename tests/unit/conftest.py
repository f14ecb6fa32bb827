"""What unit tests share: services around a look for danger that is read once, since reading it takes half a second."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

import pytest

from bot.bootstrap import Services, build_services, read_triage
from bot.settings import Settings, load_settings
from bot.triage import Triage
from tests.fakes import FakeRasa

if TYPE_CHECKING:
    from bot.rasa_client.client import RasaClient


@pytest.fixture(scope="session")
def triage() -> Triage:
    """Give the project's look for danger; it holds no state between messages."""
    return read_triage(load_settings({}))


@pytest.fixture
def services(settings: Settings, rasa: FakeRasa, triage: Triage) -> Iterator[Services]:
    """Give the real services around the stand-in for Rasa."""
    built = build_services(settings, rasa=cast("RasaClient", rasa), triage=triage)
    yield built
    built.database.close()
