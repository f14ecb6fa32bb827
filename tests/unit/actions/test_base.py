"""What every action does with the events it returns, and on which store it works."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import base
from actions.base import ClinicAction, Events
from bot.bootstrap import Services
from bot.conversations.trials import trying
from bot.errors import NotFoundError
from bot.settings import Settings


class SetsSlots(ClinicAction):
    """Sets what it is given."""

    def __init__(self, events: Events) -> None:
        """Take the events to return."""
        self._events = events

    def name(self) -> str:
        """Give a name."""
        return "action_sets_slots"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:  # noqa: ARG002
        """Return them."""
        return self._events


def _run(slots: dict[str, object], *events: dict[str, object]) -> Events:
    tracker = Tracker("c1", slots, {}, [], False, None, {}, "action_listen")
    return asyncio.run(SetsSlots(list(events)).run(CollectingDispatcher(), tracker, {}))


def test_slots_that_change_are_set() -> None:
    """Another value, or one where there was none."""
    events = [SlotSet("places", ["knee"]), SlotSet("treatments", ["prp"])]

    assert _run({"places": ["hip"], "treatments": None}, *events) == events


def test_slot_that_has_its_value_is_left_alone() -> None:
    """Rasa would store and replay the event with every message to come."""
    assert _run({"places": ["hip"], "treatments": ["prp"]}, SlotSet("places", ["hip"])) == []


def test_topic_is_set_again_by_every_answer() -> None:
    """The time of its event says how long ago the last answer was."""
    assert _run({"topic": "cost"}, SlotSet("topic", "cost")) == [SlotSet("topic", "cost")]


def test_an_action_does_not_keep_others_waiting() -> None:
    """It asks the database; meanwhile the action server serves other conversations."""
    at_once = threading.Barrier(2, timeout=10)

    class Waits(SetsSlots):
        """Ends only when another one is at work too."""

        def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
            """Wait for the other."""
            at_once.wait()
            return super().act(dispatcher, tracker)

    async def both() -> list[Events]:
        tracker = Tracker("c1", {}, {}, [], False, None, {}, "action_listen")
        runs = (Waits([]).run(CollectingDispatcher(), tracker, {}) for _ in range(2))
        return list(await asyncio.gather(*runs))

    assert asyncio.run(both()) == [[], []]


class NamesItsStore(ClinicAction):
    """Keeps which store it would write to."""

    def __init__(self) -> None:
        self.address = ""

    def name(self) -> str:
        """Give a name."""
        return "action_names_its_store"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:  # noqa: ARG002
        """Look."""
        self.address = self.services.database.url.database or ""
        return []


def test_an_action_works_on_the_store_of_its_conversation(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A patient's is the clinic's, a trial's the trial's; of a trial that is over it is neither."""
    monkeypatch.setattr(base, "services", lambda: replace(services, settings=replace(services.settings, root=tmp_path)))

    def store_of(conversation: str) -> str:
        action = NamesItsStore()
        tracker = Tracker(conversation, {}, {}, [], False, None, {}, "action_listen")
        asyncio.run(action.run(CollectingDispatcher(), tracker, {}))
        return action.address

    with trying(tmp_path) as trial:
        assert store_of(f"{trial.prefix}abc") == str(trial.path)
        assert store_of("abc") == services.database.url.database
    with pytest.raises(NotFoundError):
        store_of(f"{trial.prefix}abc")


def test_no_action_looks_for_danger(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    """The edge does, before Rasa hears of a message: the rules are not even read here."""
    monkeypatch.setattr(base, "load_settings", lambda: settings)
    base.services.cache_clear()
    try:
        with pytest.raises(RuntimeError, match="the edge does that"):
            base.services().cards.find("I have crushing chest pain")
    finally:
        base.services().database.close()
        base.services.cache_clear()
