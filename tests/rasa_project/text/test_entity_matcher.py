"""Which entities the rules find, and which they do not."""

from __future__ import annotations

import pytest

from bot.nlu.text.entity_matcher import EntityMatcher
from bot.nlu.text.words import split_words

FORMS = {
    "treatment": {
        "prp": "prp",
        "platelet-rich plasma": "prp",
        "bone marrow": "stem_cell",
        "cortisone": "steroid_injection",
        "p.r.p.": "prp",
    },
    "body_part": {"knee": "knee", "bone": "bone", "elbow": "elbow"},
    "condition": {"tennis elbow": "tennis_elbow", "knee arthritis": "arthritis"},
    "medicine": {"cortisone": "cortisone", "aspirin": "aspirin"},
}


@pytest.fixture(scope="module")
def matcher():
    """Return a matcher with a few forms of each kind."""
    return EntityMatcher(FORMS)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("is PRP safe", [("treatment", "prp")]),
        ("Platelet rich plasma", [("treatment", "prp")]),
        ("platelet-rich  plasma", [("treatment", "prp")]),
        ("P.R.P. shots", [("treatment", "prp")]),
        ("both knees", [("body_part", "knee")]),
        ("bone marrow for the bone", [("treatment", "stem_cell"), ("body_part", "bone")]),
        ("cortisone or aspirin", [("treatment", "steroid_injection"), ("medicine", "aspirin")]),
        ("my tennis elbow", [("condition", "tennis_elbow"), ("body_part", "elbow")]),
        ("kneel down", []),
        ("platelet, rich plasma", []),
        ("", []),
    ],
)
def test_longest_form_wins(matcher, text, found):
    """Forms match whole words, whatever their case, hyphens and plural; a body part stays inside a condition."""
    assert [(entity.kind, entity.value) for entity in matcher.find(split_words(text))] == found


def test_matcher_does_not_grow_with_what_patients_type(matcher):
    """The vocabulary holds the forms and nothing else, so a flood of new words costs no memory."""
    before = len(matcher._vocab.strings)

    for number in range(200):
        matcher.find(split_words(f"word{number} knee"))

    assert len(matcher._vocab.strings) <= before + 1
