"""Rasa's look-up of events, remembered."""

from __future__ import annotations

import pytest
from rasa.shared.core.events import Event, SlotSet

from bot.nlu.changes.event_lookup import install_cached_lookup


@pytest.fixture
def original(monkeypatch):
    """Put Rasa's own look-up back after the test, and give it."""
    own = Event.resolve_by_type
    monkeypatch.setattr(Event, "resolve_by_type", staticmethod(own))
    return own


@pytest.mark.usefixtures("original")
def test_events_come_out_the_same():
    """A stored event becomes what it was."""
    install_cached_lookup()

    assert Event.from_parameters({"event": "slot", "name": "topic", "value": "cost"}) == SlotSet("topic", "cost")


@pytest.mark.usefixtures("original")
def test_unknown_event_is_refused_every_time():
    """An error is not remembered as an answer."""
    install_cached_lookup()

    for _ in range(2):
        with pytest.raises(ValueError, match="Unknown event name 'nonsense'"):
            Event.from_parameters({"event": "nonsense"})


@pytest.mark.usefixtures("original")
def test_classes_are_walked_once_for_each_name(monkeypatch):
    """That is what the time went to."""
    walks = []
    walk = Event.resolve_by_type.__globals__["rasa"].shared.utils.common.all_subclasses
    monkeypatch.setattr("rasa.shared.utils.common.all_subclasses", lambda kind: walks.append(kind) or walk(kind))
    install_cached_lookup()
    install_cached_lookup()

    for _ in range(3):
        Event.from_parameters({"event": "slot", "name": "topic", "value": "cost"})

    assert walks.count(Event) == 1
