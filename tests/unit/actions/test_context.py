"""When what a conversation was about is forgotten."""

from __future__ import annotations

from typing import Any

import pytest
from rasa_sdk import Tracker

from actions.base import Slots
from actions.context import LONGEST_PAUSE, MOST_TAKEN_OVER, MOST_TOLD, MOST_TURNS_APART, Context
from actions.understood import Asked
from bot.knowledge.answering.question import Answered
from bot.knowledge.mentioned import Mentioned
from bot.vocabulary import FollowUp, Outcome

KEPT = Context(topic="safety", treatments=("prp",), took_over=2, named=("knee",), told=("prp.safety",))


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


MENTIONED = Mentioned(
    conditions=frozenset({"diabetes", "heel_pain"}), body_parts=frozenset({"knee"}), medicines=frozenset({"warfarin"})
)


def asked(topic: str, *named: str, treatments: tuple[str, ...] = (), follow_up: FollowUp | None = None) -> Asked:
    """Make a question."""
    return Asked(intent=f"ask_{topic}", confidence=0.9, treatments=treatments, named=tuple(named), follow_up=follow_up)


def spoken(*questions: Asked) -> Context:
    """Answer these questions, each about the treatments it names or takes over; give what was spoken of then."""
    context = Context()
    for question in questions:
        about = question.treatments or context.treatments_for(question)
        context = context.after(question, Answered(outcome=Outcome.ANSWERED, replies=(), treatments=about), MENTIONED)
    return context


@pytest.mark.parametrize(
    ("before", "question", "named"),
    [
        # What is asked of a problem goes on about the problem of the question right before it.
        ([asked("conditions_treated", "heel_pain")], asked("effectiveness"), ("heel_pain",)),
        ([asked("effectiveness", "heel_pain"), asked("session_count")], asked("time_to_results"), ("heel_pain",)),
        # Another question in between ends it.
        ([asked("effectiveness", "heel_pain"), asked("booking")], asked("effectiveness"), ()),
        ([asked("effectiveness", "heel_pain"), asked("side_effects")], asked("effectiveness"), ()),
        # A condition or medicine of somebody who asks whether they may have it is history; a body part is the problem.
        ([asked("contraindications", "diabetes", "warfarin")], asked("effectiveness"), ()),
        ([asked("pain_during", "knee")], asked("effectiveness"), ("knee",)),
        # Other questions are about all, and a follow-up about the same.
        ([asked("effectiveness", "knee")], asked("side_effects"), ()),
        ([asked("effectiveness", "knee")], asked("conditions_treated"), ()),
        (
            [asked("contraindications", "diabetes")],
            asked("contraindications", follow_up=FollowUp.TREATMENT),
            ("diabetes",),
        ),
        ([asked("effectiveness", "heel_pain")], asked("effectiveness", "knee"), ("knee",)),
    ],
)
def test_what_was_named_carries_only_to_what_goes_on_about_it(
    before: list[Asked], question: Asked, named: tuple[str, ...]
):
    """The words "is it a scam" long after a diabetes are about no diabetes."""
    assert spoken(*before).named_for(question, MENTIONED) == named


def test_a_treatment_is_taken_over_for_so_many_answers_in_a_row():
    """Then it is over, but for what can only go on about it; naming one begins anew."""
    first, bare = asked("safety", treatments=("prp",)), asked("cost")
    last = spoken(first, *[bare] * MOST_TAKEN_OVER)

    assert spoken(first, *[bare] * (MOST_TAKEN_OVER - 1)).treatments_for(bare) == ("prp",)
    assert last.treatments_for(bare) == ()
    assert last.treatments_for(asked("cost", follow_up=FollowUp.PLACE)) == ("prp",)
    assert spoken(first, bare, bare, first).took_over == 0
    assert spoken(first, *[bare] * (MOST_TAKEN_OVER + 1)).treatments == ()


def test_a_treatment_of_before_is_not_kept_by_an_alternative():
    """After "and cortisone?" no treatment of ours is spoken of."""
    context = spoken(asked("safety", treatments=("prp",)))
    answered = Answered(outcome=Outcome.ANSWERED, replies=(), changes_subject=True)

    assert context.after(asked("safety"), answered, MENTIONED).treatments == ()
