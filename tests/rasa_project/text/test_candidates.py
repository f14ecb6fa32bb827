"""Which parts of a message may be questions of their own."""

from __future__ import annotations

import pytest

from bot.nlu.models.intent_model import RankedIntent
from bot.nlu.text.candidates import candidates_of
from bot.nlu.text.question_forms import Clause
from bot.nlu.text.questions import Candidate, Thresholds
from bot.nlu.text.words import reading, split_words

THRESHOLDS = Thresholds(asked=0.4, told=0.85, item=0.75, shared=0.5)


class Reader:
    """Classifies stretches by a table of their words; what is not in it is not understood."""

    def __init__(self, table: dict[str, tuple[str, float]], near: tuple[str, ...]) -> None:
        self._table, self._near = table, near

    def __call__(self, clause: Clause) -> Candidate:
        """Give the table's intent."""
        intent, confidence = self._table.get(reading(clause.words).strip(" ?,"), ("out_of_scope", 0.1))
        return Candidate(
            start=clause.words[0].start,
            end=clause.words[-1].end,
            asks=clause.asks,
            opens=clause.opens,
            ranking=(RankedIntent(intent, confidence), *(RankedIntent(other, 0.01) for other in self._near)),
        )


def parts(text, near=(), **table):
    """Return the parts that a message falls into; the table's keys have underscores for spaces."""
    read = Reader({words.replace("_", " "): intent for words, intent in table.items()}, near)
    words = split_words(text)
    whole = read(Clause(tuple(words), asks=True))
    return [text[part.start : part.end] for part in candidates_of(text, words, whole, read, THRESHOLDS)]


def test_list_of_topics_is_cut():
    """Each half is surely another topic, and the whole is one of them."""
    found = parts(
        "cost and recovery time",
        cost_and_recovery_time=("ask_cost", 0.6),
        cost=("ask_cost", 0.9),
        recovery_time=("ask_recovery_time", 0.9),
    )

    assert found == ["cost", "recovery time"]


@pytest.mark.parametrize(("near", "count"), [(("ask_recovery_time",), 2), (("ask_safety",), 1)])
def test_halves_that_the_whole_is_near_to_need_less(near, count):
    """The one topic is the likeliest of the whole, the other is near it."""
    found = parts(
        "cost and recovery time",
        near,
        cost_and_recovery_time=("ask_cost", 0.6),
        cost=("ask_cost", 0.6),
        recovery_time=("ask_recovery_time", 0.6),
    )

    assert len(found) == count


def test_long_list_is_cut_at_once():
    """The items of a list support each other, so each needs less."""
    found = parts(
        "risks / downtime / price",
        risks=("ask_risks_complications", 0.6),
        downtime=("ask_recovery_time", 0.5),
        price=("ask_cost", 0.6),
    )

    assert found == ["risks", "downtime", "price"]


@pytest.mark.parametrize(
    "halves",
    [
        {"back": ("ask_conditions_treated", 0.9), "neck_pain": ("ask_conditions_treated", 0.9)},
        {"back": ("ask_aftercare", 0.9), "neck_pain": ("ask_side_effects", 0.9)},
        {"back": ("ask_conditions_treated", 0.9), "neck_pain": ("ask_side_effects", 0.5)},
        {"back": ("ask_conditions_treated", 0.9), "neck_pain": ("out_of_scope", 0.9)},
    ],
)
def test_one_question_is_not_cut(halves):
    """Halves of one topic, torn from the whole, unsure, or no topic."""
    assert parts("back and neck pain", back_and_neck_pain=("ask_conditions_treated", 0.8), **halves) == [
        "back and neck pain"
    ]


def test_question_that_rests_on_what_is_told_keeps_it():
    """What "could I have it" asks is not clear without what was said before it."""
    found = parts(
        "what is in it? I am pregnant, could I have it?",
        what_is_in_it=("ask_solutions_used", 0.9),
        could_I_have_it=("ask_eligibility", 0.3),
        **{"i am pregnant could i have it": ("ask_contraindications", 0.7)},
    )

    assert found == ["what is in it?", "I am pregnant, could I have it?"]


def test_two_questions_stay_two_where_together_they_ask_the_first_again():
    """What asks of something by itself is not what the next question rests on."""
    found = parts(
        "gel fda approved? what would it do",
        what_would_it_do=("ask_mechanism", 0.5),
        gel_fda_approved=("ask_regulatory_status", 0.8),
        **{"gel fda approved ? what would it do": ("ask_regulatory_status", 0.9)},
    )

    assert found == ["gel fda approved?", "what would it do"]


def test_clear_question_leaves_the_story_before_it():
    """A story makes nothing surer."""
    found = parts(
        "my knee is old. does it hurt",
        does_it_hurt=("ask_pain_during", 0.95),
        **{"my knee is old . does it hurt": ("ask_pain_during", 0.6)},
    )

    assert found == ["my knee is old.", "does it hurt"]


def test_second_half_may_share_the_opening_of_the_first():
    """Once "will it bruise" is read, "will it hurt and bruise" is two questions."""
    found = parts(
        "will it hurt and bruise",
        will_it_hurt_and_bruise=("ask_pain_during", 0.6),
        will_it_hurt=("ask_pain_during", 0.9),
        bruise=("ask_side_effects", 0.3),
        will_it_bruise=("ask_side_effects", 0.9),
    )

    assert len(found) == 2


def test_shared_opening_needs_surer_halves():
    """A guess is not worth a second answer."""
    table = {"will_it_hurt_and_bruise": ("ask_pain_during", 0.6), "will_it_hurt": ("ask_pain_during", 0.9)}

    assert len(parts("will it hurt and bruise", **table, will_it_bruise=("ask_side_effects", 0.6))) == 1
