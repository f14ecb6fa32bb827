"""What tests of messaging share: services around a look for danger that is not sure of two messages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

import pytest

from bot.bootstrap import Services, build_services
from bot.settings import Settings
from bot.triage import Triage
from tests.factories import DOUBTED
from tests.fakes import FakeRasa, TriageInDoubt

if TYPE_CHECKING:
    from bot.rasa_client.client import RasaClient


@pytest.fixture
def in_doubt(triage: Triage) -> TriageInDoubt:
    """Give the project's look for danger, in doubt of the messages in `DOUBTED`."""
    return TriageInDoubt(triage, DOUBTED)


@pytest.fixture
def services(settings: Settings, rasa: FakeRasa, in_doubt: TriageInDoubt) -> Iterator[Services]:
    """Give the services around it."""
    built = build_services(settings, rasa=cast("RasaClient", rasa), triage=in_doubt)
    yield built
    built.database.close()
