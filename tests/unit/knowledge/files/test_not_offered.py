"""What the clinic does not do at all, told by a message's words, and each way to break the file that lists it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.errors import ContentError
from bot.knowledge.files.content import Content
from bot.knowledge.files.not_offered import NotOffered
from bot.settings import load_settings

HAIR, PEPTIDES, OZONE, A2M = "treatment of hair or skin", "peptide shots", "ozone shots", "A2M shots"


@pytest.fixture
def ours() -> NotOffered:
    """Give the project's own list."""
    return NotOffered.from_file(load_settings({}).knowledge_path / "not_offered.yml")


def _name(ours: NotOffered, text: str, **more: Any) -> str | None:
    found = ours.named(text, **more)
    return None if found is None else found.name


def test_answers_that_speak_of_it_are_there(ours: NotOffered, content: Content):
    """Those are given all the same."""
    found = ours.named("hair loss")

    assert found is not None
    assert found.told
    assert set(found.told) <= {entry.id for entry in content.answers}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Do you do ozone injections?", OZONE),
        ("is PROLOZONE any good for a knee", OZONE),
        ("what about BPC-157 for my elbow", PEPTIDES),
        ("do u guys offer peptide therapy", PEPTIDES),
        ("alpha-2-macroglobulin shot price", A2M),
        ("can you help with hair loss?", HAIR),
        ("vampire facial with you possible?", HAIR),
        ("can I take collagen peptides after it", None),
        ("may I wash my hair after the neck shot", None),
        ("is there a bruise on the skin afterwards", None),
        ("does the shot cause hair loss", None),
        ("how many sessions will I need", None),
    ],
)
def test_what_is_not_offered_is_known_by_its_words(ours: NotOffered, text: str, named: str | None):
    """However it is written."""
    assert _name(ours, text) == named


def test_what_stands_beside_a_treatment_of_ours_is_left_to_its_answer(ours: NotOffered):
    """Unless our treatment is asked for it."""
    assert ours.named("I had ozone once, is PRP safe?", names_ours=True) is None
    assert _name(ours, "does PRP work for hair loss?", names_ours=True, places=["hair_loss"]) == HAIR
    assert ours.named("I have hair loss, can PRP help my knee?", names_ours=True, places=["hair_loss", "knee"]) is None


def test_a_clinic_may_go_without_a_list(tmp_path: Path):
    """Nothing is declined by its words then."""
    assert NotOffered.from_file(tmp_path / "not_offered.yml").named("ozone?") is None


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("other: []\n", 1),
        ("not_offered:\n- {name: ozone, words: [ozone]}\n- {name: hair}\n", 3),
        ("not_offered:\n- {name: ozone, words: [ozone], wrods: [x]}\n", 2),
    ],
)
def test_a_broken_list_names_its_line(tmp_path: Path, text: str, line: int):
    """As every content file does."""
    path = tmp_path / "not_offered.yml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(ContentError) as error:
        NotOffered.from_file(path)

    assert f"not_offered.yml:{line}:" in str(error.value) or f"line {line}" in str(error.value)
