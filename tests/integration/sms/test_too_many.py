"""A number that texts without end has to wait; danger, short replies and STOP are taken all the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.bootstrap import Services
from bot.settings import Settings
from bot.web.door.roads import road_of
from tests.integration.edge import DANGEROUS
from tests.integration.sms.looking import said
from tests.phones import Phone, StandInTwilio


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Limit how often one may call, as in production."""
    return replace(settings, rate_limits=True)


def test_a_number_has_a_limit_and_danger_has_none(
    phone: Phone, twilio: StandInTwilio, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The provider hears when to call again; another number is not meant."""
    monkeypatch.setitem(vars(road_of("POST", "/channels/sms")), "by_subject", "1/day")
    phone.texts("hello")

    refused = phone.calls(phone.form("and the price?"))
    phone.texts(DANGEROUS)
    phone.texts("yes")
    phone.texts("STOP")
    Phone(phone.edge, twilio, "+15550199002").texts("hello from another")

    assert (refused.status_code, int(refused.headers["retry-after"]) > 0) == (429, True)
    taken = said(services)
    assert DANGEROUS in taken
    assert {"yes", "STOP", "hello from another"} <= set(taken)
    assert "and the price?" not in taken
