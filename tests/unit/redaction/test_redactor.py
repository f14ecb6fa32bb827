"""Personal details go, and what a clinician needs to read stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.evaluation.redaction import ALL_KINDS, SETS, found_shares, over_redacted, read_marked
from bot.redaction.redactor import REDACTION, Redactor, load_redactor
from bot.settings import ROOT
from bot.yaml_file import read_plain

LEAST_FOUND = {"dev.txt": 0.97, "test.txt": 0.91}
MOST_WRONG = 0.02
"""Of the texts of a set, those in which something else is taken for a detail."""


@pytest.fixture(scope="module")
def redactor() -> Redactor:
    """Give the one that the edge uses."""
    return load_redactor(ROOT / REDACTION, "US")


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("My name is Zsofia Kerekes.", "My name is [name]."),
        ("this is dave, call 312-555-0142 ext 4", "this is [name], call [phone]"),
        ("Write to zoe@mail.example", "Write to [email]"),
        ("I live at 12 Elm Street, apt 4, Austin, TX 78745 now", "I live at [address] now"),
        ("born on May 3, 1961, ok?", "born on [birth date], ok?"),
        ("visa 4111 1111 1111 1111", "visa [card number]"),
        ("member ID XZA 99 1234567", "member ID [id number]"),
        ("Ana's knee is sore", "[name]'s knee is sore"),
    ],
)
def test_details_are_replaced_by_their_kind(redactor: Redactor, text: str, redacted: str):
    """What is left can still be understood."""
    assert redactor.redact(text).text == redacted


@pytest.mark.parametrize(
    "text",
    [
        "I had surgery on 3/4/2019",
        "It cost $1,200.00 and 5000 mg a day",
        "Baker's cyst, Morton's neuroma, Tommy John surgery, Graves disease",
        "Can I come in May or in June?",
        "Is there a clinic in Austin or at the Mayo Clinic?",
        "2 shots a day is a long way to go",
        "Order 55817 never came",
        "will it hurt, and may I drive?",
    ],
)
def test_what_names_nobody_stays(redactor: Redactor, text: str):
    """Dates of surgery, prices, diseases with a discoverer's name, months and places."""
    assert redactor.redact(text).text == text


def test_a_known_name_goes_wherever_it_stands(redactor: Redactor):
    """The contact of a conversation says how the patient is called."""
    said = "quillo again, can i drive"

    assert redactor.redact(said).text == said
    assert redactor.redact(said, ["Quillo Banks"]).text == "[name] again, can i drive"


def test_the_text_is_kept_around_what_goes(redactor: Redactor):
    """Letters in other forms count as what they stand for."""
    assert (
        redactor.redact("call \uff13\uff11\uff12-\uff15\uff15\uff15-\uff10\uff11\uff14\uff12, please").text
        == "call [phone], please"
    )
    assert redactor.redact("").text == ""


@pytest.mark.slow(reason="reads every name that the examples know")
@pytest.mark.parametrize("kind", ["body_parts", "conditions", "medicines", "treatments"])
def test_no_medical_name_is_redacted(redactor: Redactor, kind: str):
    """A question without what it is about teaches nothing."""
    blocks = read_plain(ROOT / "data" / "nlu" / f"{kind}.yml")["nlu"]
    names = [line.removeprefix("- ").strip() for block in blocks for line in block["examples"].splitlines()]
    said = [form for name in names for form in (name, name.title(), f"I take {name} and it hurts", f"I'm {name}, ok?")]

    assert [text for text in said if redactor.find(text)] == []


@pytest.mark.parametrize("name", SETS)
def test_the_published_figures_hold(redactor: Redactor, name: str):
    """docs/privacy.md says them."""
    texts = read_marked(ROOT / "tests" / "redaction_set" / name)
    found = next(share for share in found_shares(redactor, texts) if share.name == ALL_KINDS)
    wrong = over_redacted(redactor, texts)[-1]

    assert len(texts) == 150
    assert (found.value or 0) >= LEAST_FOUND[name]
    assert (wrong.value or 0) <= MOST_WRONG


def test_a_mark_of_no_kind_is_an_error(tmp_path: Path):
    """A slip in the set must not count as a text without details."""
    path = tmp_path / "set.txt"
    path.write_text("I am {nome|Ana}\n", encoding="utf-8")

    with pytest.raises(Exception, match="no kind 'nome'"):
        read_marked(path)
