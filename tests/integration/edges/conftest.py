"""Two edges of one clinic: two of everything, on one PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.bootstrap import Services, build_services
from tests.fakes import FakeRasa


@pytest.fixture
def other(services: Services, rasa: FakeRasa) -> Iterator[Services]:
    """Give the services of the second edge."""
    built = build_services(services.settings, rasa=services.rasa)
    yield built
    built.named_locks.close()
    built.database.close()
