"""What a follow-up asks, given what was spoken of."""

from __future__ import annotations

import pytest

from actions import follow_ups
from actions.context import Context
from actions.follow_ups import resolved, topic_behind
from actions.understood import Asked
from bot.settings import ROOT
from bot.vocabulary import FollowUp, Intents
from bot.yaml_file import plain, read_yaml

TOPICS = {entry["slug"] for entry in plain(read_yaml(ROOT / "data" / "knowledge" / "topics.yml"))["topics"]}


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
    (question,) = resolved([follow_up(kind, "prp")], Context(topic=topic))

    assert question.topic == meant


def test_follow_up_goes_on_about_the_question_before_it_in_the_message():
    """That is nearer than what was answered before the message."""
    first, second = resolved([asked("aftercare"), follow_up(FollowUp.MEDICINE)], Context(topic="preparation"))

    assert (first.topic, second.topic) == ("aftercare", "medications_after")


def test_medicine_with_nothing_said_before_takes_the_likelier_time():
    """Its own words lean to one side."""
    ranking = (("switch_treatment", 0.9), ("ask_medications_after", 0.4), ("ask_medications_before", 0.3))

    (question,) = resolved([follow_up(FollowUp.MEDICINE, ranking=ranking)], Context())

    assert question.topic == "medications_after"


def test_short_question_with_nothing_said_before_is_taken_by_its_words_or_not_at_all():
    """Nothing is guessed."""
    sure = follow_up(FollowUp.HOW_LONG, ranking=(("switch_treatment", 0.9), ("ask_session_duration", 0.5)))
    unsure = follow_up(FollowUp.AFTER, ranking=(("switch_treatment", 0.9), ("ask_aftercare", 0.2)))

    assert resolved([sure], Context())[0].topic == "session_duration"
    assert resolved([unsure], Context())[0].intent == Intents.SWITCH_TREATMENT


def test_another_treatment_after_a_comparison_is_compared_with_the_first():
    """The words "and exosomes?" after "PRP or prolo?" ask for another comparison."""
    context = Context(topic="comparison", treatments=("prp", "prolotherapy"))

    (question,) = resolved([follow_up(None, "exosomes")], context)

    assert (question.topic, question.treatments) == ("comparison", ("prp", "exosomes"))


def test_every_topic_of_the_rules_exists():
    """A misspelt one would be answered with "nothing approved"."""
    tables = (follow_ups._HOW_LONG, follow_ups._AFTER, follow_ups._BEFORE, follow_ups._WHY)
    named = {topic for table in tables for pair in table.items() for topic in pair}
    named |= follow_ups._BEFORE_TOPICS | follow_ups._AFTER_TOPICS | set(follow_ups._MEDICATIONS.values())
    named |= {topic_behind("definition"), "definition", "session_duration", "preparation", "aftercare"}

    assert named <= TOPICS


def test_why_never_asks_the_same_again():
    """What lies behind a topic is another topic."""
    assert [topic for topic in TOPICS if topic_behind(topic) == topic] == []
