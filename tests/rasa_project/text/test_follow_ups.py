"""Which stretches of a message go on about what was spoken of."""

from __future__ import annotations

import pytest

from bot.nlu.text.entity_matcher import EntityMatcher
from bot.nlu.text.follow_ups import follow_up_kind, names_only
from bot.nlu.text.words import split_words
from bot.vocabulary import FollowUp

MATCHER = EntityMatcher(
    {
        "treatment": {"prp": "prp"},
        "body_part": {"knee": "knee", "neck": "neck"},
        "condition": {"tennis elbow": "tennis_elbow"},
        "medicine": {"advil": "ibuprofen", "fish oil": "fish_oil", "warfarin": "warfarin"},
    }
)


def read(text, judge):
    """Judge the whole of a text."""
    words = split_words(text)
    return judge(words, MATCHER.find(words))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("and my neck?", FollowUp.PLACE),
        ("what about for knees", FollowUp.PLACE),
        ("or tennis elbow", FollowUp.PLACE),
        ("same deal for a knee?", FollowUp.PLACE),
        ("knees?", FollowUp.PLACE),
        ("what about Advil", FollowUp.MEDICINE),
        ("and fish oil?", FollowUp.MEDICINE),
        ("can I take Advil then", FollowUp.MEDICINE),
        ("how long?", FollowUp.HOW_LONG),
        ("ok and for how long", FollowUp.HOW_LONG),
        ("what about after", FollowUp.AFTER),
        ("and beforehand?", FollowUp.BEFORE),
        ("why?", FollowUp.WHY),
        ("why is that", FollowUp.WHY),
        ("but why not", FollowUp.WHY),
        ("how come", FollowUp.WHY),
    ],
)
def test_follow_up_is_known_by_its_kind(text, kind):
    """Names, or one small word, with nothing else that says what is asked."""
    assert read(text, follow_up_kind) is kind


@pytest.mark.parametrize(
    "text",
    [
        "",
        "knee pain",
        "does prp help my knee",
        "and prp for my neck",
        "he takes warfarin",
        "can I take Advil after it",
        "how long does it last",
        "why does it hurt",
        "how often",
        "before and after",
        "what happens after",
    ],
)
def test_what_has_a_meaning_of_its_own_is_no_follow_up(text):
    """It is classified like any other question."""
    assert read(text, follow_up_kind) is None


@pytest.mark.parametrize(
    ("text", "only"),
    [
        ("for my knees", True),
        ("PRP?", True),
        ("neck pain with prp", True),
        ("pain with prp", False),
        ("and", False),
        ("knees hurt", False),
    ],
)
def test_names_alone_are_told_from_words(text, only):
    """A stretch of names belongs to its neighbour."""
    assert read(text, names_only) is only
