"""The danger model reads any text with little work, wherever in it the danger stands."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import cast

import numpy as np
import pytest

from bot.encoder.sentence_encoder import MAX_TOKENS, SentenceEncoder, Vectors
from bot.triage.danger_model import DangerModel, Reading, load_danger_model
from tests.unit.triage.conftest import DANGER, ENCODER
from tests.unit.triage.triage_set import emergencies, rows

WINDOW, CARRIED, MOST = 80, 10, 3
NOTHING = Reading(danger=0.0, emergency=0.0, crisis=0.0, sign="")
ODD_TEXTS = {
    "empty": "",
    "spaces": "  \n\t ",
    "marks": "?!...",
    "emoji": "\U0001f600\U0001f3fd\u200d\U0001f33e" * 40,
    "right to left": "\u0645\u0631\u062d\u0628\u0627 \u200f\u05e9\u05dc\u05d5\u05dd I can't breathe",
    "NUL": "I can't\x00 breathe\x00",
    "only NUL": "\x00",
    "lone surrogate": "I can't \ud83d breathe",
    "only a lone surrogate": "\udc00",
    "no spaces": "Icantbreathe" * 3,
    "a digit of another script": "\u0663\u00b2 pills",
    "tabs for spaces": "I\tcan't\tbreathe",
}
LONG_TEXTS = {
    "words": "chest pain and a numb arm ",
    "no spaces": "chestpainnumbarm",
    "one letter": "a",
    "sentences": "My knee is sore. ",
    "lines": "a\n",
    "marks": "?",
    "emoji": "\U0001f630",
    "NUL": "\x00",
    "right to left": "\u05e9\u05dc\u05d5\u05dd ",
}
SMALL_TALK = (
    "Thank you for your time last week.",
    "I am writing about my second visit to your clinic.",
    "The parking behind the house was easy to find.",
    "My sister drove me there and waited in the cafe.",
    "I would like to know what the next one costs.",
    "Can I pay by card, and do you send an invoice?",
    "The leaflet says to bring a list of what I take.",
    "I play tennis on Sundays and hope to again.",
    "Your colleague at the desk was kind.",
    "Please tell me the opening hours in December.",
)


class Words:
    """A small encoder: a word is a token, and a text points where the danger is if "help" is among its words."""

    def __init__(self) -> None:
        self.encoded: list[str] = []
        self.vocabulary: dict[str, int] = {"help": 0, "knee": 1}

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Keep the texts; point one way or the other."""
        self.encoded = list(texts)
        return np.array([[1, 0] if "help" in text.split() else [0, 1] for text in texts], np.float32)

    def tokens(self, text: str) -> list[int]:
        """Number the words that there are weights for; the others are all number 2."""
        return [self.vocabulary.get(word, 2) for word in text.split()]


class Counted:
    """The real encoder, whose work is counted."""

    def __init__(self) -> None:
        self._encoder = SentenceEncoder(ENCODER)
        self.encoded = 0
        self.letters = 0

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Count the texts."""
        self.encoded += len(texts)
        return self._encoder.encode(texts)

    def tokens(self, text: str) -> list[int]:
        """Count the letters."""
        self.letters += len(text)
        return self._encoder.tokens(text)


@pytest.fixture(scope="module")
def model() -> DangerModel:
    """The model of the project."""
    return load_danger_model(DANGER, ENCODER)


@pytest.fixture
def words() -> Words:
    """A stand-in for the encoder."""
    return Words()


@pytest.fixture
def small(words: Words) -> DangerModel:
    """A model around it: "help" is an emergency and sign "a"; "knee" tells half as much as "help"."""
    heads = {
        "level_weights": np.array([[0, 0, 1, 0], [1, 0, 0, 0]], np.float32),
        "level_bias": np.zeros(4, np.float32),
        "sign_weights": np.array([[1, 0], [0, 0]], np.float32),
        "sign_bias": np.zeros(2, np.float32),
        "token_weights": np.array([1.0, 0.5, 0.0], np.float32),
    }
    card = {"version": "test", "signs": ["a", "b"], "scale": 9.0, "sure_sign": 0.6}
    return DangerModel(cast("SentenceEncoder", words), heads, card)


def _card() -> dict[str, object]:
    card: dict[str, object] = json.loads((DANGER / "model.json").read_text(encoding="utf-8"))
    return card


def _sentence(count: int, word: str = "word", first: int = 0) -> str:
    """Give so many words, each another: repeated ones would be read once."""
    return " ".join(f"{word}{number}" for number in range(first, first + count)) + "."


# Windows, with the stand-in.


@pytest.mark.parametrize("text", ["I need help", "I need help. Now!", "  I   need\n help "])
def test_a_short_message_is_read_in_one_piece(small: DangerModel, words: Words, text: str):
    """Spaces and line breaks are only spaces."""
    small.read(text)

    assert words.encoded == [" ".join(text.split())]


def test_letters_are_read_in_their_plain_form(small: DangerModel, words: Words):
    """As the floor reads them."""
    small.read("\uff48\uff45\uff4c\uff50 m\u0435 please")

    assert words.encoded == ["help me please"]


@pytest.mark.parametrize("text", ["", " \n ", "...", "\U0001f600 \U0001f600", "\x00"])
def test_without_a_letter_or_digit_nothing_is_read(small: DangerModel, words: Words, text: str):
    """And there is no danger."""
    assert small.read(text) == NOTHING
    assert words.encoded == []


def test_sentences_fill_a_window(small: DangerModel, words: Words):
    """One that does not fit begins the next, after the last words of the one before."""
    first, second, third = _sentence(50, "one"), _sentence(30, "two"), _sentence(20, "three")
    small.read(f"{first} {second} {third}")

    assert words.encoded == [f"{first} {second}", f"{_sentence(CARRIED, 'two', 30 - CARRIED)} {third}"]


def test_a_sentence_longer_than_a_window_is_cut(small: DangerModel, words: Words):
    """Nothing of it is lost."""
    named = [f"w{number}" for number in range(200)]
    small.read(" ".join(named))

    assert [len(text.split()) for text in words.encoded] == [80, 90, 50]
    assert list(dict.fromkeys(" ".join(words.encoded).split())) == named


def test_of_many_windows_those_are_read_whose_words_tell_most(small: DangerModel, words: Words):
    """In the order of the message."""
    weights = {3: "knee", 5: "help", 8: "knee knee", 9: "word"}
    sentences = [f"n{number} {weights.get(number, 'word')} {_sentence(75)}" for number in range(12)]
    small.read(" ".join(sentences))

    own = [next(word for word in text.split()[CARRIED:] if word[0] == "n") for text in words.encoded]
    assert own == ["n3", "n5", "n8"]


def test_the_window_that_tells_most_of_a_danger_decides(small: DangerModel):
    """Level and sign are those of the window with the help in it."""
    reading = small.read(f"{_sentence(80)} Please help now. {_sentence(70)}")

    assert reading.danger > 0.99
    assert reading.emergency == pytest.approx(reading.danger, abs=0.001)
    assert reading.crisis < 0.001
    assert reading.sign == "a"
    assert small.read(_sentence(200)).danger < 0.01


@pytest.mark.parametrize(
    ("text", "fluent"),
    [
        ("my knee hurts", True),
        ("¿cuánto cuesta?", True),
        ("không thở được", True),
        ("38.5", True),
        ("\uff2d\uff59 \uff4b\uff4e\uff45\uff45", True),
        ("PRP сколько стоит", False),
        ("这个治疗安全吗", False),
        ("كم عدد الجلسات", False),
    ],
)
def test_it_says_whether_it_can_read_the_letters(model: DangerModel, text: str, fluent: bool):
    """Most of them are Latin, in whatever form."""
    assert model.read(text).fluent is fluent


def test_a_sign_is_named_only_where_it_is_sure(small: DangerModel):
    """Both signs are alike without the help."""
    assert not small.read("my knee").sign


# The real model.


@pytest.mark.parametrize("text", ODD_TEXTS.values(), ids=ODD_TEXTS.keys())
def test_odd_text_is_read(model: DangerModel, text: str):
    """Whatever a patient sends, there are chances between 0 and 1."""
    reading = model.read(text)

    assert 0 <= reading.crisis <= reading.emergency + 1e-6 <= reading.danger + 2e-6 <= 1 + 2e-6


@pytest.mark.parametrize("name", LONG_TEXTS)
def test_work_grows_with_length_only(model: DangerModel, name: str):
    """Of 100 kB three windows at most are encoded, and the text is cut into tokens a few times."""
    unit = LONG_TEXTS[name]
    text = unit * (100_000 // len(unit))
    counted = Counted()
    heavy = DangerModel(cast("SentenceEncoder", counted), model._heads, _card())

    heavy.read(text)

    assert counted.encoded <= MOST
    # Once to see whether a window is read whole, once to weigh it; one that is cut in two, each half once more.
    assert counted.letters <= 3 * (1 + CARRIED / (WINDOW - CARRIED)) * len(text)


def test_a_window_is_read_whole(model: DangerModel):
    """Also where words are mistyped and each is several tokens: what is cut off is never looked at."""
    encoder = Counted()
    watched = DangerModel(cast("SentenceEncoder", encoder), model._heads, _card())
    texts = [" ".join(row.text for row in rows("red_flags.tsv")[start : start + 8]) for start in range(0, 160, 8)]
    texts.append("my kneee is sooore sinse teh injecton and i wnat to knwo wehn teh swelilng goss donw agian " * 6)
    full = [window for text in texts for window in watched._windows(text) if len(encoder.tokens(window)) >= MAX_TOKENS]

    assert full == []


def test_the_same_text_gives_the_same_numbers(model: DangerModel):
    """Whatever was read in between, and read from the files anew."""
    texts = [row.text for row in (*rows("red_flags.tsv")[::90], *rows("not_red_flags.tsv")[::90])]
    first = [model.read(text) for text in texts]
    anew = load_danger_model.__wrapped__(DANGER, ENCODER)

    assert [model.read(text) for text in reversed(texts)] == first[::-1]
    assert [anew.read(text) for text in texts] == first


@pytest.mark.parametrize(
    "form",
    ["{} \U0001f622", "{}\U0001f622\U0001f622", "{} \U0001f622 \U0001f622 \U0001f622", "\U0001f62d {} \U0001f494"],
)
def test_emoji_around_a_report_take_nothing_from_it(model: DangerModel, form: str):
    """The encoder knows none of them; who cries for help often sends some."""
    texts = [row.text for row in emergencies()[::12]]
    lost = [text for text in texts if model.read(form.format(text)).danger < model.read(text).danger - 0.05]

    assert lost == []


def test_small_talk_is_seldom_a_danger(model: DangerModel):
    """A letter without a question is still taken for one at times: a weakness that docs/safety.md tells of."""
    letters = [" ".join(SMALL_TALK[:count]) for count in range(1, len(SMALL_TALK) + 1)]

    assert sum(model.read(letter).danger >= 0.5 for letter in letters) <= 3


@pytest.mark.parametrize(
    "placed",
    [
        lambda talk, danger: f"{talk} {danger}",
        lambda talk, danger: f"{danger} {talk}",
        lambda talk, danger: f"{talk} {danger} {talk}",
        lambda talk, danger: f"{talk}\n\n{danger}\n\n{talk}",
    ],
    ids=["last", "first", "middle", "paragraph"],
)
def test_danger_in_a_long_message_is_found(model: DangerModel, placed: Callable[[str, str], str]):
    """Some 400 words of small talk around it leave it likelier than not."""
    talk = " ".join(SMALL_TALK * 2)
    alone = {row.id: row.text for row in emergencies()[::12] if model.read(row.text).danger > 0.9}
    lost = [place for place, text in alone.items() if model.read(placed(talk, text)).danger < 0.5]

    assert len(alone) > 30
    assert len(lost) / len(alone) <= 0.05, lost
