"""A domain remembers whether it is empty."""

from __future__ import annotations

import pytest
from rasa.shared.core.domain import Domain

from bot.nlu.changes.domain_check import install_known_emptiness


@pytest.fixture
def _installed(monkeypatch):
    monkeypatch.setattr(Domain, "is_empty", Domain.is_empty)
    install_known_emptiness()
    install_known_emptiness()


@pytest.mark.usefixtures("_installed")
def test_it_says_what_rasa_says():
    """Of an empty one and of one with an intent, however often it is asked."""
    some = Domain.from_yaml('{version: "3.1", intents: [ask_cost]}')
    empty = Domain.empty()

    assert [some.is_empty(), some.is_empty(), empty.is_empty(), empty.is_empty()] == [False, False, True, True]


@pytest.mark.usefixtures("_installed")
def test_the_domain_is_written_out_once(monkeypatch):
    """That is what the time went to."""
    some = Domain.from_yaml('{version: "3.1", intents: [ask_cost]}')
    written = []
    own = Domain.as_dict
    monkeypatch.setattr(Domain, "as_dict", lambda domain: written.append(domain) or own(domain))

    for _ in range(3):
        some.is_empty()

    assert written.count(some) == 1
