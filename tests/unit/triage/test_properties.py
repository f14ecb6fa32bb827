"""What hides no danger: harmless company, case, marks, line breaks, emoji; and how much typing errors may hide."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.bootstrap import read_triage
from bot.settings import load_settings
from bot.triage.floor import Floor
from tests.letter_forms import FORMS
from tests.unit.triage.triage_set import emergencies

TRIAGE = read_triage(load_settings({}))
HEARD = [row for row in emergencies()[::4] if TRIAGE.check(row.text)]
SURE = [row for row in HEARD if (flag := TRIAGE.check(row.text)) and flag.sure and flag.level == "emergency"]
HARMLESS = [
    "Thanks for your time.",
    "Hello, hope you are well.",
    "Do you have parking?",
    "Can I still have PRP next week?",
    "What does it cost?",
    "I am 54 and I had my knee done in March.",
]
# The letters beside each letter of a keyboard.
BESIDE = {
    "q": "wa", "w": "qes", "e": "wrd", "r": "etf", "t": "ryg", "y": "tuh", "u": "yij", "i": "uok", "o": "ipl",
    "p": "ol", "a": "qsz", "s": "awdx", "d": "sefc", "f": "drgv", "g": "fthb", "h": "gyjn", "j": "hukm", "k": "jil",
    "l": "kop", "z": "asx", "x": "zdc", "c": "xfv", "v": "cgb", "b": "vhn", "n": "bjm", "m": "nk",
}  # fmt: skip


@given(st.text(st.characters(exclude_categories=()), max_size=400))
@example("I can't \ud83d breathe")
@settings(max_examples=300, deadline=None)
def test_any_text_is_taken(text: str) -> None:
    """No Unicode raises, nor what is none."""
    TRIAGE.check(text)


@pytest.mark.parametrize("gap", [" ", "\n", "\n\n"])
def test_harmless_sentences_hide_nothing(gap: str) -> None:
    """A sure emergency still gets a card or a check with small talk or an ordinary question before or after it."""
    paired = [(row, HARMLESS[at % len(HARMLESS)]) for at, row in enumerate(SURE)]
    texts = [(row.id, f"{talk}{gap}{row.text}") for row, talk in paired]
    texts += [(row.id, f"{row.text}{gap}{talk}") for row, talk in paired]

    assert [place for place, text in texts if TRIAGE.check(text) is None] == []


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("upper case", str.upper),
        ("title case", str.title),
        ("line breaks", lambda text: text.replace(" ", "\n")),
        ("wide spaces", lambda text: text.replace(" ", "   ")),
        ("dots for commas", lambda text: text.replace(", ", "... ")),
        ("commas for full stops", lambda text: text.replace(". ", ", ")),
        ("emoji", lambda text: text.replace(" ", " \U0001f622 ")),
        ("exclamation marks", lambda text: text.replace(".", "!!!") + "!!"),
        ("no marks", lambda text: "".join(c for c in text if c.isalnum() or c in " '.\u2019")),
        ("curly apostrophes", lambda text: text.replace("'", "\u2019")),
        ("no apostrophes", lambda text: text.replace("'", "").replace("\u2019", "")),
    ],
)
def test_form_hides_nothing(name: str, change: Callable[[str], str]) -> None:
    """The form of a message takes no sure card away without a check, and seldom makes a check of it."""
    flags = {row.id: TRIAGE.check(change(row.text)) for row in SURE}
    lowered = [place for place, flag in flags.items() if flag is None or not flag.sure or flag.level != "emergency"]

    assert [place for place, flag in flags.items() if flag is None] == [], name
    assert len(lowered) / len(SURE) <= 0.05, (name, lowered)


@pytest.mark.parametrize("form", FORMS)
def test_letters_in_another_form_change_nothing(form: str) -> None:
    """A card is as sure in fullwidth, bold or Cyrillic letters, and with what is invisible between them."""
    texts = [row.text.lower() for row in HEARD[::6]]

    assert [TRIAGE.check(FORMS[form](text)) for text in texts] == [TRIAGE.check(text) for text in texts]


def test_one_typing_error_leaves_a_red_flag() -> None:
    """At least 0.97 of emergencies with one random typing error anywhere still get a card or a check."""
    chance = random.Random(7)  # noqa: S311 - typing errors keep no secret.
    tried = [_mistyped(row.text, chance) for row in HEARD for _ in range(4)]

    kept = sum(TRIAGE.check(text) is not None for text in tried)

    assert kept / len(tried) >= 0.97


def _mistyped(text: str, chance: random.Random) -> str:
    at = chance.choice([i for i, letter in enumerate(text) if letter.isalpha()])
    kind = chance.randrange(4)
    if kind == 0:
        return text[:at] + text[at + 1 :]
    if kind == 1:
        return text[:at] + text[at] + text[at:]
    if kind == 2:
        return text[:at] + text[at + 1 : at + 2] + text[at] + text[at + 2 :]
    return text[:at] + chance.choice(BESIDE.get(text[at].lower(), "x")) + text[at + 1 :]


@pytest.mark.parametrize(
    "unit",
    [
        "chestpainnumbarm",
        "sore knee after PRP, no fever. ",
        "no ",
        "no chest pain if numb arm hurt ",
        "chest pain numb arm hurt ",
        "temperature 38.9 bp 190/110 ",
        "x",
        "a\n",
    ],
)
def test_time_of_the_floor_grows_with_length_only(floor: Floor, unit: str) -> None:
    """Eight times the text takes about eight times as long, up to 100 kB."""
    short, long = (unit * (size // len(unit)) for size in (12_500, 100_000))
    floor.signs(short)

    assert _seconds(floor, long) < 24 * _seconds(floor, short) + 0.05


def _seconds(floor: Floor, text: str) -> float:
    """Give the processor time of the fastest of three: what else the machine does counts for nothing."""
    best = float("inf")
    for _ in range(3):
        start = time.thread_time()
        floor.signs(text)
        best = min(best, time.thread_time() - start)
    return best
