"""What the floor hears in a message, however it is written, and which cues make it something else than a report now."""

from __future__ import annotations

import pytest

from bot.triage.floor import Floor
from tests.letter_forms import FORMS

HEARD = [
    ("I can't breathe", "breathing"),
    ("so short of breath since the shot", "breathing"),
    ("my lips are swelling", "airway_swelling"),
    ("his throat is closing up", "airway_swelling"),
    ("my chest hurts", "chest_pain"),
    ("one side of her face is drooping", "stroke"),
    ("his speech is slurred", "stroke"),
    ("dad is having a seizure", "seizure"),
    ("I swallowed the whole bottle", "overdose"),
    ("my toddler drank bleach", "poisoning"),
    ("I want to kill myself", "self_harm"),
    ("I don't want to live any more", "self_harm"),
    ("she fainted in the car", "collapse"),
    ("he won't wake up", "collapse"),
    ("he is not waking up", "collapse"),
    ("her lips went blue", "blue_lips"),
    ("my hand turned blue and cold", "limb"),
    ("I'm coughing up blood", "coughing_blood"),
    ("numb between my legs", "cauda_equina"),
    ("I can't pee", "cauda_equina"),
    ("I can't move my leg", "paralysis"),
    ("shaking with chills", "sepsis"),
    ("she is suddenly confused", "confusion"),
    ("fever and a stiff neck with this headache", "meningitis"),
    ("I can't see", "vision_loss"),
    ("it won't stop bleeding", "bleeding"),
    ("he hit his head and is vomiting", "head_injury"),
    ("I'm pregnant and bleeding", "pregnancy_bleeding"),
    ("my knee is hot and swollen", "septic_joint"),
    ("I have a fever", "infection"),
    ("pus from the injection site", "infection"),
    ("my calf is swollen", "dvt"),
    ("headache since the epidural", "spinal_headache"),
    ("my foot went numb", "nerve"),
    ("the pain is unbearable", "uncontrolled_pain"),
    ("covered in hives", "allergic_reaction"),
    ("I can't keep water down", "vomiting_nonstop"),
]
NOT_HEARD = [
    "",
    "   \n",
    "STOP",
    "how much is PRP",
    "my knee is killing me",
    "do you have parking",
    "the swelling in my knee went down",
    "breathing exercises",
    "pain in my knee. My chest is fine",
]
WRITTEN = [
    "i cant breathe",
    "I CAN'T BREATHE!!!",
    "I can\u2019t breathe",
    "I can`t breathe",
    "I can t breathe",
    "i an't breathe",
    "I can not breathe",
    "I cannot breathe",
    "I couldn't breathe",
    "cnt breathe",
    "I really can't even breathe properly",
    "I\ncan't\nbreathe",
    "I   can't \t breathe",
    "I can't, breathe",
    "I can't... breathe",
    "\U0001f630 can't \U0001f630 breathe",
    "I c\u00e0n't br\u00e9athe",
    "struggling to breathe",
    "barely breath",
]
NUMBERS = [
    ("temperature 38.9", "infection"),
    ("temp of 38,5", "infection"),
    ("temperature is 101.5", "infection"),
    ("temperature of 100.4", "infection"),
    ("a fever of 102", "infection"),
    ("39.2 since last night", "infection"),
    ("bp is 195/115", "blood_pressure"),
    ("bp 190 over 95", "blood_pressure"),
    ("bp 150/112", "blood_pressure"),
    ("blood pressure 85/50", "blood_pressure"),
    ("took 20 tylenol", "overdose"),
    ("took 8 pills", "overdose"),
]
NUMBERS_OF_NO_DANGER = [
    "temperature 37.2",
    "temp of 99.1",
    "temperature of 100.3",
    "it costs 102.50 since March",
    "41F temperature of the room",
    "bp is 118/76",
    "bp 130 over 85",
    "blood pressure 100/70",
    "took 7 pills",
    "took 2 tylenol",
]
DENIED = [
    "no chest pain",
    "I have no chest pain at all",
    "I don't have any chest pain",
    "I do not have chest pain",
    "haven't had chest pain",
    "he denies chest pain",
    "without fever, calf is not swollen",
    "no sign of chest pain",
    "neither fever nor chest pain",
    "chest pain was ruled out",
    "the chest pain is gone",
    "chest pain went away",
]
PAST = [
    "I had a stroke in 2014",
    "history of seizures, chest pain too",
    "I used to have chest pain",
    "years ago I had chest pain",
    "chest pain ten years ago",
    "chest pain last summer",
    "in the past, chest pain",
    "had a seizure as a child",
    "the chest pain of back then",
    "chest pain in March, all good now",
]
SUPPOSED = [
    "if I get chest pain, what do I do",
    "what if my chest hurts",
    "in case I have a fever",
    "can it cause chest pain",
    "is there a risk of chest pain",
    "should I worry about chest pain",
    "I'm worried about chest pain",
    "how common is chest pain",
    "does anyone get chest pain",
    "I read about chest pain",
    "is chest pain common",
    "chest pain is a possible side effect",
]
SOMEONE = [
    "a friend of mine had chest pain",
    "people who have chest pain",
    "my uncle had chest pain",
    "in the movie somebody has chest pain",
]
TURNED = [
    "no fever, but my chest hurts",
    "no fever, now my chest hurts",
    "no cough. My chest hurts",
    "I had a stroke in 2014 and now my chest hurts",
    "years ago I was fine, today my chest hurts",
    "if that is so, but my chest hurts",
    "is it normal? My chest hurts",
    "a friend of mine sent me, however my chest hurts",
    "my chest hurts. That was ruled out",
    "My chest hurts.\n\nNo fever",
    "I asked if you are open because my chest hurts",
]
OWN = [
    "he is not breathing",
    "she isn't breathing",
    "not breathing since a minute",
    "he won't wake up",
    "can't breathe",
]
CLOSE = ["my wife", "my husband", "mom", "my son", "my grandfather", "my grandmother", "someone in the waiting room"]
DARK = [
    "if I kill myself",
    "I used to want to die",
    "years ago I was suicidal",
    "what if I kill myself",
    "is it common to be suicidal",
    "a friend of mine is suicidal",
    "read about suicide",
]
NOT_DARK = [
    "I am not going to kill myself",
    "I never want to kill myself",
    "no suicide thoughts",
    "he denies suicidal plans",
]


def _slugs(floor: Floor, text: str) -> set[str]:
    return {sign.slug for sign in floor.signs(text)}


@pytest.mark.parametrize(("text", "sign"), HEARD)
def test_what_must_never_be_missed_is_heard(floor: Floor, text: str, sign: str) -> None:
    """In the plainest words, whoever reports it."""
    assert sign in _slugs(floor, text)


@pytest.mark.parametrize("text", NOT_HEARD)
def test_nothing_is_heard_where_nothing_is_said(floor: Floor, text: str) -> None:
    """Single words of a sign are not the sign."""
    assert _slugs(floor, text) == set()


@pytest.mark.parametrize("text", WRITTEN)
def test_writing_makes_no_difference(floor: Floor, text: str) -> None:
    """Word forms, case, marks, accents, contractions and line breaks."""
    assert _slugs(floor, text) == {"breathing"}


@pytest.mark.parametrize("form", FORMS)
def test_letters_in_another_form_make_no_difference(floor: Floor, form: str) -> None:
    """Fullwidth, bold, look-alike letters, and what is invisible between them."""
    for text in ("i cannot breathe and my chest hurts", "no chest pain, but my lips are swelling"):
        assert _slugs(floor, FORMS[form](text)) == _slugs(floor, text) != set()


@pytest.mark.parametrize(
    "text", ["my lips are swelling", "my lip swells", "swelling of the lip", "swollen lips", "lips swelled"]
)
def test_a_word_counts_in_each_of_its_forms(floor: Floor, text: str) -> None:
    """And the order is free where a plus joins them."""
    assert _slugs(floor, text) == {"airway_swelling"}


def test_parts_stand_near_each_other(floor: Floor) -> None:
    """Four words apart at most; a full stop moves them apart."""
    assert _slugs(floor, "chest one two three four pain") == {"chest_pain"}
    assert _slugs(floor, "chest one two three four five pain") == set()
    assert _slugs(floor, "look at my chest. I feel some pain") == set()


@pytest.mark.parametrize(("text", "sign"), NUMBERS)
def test_number_of_danger_is_heard(floor: Floor, text: str, sign: str) -> None:
    """A fever in both scales, a pressure beyond its limits, eight pills and more."""
    assert sign in _slugs(floor, text)


@pytest.mark.parametrize("text", NUMBERS_OF_NO_DANGER)
def test_other_numbers_are_not(floor: Floor, text: str) -> None:
    """Below the limit, a price, an age."""
    assert _slugs(floor, text) == set()


@pytest.mark.parametrize("text", [*DENIED, *PAST, *SUPPOSED, *SOMEONE], ids=lambda text: str(text).replace(" ", "-"))
def test_a_cue_takes_a_report_back(floor: Floor, text: str) -> None:
    """Denied, over, supposed or somebody else's, said before or after; the learned model still reads it."""
    assert _slugs(floor, text) == set()


@pytest.mark.parametrize("text", TURNED)
def test_a_cue_reaches_no_further_than_its_thought(floor: Floor, text: str) -> None:
    """A word that turns it, or the end of the sentence, ends it."""
    assert "chest_pain" in _slugs(floor, text)


def test_a_cue_reaches_so_many_words_and_no_more(floor: Floor) -> None:
    """A denial six."""
    assert _slugs(floor, "no one two three four chest pain") == set()
    assert _slugs(floor, "no one two three four five six chest pain") == {"chest_pain"}


@pytest.mark.parametrize("text", OWN)
def test_a_cue_inside_the_phrase_denies_nothing(floor: Floor, text: str) -> None:
    """What does not work is the danger itself."""
    assert _slugs(floor, text) & {"breathing", "collapse"}


@pytest.mark.parametrize("who", CLOSE)
def test_danger_of_somebody_near_is_a_danger_now(floor: Floor, who: str) -> None:
    """Whoever writes may write for another."""
    assert _slugs(floor, f"{who} can't breathe") == {"breathing"}


@pytest.mark.parametrize("text", DARK)
def test_self_harm_is_heard_whatever_stands_around_it(floor: Floor, text: str) -> None:
    """Past, supposed or a friend's: the card is gentle, and missing one is worse."""
    assert _slugs(floor, text) == {"self_harm"}


@pytest.mark.parametrize("text", NOT_DARK)
def test_self_harm_that_is_denied_is_not_heard(floor: Floor, text: str) -> None:
    """Only that takes it back."""
    assert _slugs(floor, text) == set()


def test_the_gravest_sign_comes_first(floor: Floor) -> None:
    """A message with several signs names all."""
    heard = floor.signs("My knee is hot and red, I have a fever, and I can't breathe")

    assert [sign.slug for sign in heard] == ["breathing", "septic_joint", "infection"]


def test_one_report_that_no_cue_reaches_is_enough(floor: Floor) -> None:
    """The same sign denied elsewhere changes nothing."""
    assert _slugs(floor, "No chest pain yesterday. Now chest pain") == {"chest_pain"}
    assert _slugs(floor, "chest pain ten years ago. My chest hurts") == {"chest_pain"}


@pytest.mark.parametrize(
    ("text", "is_one_dose"),
    [
        ("I took aspirin this morning", True),
        ("Oops, I've accidentally had an Advil last night and my shot is tomorrow", True),
        ("took two Tylenol for my headache", True),
        ("I took 30 aspirin this morning", False),
        ("I took aspirin twice this morning", False),
        ("I took a bottle of aspirin", False),
        ("I took my wife's aspirin", False),
        ("I took aspirin and now I feel sick", False),
        ("I took aspirin and ibuprofen this morning", False),
        ("I took my Eliquis this morning", False),
        ("I took a pill this morning", False),
        ("", False),
    ],
)
def test_one_dose_of_an_everyday_medicine_is_told_by_every_word(floor: Floor, text: str, is_one_dose: bool) -> None:
    """Any word that is not in the list, of how much, of whose or of how they feel, makes it another message."""
    assert floor.hears_one_dose(text) is is_one_dose
