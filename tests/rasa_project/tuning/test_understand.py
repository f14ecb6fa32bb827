"""What a model understood is told by the questions of a message, or by its intent where it asks nothing."""

from __future__ import annotations

from bot.nlu.tuning.understand import _intents


def test_each_question_is_told_with_its_confidence():
    """A message may ask two things."""
    parsed = {
        "intent": {"name": "ask_cost", "confidence": 0.9},
        "questions": [{"intent": "ask_cost", "confidence": 0.9}, {"intent": "ask_safety", "confidence": 0.5}],
    }

    assert _intents(parsed) == [("ask_cost", 0.9), ("ask_safety", 0.5)]


def test_a_message_without_questions_has_its_intent():
    """Also one that is not understood at all."""
    assert _intents({"intent": {"name": "greet", "confidence": 0.8}, "questions": []}) == [("greet", 0.8)]
    assert _intents({"intent": {"name": None, "confidence": 0.0}}) == [("None", 0.0)]
