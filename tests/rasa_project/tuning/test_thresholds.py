"""What a pair of thresholds costs."""

from __future__ import annotations

import pytest

from bot.nlu.tuning.thresholds import mean_cost


@pytest.mark.parametrize(
    ("first", "confidence", "cost"),
    [
        ("ask_cost", 0.9, 0.0),
        ("ask_safety", 0.9, 10.0),
        ("out_of_scope", 0.9, 3.0),
        ("ask_safety", 0.3, 1.0),
        ("out_of_scope", 0.3, 3.0),
        ("ask_cost", 0.1, 3.0),
    ],
)
def test_each_kind_of_reply_has_its_cost(first, confidence, cost):
    """A wrong answer is the worst, a question back the least."""
    others = [("greet", "greet", 1.0)]

    mean = mean_cost([("ask_cost", first, confidence), *others], answer_from=0.4, ask_from=0.15)

    assert mean == pytest.approx(0.8 * cost)


def test_answer_about_a_treatment_to_another_question_is_wrong():
    """What is out of scope must not get an answer."""
    scored = [("out_of_scope", "ask_cost", 0.9), ("ask_cost", "ask_cost", 1.0)]

    assert mean_cost(scored, 0.4, 0.15) == pytest.approx(0.2 * 10.0)
