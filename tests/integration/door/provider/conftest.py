"""An edge of a clinic that has a provider of its own, and that provider, at which Ana signs in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.outside_accounts.sign_in_provider import ISSUER, read_provider
from bot.settings import Settings
from tests.integration.door.provider.oidc_provider import CLIENT_ID, CLIENT_SECRET, Provider
from tests.integration.edge import ANA


@pytest.fixture
def provider() -> Iterator[Provider]:
    """Run a provider at which Ana signs in."""
    one = Provider(claims={"email": ANA.upper(), "amr": ["pwd"]})
    one.start()
    yield one
    one.stop()


@pytest.fixture
def counts_as_second() -> str:
    """Give which of the provider's words stand for a second factor: none."""
    return ""


@pytest.fixture
def settings(settings: Settings, provider: Provider, counts_as_second: str) -> Settings:
    """Have the provider."""
    told = {
        ISSUER: provider.issuer,
        "FRONTDESK_OIDC_CLIENT_ID": CLIENT_ID,
        "FRONTDESK_OIDC_CLIENT_SECRET": CLIENT_SECRET,
        "FRONTDESK_OIDC_NAME": "Cedar Grove",
        "FRONTDESK_OIDC_SECOND_FACTOR": counts_as_second,
    }
    return replace(settings, provider=read_provider(told, "http://testserver"))
