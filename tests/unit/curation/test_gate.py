"""A new model goes live only if no figure falls, and nothing that was learned is lost."""

from __future__ import annotations

from bot.confidence import ANSWER_FROM
from bot.curation.gate import LEARNED, TAUGHT, Exam, Understood, judge

COST: Understood = [("ask_cost", 0.9)]
SAFETY: Understood = [("ask_safety", 0.9)]
UNSURE: Understood = [("ask_cost", ANSWER_FROM - 0.01)]
STRAY: Understood = [("out_of_scope", 0.9)]


def _exams(count: int, figure: str = "questions", intents: tuple[str, ...] = ("ask_cost",)) -> list[Exam]:
    return [Exam(text=f"question {number}", intents=intents, figure=figure) for number in range(count)]


def test_as_good_is_good_enough():
    """The same answers before and after."""
    verdict = judge(_exams(3), [COST, COST, SAFETY], [COST, COST, SAFETY])

    assert verdict.reasons == ()
    assert verdict.figures == {"questions": {"before": 2, "after": 2, "total": 3}}


def test_a_figure_that_falls_keeps_the_model_out():
    """It says from what to what."""
    verdict = judge(_exams(3), [COST] * 3, [COST, SAFETY, UNSURE])

    assert verdict.reasons == ("“questions” would lose 2: 1 of 3 right, where it is 3 now.",)


def test_not_one_text_of_many_may_be_lost():
    """However large the set is, and even if others are won."""
    exams = _exams(1000)

    verdict = judge(exams, [SAFETY] * 2 + [COST] * 998, [COST] * 999 + [SAFETY])

    assert verdict.reasons == ("“questions” would lose 1: 999 of 1000 right, where it is 998 now.",)


def test_a_text_that_is_won_is_welcome():
    """The figure rises."""
    verdict = judge(_exams(3), [COST, SAFETY, SAFETY], [COST, COST, SAFETY])

    assert verdict.reasons == ()
    assert verdict.figures["questions"] == {"before": 1, "after": 2, "total": 3}


def test_what_was_learned_is_never_lost():
    """Not even one, and not even if another one is won."""
    verdict = judge(_exams(2, LEARNED), [COST, SAFETY], [SAFETY, COST])

    assert verdict.reasons == ("A question that was learned before would not be understood any more.",)


def test_what_is_taught_must_be_understood():
    """Else nothing was learned."""
    assert judge(_exams(1, TAUGHT), [SAFETY], [UNSURE]).reasons != ()
    assert judge(_exams(1, TAUGHT), [SAFETY], [COST]).reasons == ()


def test_what_is_nothing_for_the_assistant_must_not_be_answered():
    """Asked back or declined, both are right."""
    strays = _exams(3, "strays", ())

    assert judge(strays, [STRAY, UNSURE, COST], [STRAY, UNSURE, STRAY]).reasons == ()
    assert judge(strays, [STRAY] * 3, [STRAY, COST, COST]).reasons != ()
