"""The clinic's files are looked through before anything is set up."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.cli import knowledge
from bot.errors import ContentError
from bot.settings import load_settings


def test_the_shipped_content_is_well():
    """Every file that a start reads can be read."""
    assert knowledge.check(load_settings({})).answers


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("timezone: America/Chicago", "timezone: Mars/Base", "use a name like America/Chicago"),
        ("treatments: [prolotherapy,", "treatments: [acupuncture, prolotherapy,", "'acupuncture' is none that"),
        ('emergency_number: "911"', 'emergency_number: ""', "emergency_number"),
    ],
)
def test_a_slip_in_clinic_yml_is_told_with_its_line(tmp_path: Path, old: str, new: str, problem: str):
    """Before the environments are made and the model is trained."""
    settings = load_settings({})
    text = settings.clinic_path.read_text(encoding="utf-8")
    path = tmp_path / "clinic.yml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    line = 1 + text[: text.index(old)].count("\n")

    with pytest.raises(ContentError, match=problem) as caught:
        knowledge.check(replace(settings, clinic_path=path))

    assert caught.value.line == line
