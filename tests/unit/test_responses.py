"""Fixed wordings are looked up by name in domain.yml, and never reach a patient with a gap in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import ContentError
from bot.responses import FixedResponses


def test_placeholders_are_filled():
    """Each with its own value."""
    responses = FixedResponses({"utter_taken": "{staff} of {clinic} is here."})

    assert responses.text("utter_taken", staff="Ana", clinic="Cedar Grove") == "Ana of Cedar Grove is here."


def test_a_value_that_looks_like_a_placeholder_stays_as_it_is():
    """A name with braces in it is only a name."""
    responses = FixedResponses({"utter_taken": "{staff} of {clinic}"})

    assert responses.text("utter_taken", staff="{clinic}", clinic="X") == "{clinic} of X"


@pytest.mark.parametrize("name", ["utter_missing", "utter_taken"])
def test_a_wording_or_value_that_is_missing_is_a_fault_of_the_program(name: str):
    """No patient reads "{staff}"."""
    with pytest.raises(KeyError):
        FixedResponses({"utter_taken": "{staff} is here."}).text(name)


def test_responses_are_read_from_a_domain_file(tmp_path: Path):
    """The first variant is the wording."""
    path = tmp_path / "domain.yml"
    path.write_text("responses:\n  utter_greet:\n  - text: Hello.\n", encoding="utf-8")

    responses = FixedResponses.from_file(path)

    assert "utter_greet" in responses
    assert "utter_other" not in responses
    assert responses.text("utter_greet") == "Hello."


@pytest.mark.parametrize("variants", ["[]", "Hello.", "[{image: x.png}]", '[{text: ""}]', "[Hello.]"])
def test_a_response_without_a_text_is_told_with_its_line(tmp_path: Path, variants: str):
    """Rasa would say nothing at all."""
    path = tmp_path / "domain.yml"
    path.write_text(f"intents: []\nresponses:\n  utter_greet: {variants}\n", encoding="utf-8")

    with pytest.raises(ContentError, match="response utter_greet needs a text") as raised:
        FixedResponses.from_file(path)

    assert raised.value.line == 3
