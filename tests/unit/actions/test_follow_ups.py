"""What a follow-up asks, given what was spoken of."""

from __future__ import annotations

import pytest

from actions.context import Context
from actions.follow_ups import resolved
from actions.understood import Asked
from bot.knowledge.files.follow_ups import FollowUpTopics
from bot.settings import ROOT
from bot.vocabulary import FollowUp, Intents

TOPICS = FollowUpTopics.from_file(ROOT / "data" / "knowledge" / "follow_ups.yml")


def follow_up(kind: FollowUp | None = None, *treatments: str, ranking: tuple[tuple[str, float], ...] = ()) -> Asked:
    """Make a question that means nothing by itself."""
    return Asked(
        intent=Intents.SWITCH_TREATMENT, confidence=0.9, treatments=treatments, follow_up=kind, ranking=ranking
    )


def asked(topic: str) -> Asked:
    """Make a question about a topic."""
    return Asked(intent=f"ask_{topic}", confidence=0.9)


@pytest.mark.parametrize(
    ("topic", "kind", "meant"),
    [
        ("session_count", None, "session_count"),
        (None, None, "definition"),
        ("time_to_results", FollowUp.PLACE, "time_to_results"),
        (None, FollowUp.PLACE, "conditions_treated"),
        ("aftercare", FollowUp.MEDICINE, "medications_after"),
        ("food_drink_before", FollowUp.MEDICINE, "medications_before"),
        ("side_effects", FollowUp.HOW_LONG, "recovery_time"),
        ("effectiveness", FollowUp.HOW_LONG, "result_duration"),
        ("definition", FollowUp.HOW_LONG, "session_duration"),
        ("medications_before", FollowUp.AFTER, "medications_after"),
        ("procedure_steps", FollowUp.AFTER, "aftercare"),
        ("medications_after", FollowUp.BEFORE, "medications_before"),
        ("aftercare", FollowUp.BEFORE, "preparation"),
    ],
)
def test_follow_up_is_read_beside_the_last_topic(topic: str | None, kind: FollowUp | None, meant: str):
    """The same words ask different things after different answers."""
    (question,) = resolved([follow_up(kind, "prp")], Context(topic=topic), TOPICS)

    assert question.topic == meant


def test_follow_up_goes_on_about_the_question_before_it_in_the_message():
    """That is nearer than what was answered before the message."""
    first, second = resolved([asked("aftercare"), follow_up(FollowUp.MEDICINE)], Context(topic="preparation"), TOPICS)

    assert (first.topic, second.topic) == ("aftercare", "medications_after")


def test_medicine_with_nothing_said_before_takes_the_likelier_time():
    """Its own words lean to one side."""
    ranking = (("switch_treatment", 0.9), ("ask_medications_after", 0.4), ("ask_medications_before", 0.3))

    (question,) = resolved([follow_up(FollowUp.MEDICINE, ranking=ranking)], Context(), TOPICS)

    assert question.topic == "medications_after"


def test_short_question_with_nothing_said_before_is_taken_by_its_words_or_not_at_all():
    """Nothing is guessed."""
    sure = follow_up(FollowUp.HOW_LONG, ranking=(("switch_treatment", 0.9), ("ask_session_duration", 0.5)))
    unsure = follow_up(FollowUp.AFTER, ranking=(("switch_treatment", 0.9), ("ask_aftercare", 0.2)))

    assert resolved([sure], Context(), TOPICS)[0].topic == "session_duration"
    assert resolved([unsure], Context(), TOPICS)[0].intent == Intents.SWITCH_TREATMENT


def test_another_treatment_after_a_comparison_is_compared_with_the_first():
    """The words "and exosomes?" after "PRP or prolo?" ask for another comparison."""
    context = Context(topic="comparison", treatments=("prp", "prolotherapy"))

    (question,) = resolved([follow_up(None, "exosomes")], context, TOPICS)

    assert (question.topic, question.treatments) == ("comparison", ("prp", "exosomes"))


def test_without_the_file_what_follows_up_is_asked_back():
    """A clinic of another field has none; only what asks the same again needs none."""
    nothing = FollowUpTopics({})

    (short,) = resolved([follow_up(FollowUp.HOW_LONG)], Context(topic="cleaning"), nothing)
    (again,) = resolved([follow_up(None, "whitening")], Context(topic="cleaning"), nothing)

    assert (short.topic, again.topic) == (None, "cleaning")
