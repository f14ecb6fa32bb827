"""What never changes the verdict: harmless company, case, marks, line breaks, emoji; and how much typing errors may."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.triage import Triage
from tests.letter_forms import FORMS
from tests.unit.triage.conftest import RED_FLAGS
from tests.unit.triage.triage_set import Row, emergencies

TRIAGE = Triage.from_file(RED_FLAGS)
FOUND = [row for row in emergencies() if (flag := TRIAGE.check(row.text)) and flag.level == "emergency"]
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


@given(st.text(max_size=400))
@settings(max_examples=300, deadline=None)
def test_any_text_is_taken(text: str) -> None:
    """No Unicode raises."""
    TRIAGE.check(text)


@given(
    st.sampled_from(FOUND), st.sampled_from(HARMLESS), st.sampled_from(HARMLESS), st.sampled_from([" ", "\n", "\n\n"])
)
@settings(max_examples=300, deadline=None)
def test_harmless_sentences_hide_nothing(row: Row, before: str, after: str, gap: str) -> None:
    """An emergency still gets a card with small talk and ordinary questions around it."""
    assert TRIAGE.check(f"{before}{gap}{row.text}") is not None
    assert TRIAGE.check(f"{row.text}{gap}{after}") is not None


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
def test_form_hides_nothing(name: str, change: object) -> None:
    """The form of a message never takes the card away, and seldom its level."""
    assert callable(change)
    flags = {row.id: TRIAGE.check(change(row.text)) for row in FOUND}

    kept = sum(flag is not None and flag.level == "emergency" for flag in flags.values())
    assert not [place for place, flag in flags.items() if flag is None], name
    assert kept / len(FOUND) >= 0.99, name


@pytest.mark.parametrize("form", FORMS)
def test_letters_in_another_form_change_no_verdict(form: str) -> None:
    """A card is as sure in fullwidth, bold or Cyrillic letters, and with what is invisible between them."""
    texts = [row.text.lower() for row in FOUND[::12]]

    assert [TRIAGE.check(FORMS[form](text)) for text in texts] == [TRIAGE.check(text) for text in texts]


def test_one_typing_error_leaves_a_red_flag() -> None:
    """At least 0.97 of emergencies with one random typing error anywhere still raise a card."""
    chance = random.Random(7)  # noqa: S311 - typing errors keep no secret.
    tried = [_mistyped(row.text, chance) for row in FOUND for _ in range(4)]

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
    "unit", ["chestpainnumbarm", "sore knee after PRP, no fever. ", "no ", "chest pain numb arm hurt ", "x", "a\n"]
)
def test_time_grows_with_length_only(unit: str) -> None:
    """Eight times the text takes about eight times as long, up to 100 kB."""
    short, long = (unit * (size // len(unit)) for size in (12_500, 100_000))
    TRIAGE.check(short)

    assert _seconds(long) < 24 * _seconds(short) + 0.05


def _seconds(text: str) -> float:
    best = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        TRIAGE.check(text)
        best = min(best, time.perf_counter() - start)
    return best
