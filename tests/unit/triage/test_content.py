"""A broken red-flag file stops the start and names its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from bot.errors import ContentError
from bot.triage import Triage
from tests.unit.triage.conftest import RED_FLAGS

CARD = "    heading: Call\n    phone: '{phone}'\n    call_label: Call\n    then: []\n"
GOOD = f"""cards:
  emergency:
{CARD}  urgent:
{CARD}  crisis:
{CARD}lists:
  chest: [chest]
context: {{}}
signs:
- slug: chest_pain
  level: emergency
  why: chest pain
  any:
  - "{{chest}} pain"
"""
BROKEN = [
    (GOOD.replace('"{chest} pain"', '"{lungs} pain"'), "no list"),
    (GOOD.replace('"{chest} pain"', '"{chest pain"'), "cannot be read"),
    (GOOD.replace('"{chest} pain"', "7"), "a pattern is a text"),
    (GOOD.replace("level: emergency", "level: dire"), "is no level"),
    (GOOD.replace("  why: chest pain\n", ""), "'why' is missing"),
    (GOOD.replace("  why:", "  wy:"), "unknown key"),
    (GOOD.replace("{phone}", "{fax}"), "unknown placeholder"),
    (GOOD + "  all_of: [[chest_pain, fever]]\n", "no finding or sign"),
    (GOOD.replace("signs:", "sings:"), "unknown section"),
    (GOOD + "  - [", "is not valid YAML"),
]


def _read(tmp_path: Path, content: str) -> Triage:
    path = tmp_path / "red_flags.yml"
    path.write_text(content, encoding="utf-8")
    return Triage.from_file(path)


def test_small_file_is_enough(tmp_path: Path) -> None:
    """Cards, one list and one sign make a working triage."""
    assert _read(tmp_path, GOOD).check("chest pain") is not None


@pytest.mark.parametrize(("content", "problem"), BROKEN)
def test_broken_file_names_its_line(tmp_path: Path, content: str, problem: str) -> None:
    """The error says what is wrong and where."""
    with pytest.raises(ContentError, match=problem) as raised:
        _read(tmp_path, content)

    assert raised.value.line is not None
    assert raised.value.path.endswith("red_flags.yml")


def test_line_of_a_bad_pattern_is_exact(tmp_path: Path) -> None:
    """A clinician finds the bad line without searching."""
    content = GOOD.replace('"{chest} pain"', '"{lungs} pain"')
    line = content.splitlines().index('  - "{lungs} pain"') + 1

    with pytest.raises(ContentError) as raised:
        _read(tmp_path, content)

    assert raised.value.line == line


def test_missing_file_is_a_content_error(tmp_path: Path) -> None:
    """No file, no start."""
    with pytest.raises(ContentError, match="cannot be read"):
        Triage.from_file(tmp_path / "red_flags.yml")


@pytest.mark.parametrize("kind", ["negation", "firm_negation", "short_negation"])
def test_words_that_deny_name_no_danger_themselves(triage: Triage, kind: str) -> None:
    """What a cue holds, it cannot deny: "no trouble breathing" as one cue left "trouble breathing" a danger."""
    cues = YAML(typ="safe").load(RED_FLAGS)["context"][kind]
    # One word of each choice, in turn: "no trouble|problem with" is "no trouble with" and "no problem with".
    said = {
        " ".join(word.split("|")[turn % (word.count("|") + 1)] for word in cue.split()).replace("_", " ")
        for cue in cues
        for turn in range(12)
    }

    # "Can't see" of "can't see any" is a danger where nothing follows it.
    assert {text for text in said if triage.check(f"I have {text}")} <= {
        "can't see any",
        "cannot see any",
        "couldn't see any",
    }
