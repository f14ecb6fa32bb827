"""When what a conversation was about is forgotten."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker

from actions.context import LONGEST_PAUSE, MOST_TOLD, MOST_TURNS_APART, Context
from bot.vocabulary import Slots

KEPT = Context(topic="safety", treatments=("prp",), named=("knee",), told=("prp.safety",))


def heard(*times: float, context: Context = KEPT) -> Tracker:
    """Make a conversation in which an answer was given at 0, and the patient wrote at these times (in seconds)."""
    kept = [{"event": "slot", "timestamp": 0.0, **event} for event in context.as_events()]
    events: list[dict[str, Any]] = [{**event, "timestamp": 0.0} for event in kept]
    events += [{"event": "user", "timestamp": time} for time in times]
    slots = {event["name"]: event["value"] for event in kept}
    return Tracker("conversation", slots, {}, events, False, None, {}, "action_listen")


def test_what_was_spoken_of_is_kept_in_slots():
    """It comes back as it was."""
    assert Context.of(heard(10.0)) == KEPT


def test_new_conversation_was_about_nothing():
    """No slot is set yet."""
    tracker = Tracker("conversation", {}, {}, [{"event": "user", "timestamp": 1.0}], False, None, {}, "action_listen")

    assert Context.of(tracker) == Context()


def test_long_pause_is_a_new_beginning():
    """Half an hour later "and PRP?" refers to nothing; as long as the talk goes on it does."""
    minute = 60.0

    assert Context.of(heard(LONGEST_PAUSE - 1)) == KEPT
    assert Context.of(heard(LONGEST_PAUSE + 1)) == Context()
    assert Context.of(heard(20 * minute, 40 * minute)) == KEPT
    assert Context.of(heard(20 * minute, 60 * minute)) == Context()


def test_many_turns_about_something_else_are_a_new_beginning():
    """The message that asks counts too."""
    times = [float(second) for second in range(MOST_TURNS_APART + 1)]

    assert Context.of(heard(*times[:MOST_TURNS_APART])) == KEPT
    assert Context.of(heard(*times)) == Context()


def test_only_the_last_answers_are_remembered():
    """A long conversation must not make each turn heavier."""
    told = tuple(str(number) for number in range(2 * MOST_TOLD))

    (slot,) = [event for event in Context(told=told).as_events() if event["name"] == Slots.TOLD]

    assert slot["value"] == list(told[-MOST_TOLD:])
