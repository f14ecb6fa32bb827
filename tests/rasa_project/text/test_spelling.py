"""Which words are repaired, and which are never touched."""

from __future__ import annotations

import pytest

from bot.nlu.knowledge import look_alike_medicines
from bot.nlu.project import project_path
from bot.nlu.text.spelling import Spelling

LOOK_ALIKES = look_alike_medicines(project_path("data/knowledge/look_alike_medicines.yml"))

TEXTS = ["how many sessions", "does the injection hurt", "recovery time after prolotherapy", "recovery at home", "knee"]
ENTITIES = {
    "medicine celecoxib": ["celebrex"],
    "medicine citalopram": ["celexa"],
    "medicine prednisone": ["prednisone"],
    "medicine lovastatin": ["lovastatin"],
    "medicine lavastatin": ["lavastatin"],
    "body_part ankle": ["ankle", "ankles"],
    "treatment prolotherapy": ["prolotherapy", "prolotherapies"],
}


@pytest.fixture(scope="module")
def spelling():
    """Return a spelling that knows a few words of the field."""
    return Spelling.from_texts(TEXTS, ENTITIES, known={"angle", "below", "home"} | LOOK_ALIKES)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("sesions", "sessions"),
        ("sessoins", "sessions"),
        ("sessionss", "sessions"),
        ("injektion", "injection"),
        ("recovry", "recovery"),
        ("proloterapy", "prolotherapy"),
        ("celebrx", "celebrex"),
        ("ankel", "ankle"),
    ],
)
def test_one_typing_error_is_repaired(spelling, typed, meant):
    """A letter missing, doubled, wrong or swapped is put right."""
    assert spelling.repair(typed) == meant


@pytest.mark.parametrize(
    "word", ["kne", "hrt", "angle", "below", "sessions", "xyzzy", "prolo-thrapy", "12345", "caf\u00e9", ""]
)
def test_short_known_and_strange_words_stay(spelling, word):
    """What is short, right already, or far from every known word is left as it is."""
    assert spelling.repair(word) == word


@pytest.mark.parametrize("word", [*sorted(LOOK_ALIKES), "celexa", "ankle"])
def test_medicine_or_body_part_never_becomes_another(spelling, word):
    """One real name is never turned into another one, however alike they look."""
    assert spelling.repair(word) == word


def test_word_between_two_medicines_stays(spelling):
    """Where two medicines are equally near, nothing is guessed."""
    assert spelling.repair("livastatin") == "livastatin"


def test_wrong_first_letter_is_repaired_in_long_words_only(spelling):
    """The first letter is rarely wrong, and in a short word it decides."""
    assert spelling.repair("xnkle") == "xnkle"
    assert spelling.repair("ercovery") == "recovery"
    assert spelling.repair("xecovery") == "recovery"
