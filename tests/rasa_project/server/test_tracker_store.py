"""Rasa's memory of a conversation stays short and survives a restart."""

from __future__ import annotations

import asyncio

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, Restarted, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.nlu.server.tracker_store import BoundedTrackerStore, bounded
from bot.sealing import new_key

DOMAIN = Domain.from_yaml("""
version: "3.1"
intents: [ask_cost]
slots:
  topic: {type: text, mappings: [{type: custom}]}
  treatments: {type: list, mappings: [{type: custom}]}
""")


def conversation(turns):
    """Make the events of a conversation."""
    events = [ActionExecuted("action_session_start"), SessionStarted(), ActionExecuted("action_listen")]
    for number in range(turns):
        events += [
            UserUttered(f"question {number}", {"name": "ask_cost", "confidence": 1.0}),
            ActionExecuted("action_answer_question"),
            BotUttered(f"answer {number}"),
            SlotSet("topic", f"topic {number}"),
            ActionExecuted("action_listen"),
        ]
        if number == 0:
            events.insert(-1, SlotSet("treatments", ["prp"]))
    return events


@pytest.fixture
def url(tmp_path):
    """Return the address of a database in a folder that is not there yet."""
    return f"sqlite:///{tmp_path / 'deep' / 'trackers.db'}"


@pytest.fixture
def store(url):
    """Return an empty store."""
    return BoundedTrackerStore(DOMAIN, host=url)


def saved(store, events, conversation_id="c1"):
    """Save a conversation and read it back."""
    tracker = DialogueStateTracker.from_events(conversation_id, events, DOMAIN.slots)
    asyncio.run(store.save(tracker))
    return asyncio.run(store.retrieve(conversation_id))


def test_short_conversation_is_kept_whole(store):
    """Nothing is lost while there is little."""
    events = conversation(3)

    assert len(saved(store, events).events) == len(events)


def test_long_conversation_stays_short_and_keeps_its_slots(store):
    """A hundred turns weigh no more than eight, and what was said of the treatment still holds."""
    tracker = saved(store, conversation(100))

    assert len(tracker.events) <= 40 + 4
    assert tracker.get_slot("treatments") == ["prp"]
    assert tracker.get_slot("topic") == "topic 99"
    assert tracker.latest_message.text == "question 99"
    assert any(isinstance(event, SessionStarted) for event in tracker.events)


def test_size_does_not_grow_turn_by_turn(store):
    """Saved and read back after every turn, as Rasa does, the row stays as small."""
    tracker = saved(store, conversation(1))
    sizes = []
    for _ in range(60):
        tracker.update_with_events(conversation(1)[3:], DOMAIN)
        tracker = saved(store, list(tracker.events))
        sizes.append(len(tracker.events))

    assert max(sizes) <= 44
    assert tracker.get_slot("treatments") == ["prp"]


def test_kept_events_begin_with_a_turn():
    """Rules and stories read whole turns."""
    kept = bounded(conversation(50), 40)

    first_turn = next(index for index, event in enumerate(kept) if isinstance(event, UserUttered))
    assert kept[first_turn - 1] == ActionExecuted("action_listen")


def test_one_endless_turn_stays_whole():
    """A turn longer than the bound is not cut in two."""
    events = conversation(2)[:-1] + [BotUttered(str(number)) for number in range(100)]

    kept = bounded(events, 40)

    assert [event.text for event in kept if isinstance(event, UserUttered)] == ["question 1"]


def test_restart_forgets_the_slots_before_it():
    """What was reset does not come back."""
    kept = bounded([*conversation(2), Restarted(), *conversation(20)[3:][6:]], 10)

    assert not any(isinstance(event, SlotSet) and event.key == "treatments" for event in kept)


def test_conversation_survives_a_restart(url):
    """Another process finds what the first has saved."""
    saved(BoundedTrackerStore(DOMAIN, host=url), conversation(2))

    tracker = asyncio.run(BoundedTrackerStore(DOMAIN, host=url).retrieve("c1"))

    assert tracker.get_slot("topic") == "topic 1"


def test_unknown_conversation_is_none(store):
    """Rasa then begins a new one."""
    assert asyncio.run(store.retrieve("nobody")) is None


def test_conversations_do_not_mix(store):
    """Each has its own row."""
    saved(store, conversation(1), "c1")
    saved(store, conversation(3), "c2")

    assert asyncio.run(store.retrieve("c1")).get_slot("topic") == "topic 0"
    assert sorted(asyncio.run(store.keys())) == ["c1", "c2"]


def test_with_a_key_nothing_of_it_stands_in_the_files(url, tmp_path, monkeypatch):
    """A process with the same key reads it; one with another begins anew, and the conversation goes on."""
    monkeypatch.setenv("FRONTDESK_ENCRYPTION_KEY", new_key())
    kept = BoundedTrackerStore(DOMAIN, host=url)
    saved(kept, [*conversation(2), UserUttered("zanzibarmarker"), ActionExecuted("action_listen")])

    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files
    assert not any(b"zanzibarmarker" in path.read_bytes() or b"question 1" in path.read_bytes() for path in files)
    again = asyncio.run(BoundedTrackerStore(DOMAIN, host=url).retrieve("c1"))
    assert again.get_slot("topic") == "topic 1"

    monkeypatch.setenv("FRONTDESK_ENCRYPTION_KEY", new_key())
    assert asyncio.run(BoundedTrackerStore(DOMAIN, host=url).retrieve("c1")) is None


def test_what_was_kept_without_a_key_is_read_with_one(url, monkeypatch):
    """And kept with it from then on."""
    events = conversation(2)
    saved(BoundedTrackerStore(DOMAIN, host=url), events)

    monkeypatch.setenv("FRONTDESK_ENCRYPTION_KEY", new_key())

    assert asyncio.run(BoundedTrackerStore(DOMAIN, host=url).retrieve("c1")).get_slot("topic") == "topic 1"
