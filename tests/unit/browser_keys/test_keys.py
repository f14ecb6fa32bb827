"""The keys of browsers: the same for whoever comes back, another for everybody else, and read in no database."""

from __future__ import annotations

import base64

import pytest
from sqlalchemy.exc import OperationalError

from bot.bootstrap import Services
from bot.browser_keys.keys import KEY_ID, BrowserKeys
from bot.browser_keys.models import OwnSecret


def test_a_page_that_comes_back_is_given_the_same_key_by_whichever_edge(services: Services) -> None:
    """After a restart, too: all edges of a store derive it from one secret."""
    page = services.browser_keys.for_new_page()
    assert page is not None
    assert KEY_ID.fullmatch(page.id)
    assert len(base64.urlsafe_b64decode(page.key + "=")) == 32

    assert BrowserKeys(services.database).of_page(page.id) == page.key


def test_each_page_and_each_member_of_staff_has_a_key_of_its_own(services: Services) -> None:
    """Nobody reads what somebody else has half-written on the same computer."""
    keys = services.browser_keys
    pages = [keys.for_new_page() for _ in range(3)]

    given = {page.key for page in pages if page is not None} | {keys.of_staff_member(one) for one in (1, 2)}

    assert len(given) == 5
    assert keys.of_staff_member(1) == BrowserKeys(services.database).of_staff_member(1)


def test_no_key_stands_in_the_store(services: Services) -> None:
    """Only the secret that they are derived from, once."""
    page = services.browser_keys.for_new_page()
    assert page is not None
    with services.database.read() as session:
        (row,) = session.query(OwnSecret)
        assert len(bytes.fromhex(row.secret)) == 32
        assert base64.urlsafe_b64decode(page.key + "=").hex() != row.secret


def test_while_the_store_is_down_a_page_comes_without_a_key(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is served all the same; it keeps messages in memory then."""

    def down(*_asked: object) -> bytes:
        raise OperationalError("SELECT", {}, Exception("no disk"))

    monkeypatch.setattr("bot.browser_keys.keys.own_secret", down)

    assert services.browser_keys.for_new_page() is None
