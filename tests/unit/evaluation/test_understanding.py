"""What a question was taken for, and the figures that come of it."""

from __future__ import annotations

import pytest

from bot.evaluation.datasets import TopicQuestion
from bot.evaluation.understanding import Reading, question_shares, readings, topic_figures
from bot.reply import Reply
from bot.vocabulary import ReplyKind


def question(*topics: str, both: bool = False, treatments: frozenset[str] = frozenset()) -> TopicQuestion:
    """A question with its topics."""
    return TopicQuestion(id="Q1", text="?", topics=topics, treatments=treatments, both_wanted=both)


def answer(topic: str, *treatments: str) -> Reply:
    """An approved answer."""
    return Reply(kind=ReplyKind.ANSWER, text="x", topic=topic, treatments=treatments, confidence=0.7)


CLARIFY = Reply(kind=ReplyKind.CLARIFY, text="?")


def figures(item: TopicQuestion, *replies: Reply) -> dict[str, tuple[int, int]]:
    """Hits and total of each figure for one question."""
    return {share.name: (share.hits, share.total) for share in question_shares([item], [replies])}


def test_either_of_two_fair_topics_is_right():
    """The second topic of a single question is as good as the first."""
    assert figures(question("cost", "insurance"), answer("insurance"))["topic right"] == (1, 1)


def test_wrong_answer_counts_and_asking_back_does_not():
    """To ask is better than to answer wrongly."""
    wrong, asked = figures(question("cost"), answer("safety")), figures(question("cost"), CLARIFY)

    assert (wrong["topic right"], wrong["answered with a wrong topic"]) == ((0, 1), (1, 1))
    assert (asked["topic right"], asked["answered with a wrong topic"]) == ((0, 1), (0, 1))


def test_double_question_needs_both_and_is_no_single_one():
    """One of two is a miss."""
    item = question("cost", "safety", both=True)

    assert figures(item, answer("cost"))["both questions found"] == (0, 1)
    assert figures(item, answer("cost"), answer("safety"))["both questions found"] == (1, 1)
    assert figures(item, answer("cost"))["topic right"] == (0, 0)


def test_treatments_must_be_the_named_ones_and_no_more():
    """Only where the question names one and a topic came."""
    item = question("cost", treatments=frozenset({"prp"}))

    assert figures(item, answer("cost", "prp"))["treatment right"] == (1, 1)
    assert figures(item, answer("cost", "prp", "exosomes"))["treatment right"] == (0, 1)
    assert figures(item, CLARIFY)["treatment right"] == (0, 0)


@pytest.mark.parametrize(
    ("item", "replies", "reading"),
    [
        (question("cost"), (answer("cost"),), Reading(wanted="cost", got="cost")),
        (question("cost", "insurance"), (answer("insurance"),), Reading(wanted="insurance", got="insurance")),
        (question("cost", "insurance"), (answer("safety"),), Reading(wanted="cost", got="safety")),
        (question("cost"), (CLARIFY,), Reading(wanted="cost", got="clarify")),
        (question("cost"), (), Reading(wanted="cost", got="nothing")),
    ],
)
def test_reading_says_what_a_question_was_taken_for(item: TopicQuestion, replies: tuple[Reply, ...], reading: Reading):
    """A fair topic is right; a reply without a topic stands under its kind."""
    assert readings([item], [replies]) == [reading]


def test_topic_figures_are_precision_recall_and_f1():
    """Of three about cost two are found, one more is taken for it."""
    pairs = [("cost", "cost"), ("cost", "cost"), ("cost", "safety"), ("safety", "cost"), ("safety", "safety")]
    found = [Reading(wanted=wanted, got=got) for wanted, got in pairs]

    cost, safety, booking = topic_figures(found, ["cost", "safety", "booking"])

    assert (cost.precision, cost.recall, cost.f1) == (pytest.approx(2 / 3), pytest.approx(2 / 3), pytest.approx(2 / 3))
    assert (safety.precision, safety.recall, safety.f1) == (0.5, 0.5, 0.5)
    assert (cost.taken_for, safety.taken_for) == (("safety", 1), ("cost", 1))
    assert (booking.count, booking.precision, booking.recall, booking.f1, booking.taken_for) == (
        0,
        None,
        None,
        None,
        None,
    )
