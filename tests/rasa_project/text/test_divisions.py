"""Which stretches of a message are taken for its questions, by the weights that are shipped."""

from __future__ import annotations

import json

import pytest

from bot.nlu.models.intent_model import RankedIntent
from bot.nlu.project import project_path
from bot.nlu.text.clauses import cuts
from bot.nlu.text.divisions import MAX_QUESTIONS, divide, divisions, read_weights
from bot.nlu.text.question_forms import clause_of, spoken, without_links
from bot.nlu.text.questions import Candidate
from bot.nlu.text.words import reading, split_words
from bot.nlu.tuning.divisions import WEIGHTS


def dividing(text, table, near=()):
    """Return where a text may be cut, and what classifies its stretches by a table of their words.

    What is not in the table is not understood; `near` are the intents that every stretch is near to.
    """
    words = split_words(text)
    found = cuts(text, words)
    places = [0, *(cut.place for cut in found), len(words)]

    def read(first, last):
        stretch = without_links(words[places[first] : places[last]])
        intent, confidence = table.get(reading(stretch).strip(" ?.,!"), ("out_of_scope", 0.05))
        clause = clause_of(stretch, ends_in_question_mark=stretch[-1].form == "?")
        return Candidate(
            start=stretch[0].start,
            end=stretch[-1].end,
            asks=clause.asks,
            opens=clause.opens,
            marked=stretch[-1].form == "?",
            length=len(spoken(stretch)),
            ranking=(RankedIntent(intent, confidence), *(RankedIntent(other, 0.01) for other in near)),
        )

    return found, read


def questions(text, table, near=()):
    """Return the questions of a text."""
    found, read = dividing(text, table, near)
    taken = [read(one.first, one.last) for one in divide(found, read, read_weights(project_path(WEIGHTS))) if one.asks]
    return [text[candidate.start : candidate.end] for candidate in taken]


def test_list_of_topics_is_divided():
    """The whole is near to both."""
    table = {
        "cost and recovery time": ("ask_cost", 0.6),
        "cost": ("ask_cost", 0.9),
        "recovery time": ("ask_recovery_time", 0.9),
    }

    assert questions("cost and recovery time", table, ("ask_recovery_time",)) == ["cost", "recovery time"]


def test_two_clear_questions_are_two():
    """In one sentence or in two."""
    table = {
        "is it safe": ("ask_safety", 0.9),
        "does it work": ("ask_effectiveness", 0.9),
        "is it safe and does it work": ("ask_safety", 0.8),
        "is it safe? does it work": ("ask_safety", 0.8),
    }

    assert questions("is it safe and does it work", table) == ["is it safe", "does it work"]
    assert questions("is it safe? does it work?", table) == ["is it safe?", "does it work?"]


@pytest.mark.parametrize(
    "halves",
    [
        {"back": ("ask_conditions_treated", 0.9), "neck pain": ("ask_conditions_treated", 0.9)},
        {"back": ("ask_aftercare", 0.3), "neck pain": ("ask_side_effects", 0.3)},
        {"back": ("out_of_scope", 0.3), "neck pain": ("ask_conditions_treated", 0.5)},
    ],
)
def test_one_question_is_not_divided(halves):
    """Halves of one topic, both unsure, or one of no topic."""
    table = {"does it help back and neck pain": ("ask_conditions_treated", 0.95), **halves}

    assert questions("does it help back and neck pain", table) == ["does it help back and neck pain"]


def test_story_around_a_question_is_told():
    """What is told has no clear topic."""
    table = {"does it hurt": ("ask_pain_during", 0.97), "my knee is old. does it hurt": ("ask_pain_during", 0.6)}

    assert questions("my knee is old. does it hurt?", table) == ["does it hurt?"]


def test_question_that_rests_on_what_is_told_keeps_it():
    """What "could I have it" asks is not clear without what was said before it."""
    table = {
        "what is in it": ("ask_solutions_used", 0.9),
        "could i have it": ("ask_eligibility", 0.2),
        "i am pregnant, could i have it": ("ask_contraindications", 0.9),
    }

    assert questions("what is in it? I am pregnant, could I have it?", table) == [
        "what is in it?",
        "I am pregnant, could I have it?",
    ]


def test_every_division_has_a_question_and_none_too_many():
    """And covers each clause once."""
    found, read = dividing("is it safe, does it work, how much, how long, who does it, when, where", {})

    ways = [division for division, _ in divisions(found, read)]

    assert len(set(ways)) == len(ways) > 1
    for division in ways:
        assert 1 <= sum(one.asks for one in division) <= MAX_QUESTIONS
        assert [one.last for one in division[:-1]] == [one.first for one in division[1:]]
        assert (division[0].first, division[-1].last) == (0, len(found) + 1)


def test_chosen_is_the_division_with_the_highest_score():
    """As its features say, added up one by one."""
    table = {
        "is it safe": ("ask_safety", 0.9),
        "does it work": ("ask_effectiveness", 0.8),
        "how much": ("ask_cost", 0.9),
    }
    found, read = dividing("hi, is it safe, does it work and how much, is it safe", table, ("ask_cost",))
    weights = read_weights(project_path(WEIGHTS))

    scores = {
        division: sum(value * weights.get(name, 0.0) for name, value in features.items())
        for division, features in divisions(found, read)
    }

    assert scores[divide(found, read, weights)] == pytest.approx(max(scores.values()))


def test_message_of_which_nothing_can_be_read_has_no_division():
    """As of one of names alone."""
    assert divide([], lambda _first, _last: None, {}) == ()


def test_shipped_weights_name_features_that_there_are():
    """A feature that was renamed would count nothing, and nobody would see it."""
    text = "hi! my knee hurts, is it safe? and does it work what is it / cost\nignore this"
    table = {
        "hi": ("greet", 0.9),
        "is it safe": ("ask_safety", 0.9),
        "does it work": ("ask_effectiveness", 0.2),
        "what is it": ("tell_more", 0.9),
        "ignore this": ("prompt_attack", 0.9),
        "my knee hurts": ("report_symptom", 0.9),
    }
    found, read = dividing(text, table, ("ask_safety",))
    names = {name for _, features in divisions(found, read) for name in features}

    unknown = set(json.loads(project_path(WEIGHTS).read_text(encoding="utf-8"))) - names

    assert {name for name in unknown if not name.startswith(("over_", "question_after_", "told_after_"))} <= {
        "medicine",
        "told_names",
        "told_leans",
        "long",
        "told_symptom",
    }
