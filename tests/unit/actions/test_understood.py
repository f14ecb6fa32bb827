"""What the actions read of a message that was understood."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker

from actions.understood import as_one_question, questions_of

NO_ALTERNATIVES: frozenset[str] = frozenset()


def row(key: str, probability: float, answer: str = "prp.booster") -> dict[str, Any]:
    """Make what the understanding says of a paragraph."""
    return {"answer": answer, "key": key, "tells": 0, "probability": probability}


def heard(*questions: list[dict[str, Any]], whole: list[dict[str, Any]]) -> Tracker:
    """Return the memory of a conversation whose last message has these questions, each with its paragraphs."""
    asked = [{"intent": "ask_safety", "confidence": 0.9, "paragraphs": rows} for rows in questions]
    message = {"text": "?", "questions": asked, "paragraphs": whole}
    return Tracker("conversation", {}, message, [], False, None, {}, "action_listen")


def found(tracker: Tracker) -> list[list[tuple[str, float]]]:
    """Give the paragraphs of each question, with how probably they tell it."""
    asked = questions_of(tracker, NO_ALTERNATIVES)
    return [[(near.key, near.probability) for near in one.paragraphs] for one in asked]


def test_paragraphs_of_the_whole_message_join_those_of_its_first_question() -> None:
    """What is asked may stand half in what is told before it."""
    tracker = heard([row("a", 0.2), row("b", 0.3)], whole=[row("c", 0.25), row("a", 0.6), row("b", 0.1)])

    assert found(tracker) == [[("a", 0.6), ("b", 0.3), ("c", 0.25)]]


def test_a_further_question_keeps_its_own_paragraphs() -> None:
    """Or the first would be answered twice."""
    first, second = found(heard([row("a", 0.2)], [row("b", 0.3)], whole=[row("c", 0.9)]))

    assert first == [("c", 0.9), ("a", 0.2)]
    assert second == [("b", 0.3)]


def test_the_same_words_in_two_answers_stay_two() -> None:
    """Which of them may be served is seen later."""
    tracker = heard([row("a", 0.4), row("a", 0.4, "stem_cell.booster")], whole=[row("a", 0.5)])

    assert found(tracker) == [[("a", 0.5), ("a", 0.4)]]


def test_a_message_of_which_nothing_was_found_has_no_paragraphs() -> None:
    """As the choice of a button."""
    message = {"text": "/ask_cost", "intent": {"name": "ask_cost"}}
    tracker = Tracker("conversation", {}, message, [], False, None, {}, "action_listen")

    assert found(tracker) == [[]]
    assert as_one_question(tracker, NO_ALTERNATIVES).paragraphs == ()
