"""What patients ask every day gets no card: the questions the assistant is trained on and measured with."""

from __future__ import annotations

import csv
from collections import Counter

import pytest
from ruamel.yaml import YAML

from bot.triage import Triage
from bot.triage.floor import Floor
from tests.unit.triage.conftest import ROOT
from tests.unit.triage.outcomes import outcome

SHORT = (
    "yes", "no", "1", "2", "ok", "ok thanks", "hello", "hi there", "bye", "both", "the first one", "PRP", "my knee",
    "cost", "how much", "stop", "help", "menu", "never mind", "yes please", "no thanks", "start over",
    "a person please", "please call me", "312 555 0111", "it is 312-555-0111", "jane@example.com", "Jane Doe",
    "tomorrow at 3", "?",
)  # fmt: skip
MOST_CARDS, MOST_CHECKS = 0.005, 0.05


def _measured() -> list[str]:
    with (ROOT / "tests" / "nlu" / "questions.tsv").open(encoding="utf-8", newline="") as file:
        return [row["text"] for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]


def _examples() -> list[str]:
    texts = []
    for path in sorted((ROOT / "data" / "nlu" / "topics").glob("*.yml")):
        for block in YAML(typ="safe").load(path)["nlu"]:
            texts.extend(line[2:].strip() for line in block["examples"].splitlines() if line.startswith("- "))
    return texts


def _known_to_be_heard() -> dict[str, str]:
    with (ROOT / "tests" / "triage_set" / "heard_in_questions.tsv").open(encoding="utf-8", newline="") as file:
        return {r["text"]: r["sign"] for r in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)}


def test_the_floor_hears_next_to_nothing_in_them(floor: Floor) -> None:
    """In twenty thousand these: people who fainted once, are blind, or ask of deaths; some are heard wrongly."""
    questions = _measured() + _examples()
    heard = {text: signs[0].slug for text in questions if (signs := floor.signs(text))}

    assert len(questions) > 20_000
    assert heard == _known_to_be_heard()


def test_they_get_no_card_and_few_checks(triage: Triage) -> None:
    """Of those that the model has not learned: a card for one in two hundred, a question for one in twenty at most."""
    found = {text: outcome(triage.check(text)) for text in _measured()}
    counts = Counter(found.values())

    cards = {text: got for text, got in found.items() if got.startswith("card")}
    assert len(cards) <= MOST_CARDS * len(found), cards
    assert counts["check"] <= MOST_CHECKS * len(found)


@pytest.mark.parametrize("text", SHORT)
def test_a_short_reply_gets_nothing(triage: Triage, text: str) -> None:
    """It tells of no danger, whatever the bot has asked: a choice, a way out, a phone number."""
    assert outcome(triage.check(text)) == "nothing"
