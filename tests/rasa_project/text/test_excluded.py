"""A treatment that is named only to be left out is marked; one that is asked about is not."""

from __future__ import annotations

import pytest

from bot.nlu.text.entity_matcher import EntityMatcher
from bot.nlu.text.excluded import with_excluded
from bot.nlu.text.words import split_words

NAMES = {"treatment": {"prp": "prp", "stem cells": "stem_cell", "exosomes": "exosomes", "prolotherapy": "prolotherapy"}}


def left_out(text: str) -> list[str]:
    """Give the treatments that a text leaves out."""
    words = split_words(text)
    found = with_excluded(words, EntityMatcher(NAMES).find(words))
    return [entity.value for entity in found if entity.role is not None]


@pytest.mark.parametrize(
    ("text", "treatments"),
    [
        ("what can you offer other than PRP", ["prp"]),
        ("anything but stem cells", ["stem_cell"]),
        ("not exosomes", ["exosomes"]),
        ("Besides prolotherapy, what do you have?", ["prolotherapy"]),
        ("is there something apart from the PRP for my knee", ["prp"]),
        ("how much is everything except for exosomes", ["exosomes"]),
        ("I don't want PRP, what else is there", ["prp"]),
        ("I do not want to have PRP", ["prp"]),
        ("prolotherapy instead of PRP", ["prp"]),
        ("PRP, not prolotherapy", ["prolotherapy"]),
        ("anything other than PRP or stem cells", ["prp", "stem_cell"]),
        ("what do you do without exosomes and stem cells", ["exosomes", "stem_cell"]),
        ("not PRP but exosomes", ["prp"]),
        ("does it hurt? I do not mean PRP", ["prp"]),
        ("does it hurt? I'm not talking about PRP", ["prp"]),
        ("cost of all of them but PRP", ["prp"]),
        ("how much is any treatment but PRP", ["prp"]),
        ("all of them, but not PRP", ["prp"]),
        ("how long is recovery, not for PRP", ["prp"]),
        ("no not PRP, how many sessions", ["prp"]),
        ("no PRP, how many sessions", ["prp"]),
        ("forget prp, does it hurt", ["prp"]),
        ("does it hurt? and forget about PRP", ["prp"]),
        ("never mind PRP, is it safe", ["prp"]),
        ("any treatment except prolotherapy, is it safe", ["prolotherapy"]),
    ],
)
def test_what_is_left_out_is_marked(text: str, treatments: list[str]):
    """However it is said, and what is joined to it."""
    assert left_out(text) == treatments


@pytest.mark.parametrize(
    "text",
    [
        "is PRP not safe",
        "is not PRP safer than surgery",
        "why not PRP",
        "isn't PRP better",
        "doesn't PRP hurt",
        "nothing but PRP",
        "not only PRP",
        "how does PRP work and not hurt",
        "but PRP is what I want",
        "PRP or prolotherapy",
        "should I not have anything before PRP",
        "does it cost more than PRP",
        "I want PRP",
        "don't forget PRP",
        "can I skip PRP",
        "did I forget PRP",
        "no, PRP",
        "is there no PRP for children",
        "is it not for PRP that I pay",
        "I like all of it but PRP is what I want",
    ],
)
def test_what_is_asked_about_is_not(text: str):
    """A "not" before a name may ask."""
    assert left_out(text) == []
