"""Comparing treatments: the exact set that was asked about, or an honest list of what can be compared."""

from __future__ import annotations

from itertools import combinations

import pytest

from bot.knowledge.answering.answering import Answering
from bot.knowledge.answering.question import Question
from bot.vocabulary import Intents, Outcome, ReplyKind
from tests.unit.knowledge.conftest import RESPONSES

OFFERED = ("prolotherapy", "prp", "stem_cell", "exosomes")
ALTERNATIVES = ("surgery", "steroid_injection", "hyaluronic_acid", "physiotherapy")


def _compare(*treatments: str, alternatives: tuple[str, ...] = ()) -> Question:
    return Question(topic="comparison", treatments=treatments, alternatives=alternatives)


@pytest.mark.parametrize("pair", list(combinations(OFFERED, 2)), ids="-".join)
def test_every_two_offered_treatments_are_compared(real_answering: Answering, pair: tuple[str, str]):
    """In either order, with the same answer."""
    (one,) = real_answering.answer(_compare(*pair), ()).replies
    (other,) = real_answering.answer(_compare(*reversed(pair)), ()).replies

    assert one.kind is ReplyKind.ANSWER
    assert one.answer_id == other.answer_id
    assert set(one.treatments) == set(pair)


@pytest.mark.parametrize("treatment", OFFERED)
@pytest.mark.parametrize("alternative", ALTERNATIVES)
def test_a_comparison_with_an_alternative_names_it_or_says_what_there_is(
    real_answering: Answering, treatment: str, alternative: str
):
    """Never the comparison with another alternative."""
    answered = real_answering.answer(_compare(treatment, alternatives=(alternative,)), ())

    (reply,) = answered.replies
    if reply.kind is ReplyKind.ANSWER:
        assert reply.answer_id is not None
        assert reply.answer_id == f"{treatment}_vs_{alternative}.comparison"
    else:
        assert reply.kind in {ReplyKind.CLARIFY, ReplyKind.NO_ANSWER}
        assert reply.citations == ()


def test_prolotherapy_is_compared_with_surgery(real_answering: Answering):
    """An alternative is no treatment of the reply."""
    (reply,) = real_answering.answer(_compare("prolotherapy", alternatives=("surgery",)), ()).replies

    assert reply.answer_id == "prolotherapy_vs_surgery.comparison"
    assert reply.treatments == ("prolotherapy",)


def test_the_conversations_treatment_is_the_other_side(real_answering: Answering):
    """As in: how does that compare with PRP?"""
    (reply,) = real_answering.answer(_compare("prp"), ("prolotherapy",)).replies

    assert reply.answer_id == "prolotherapy_vs_prp.comparison"


def test_the_conversations_treatment_is_left_out_when_two_are_named(real_answering: Answering):
    """The patient has said what to compare."""
    (reply,) = real_answering.answer(_compare("prp", "exosomes"), ("prolotherapy",)).replies

    assert reply.answer_id == "prp_vs_exosomes.comparison"


def test_one_treatment_alone_asks_with_what(real_answering: Answering):
    """Each choice is a comparison that there is, with the treatment in it."""
    answered = real_answering.answer(_compare("prp"), ())

    (reply,) = answered.replies
    assert answered.outcome is Outcome.TREATMENT_NEEDED
    assert reply.kind is ReplyKind.CLARIFY
    assert reply.options
    assert all("prp" in option.treatments for option in reply.options)


def test_every_choice_of_a_comparison_leads_to_its_answer(real_answering: Answering):
    """A button that leads nowhere would be worse than none."""
    (reply,) = real_answering.answer(_compare(), ()).replies

    for option in reply.options:
        offered = tuple(slug for slug in option.treatments if slug in OFFERED)
        alternatives = tuple(slug for slug in option.treatments if slug not in OFFERED)
        (chosen,) = real_answering.answer(_compare(*offered, alternatives=alternatives), ()).replies
        assert chosen.kind is ReplyKind.ANSWER, option.title


def test_a_comparison_that_is_not_there_is_said_so_with_a_person_offered(real_answering: Answering):
    """Of what there is, pairs are offered."""
    (reply,) = real_answering.answer(_compare("prp", "exosomes", alternatives=("surgery",)), ()).replies

    assert reply.text == RESPONSES.text("utter_compare_not_there")
    assert reply.options[-1].intent == Intents.ASK_PERSON
    assert {len(option.treatments) for option in reply.options[:-1]} == {2}
