"""Events that were saved a moment ago are not read and written anew, and never stand for another text."""

from __future__ import annotations

import json

from rasa.shared.core.events import ActionExecuted, BotUttered, SlotSet, UserUttered

from bot.nlu.server import recent_events
from bot.nlu.server.recent_events import MOST_CONVERSATIONS, RecentEvents

EVENTS = [
    ActionExecuted("action_listen"),
    UserUttered("what does it cost", {"name": "ask_cost"}),
    SlotSet("topic", "cost"),
]


def as_json(events):
    """Give what the database would hold without this module."""
    return json.dumps([event.as_dict() for event in events])


def test_what_is_written_is_a_list_in_json():
    """Turn by turn, of old events and new ones."""
    recent = RecentEvents()
    text = recent.written("c1", EVENTS)
    assert text == as_json(EVENTS)

    events = [*recent.read("c1", text), BotUttered("150 dollars")]

    assert recent.written("c1", events) == as_json(events)
    assert recent.written("c1", events[1:]) == as_json(events[1:])


def test_an_event_is_read_once():
    """The next turn gets the same object."""
    recent = RecentEvents()
    text = recent.written("c1", EVENTS)

    first, second = recent.read("c1", text), recent.read("c1", text)

    assert first == EVENTS
    assert all(one is other for one, other in zip(first, second, strict=True))


def test_an_event_that_was_read_is_written_once(monkeypatch):
    """Only what is new is put into JSON."""
    recent = RecentEvents()
    events = recent.read("c1", recent.written("c1", EVENTS))
    put = []
    own = json.dumps
    monkeypatch.setattr(recent_events.json, "dumps", lambda value: put.append(value["event"]) or own(value))

    recent.written("c1", [*events, BotUttered("150 dollars")])

    assert put == ["bot"]


def test_what_another_server_saved_is_read():
    """The text of the database counts."""
    recent = RecentEvents()
    recent.written("c1", EVENTS)
    elsewhere = [*EVENTS, BotUttered("150 dollars")]

    assert recent.read("c1", as_json(elsewhere)) == elsewhere
    assert recent.read("c1", as_json(EVENTS)) == EVENTS


def test_memory_is_bounded():
    """A conversation that was silent for long is read from its text, as ever."""
    recent = RecentEvents()
    texts = {str(number): recent.written(str(number), EVENTS) for number in range(3 * MOST_CONVERSATIONS)}

    assert len(recent._saved) == MOST_CONVERSATIONS
    assert recent.read("0", texts["0"]) == EVENTS
