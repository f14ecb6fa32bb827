"""What the documents on security claim: each requirement has a state, each test named is there, each library too."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ASVS = (ROOT / "docs" / "asvs.md").read_text(encoding="utf-8")
SOUP = (ROOT / "docs" / "soup.md").read_text(encoding="utf-8")
STATES = {"met", "open", "not applicable"}
REQUIREMENTS = {
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2,
    "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1,
    "3.2": 2, "3.3": 4, "3.4": 6, "3.5": 5, "3.7": 2,
    "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4,
    "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3,
    "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4,
    "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2,
    "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1,
    "9.1": 3, "9.2": 4,
    "10.1": 2, "10.2": 2, "10.3": 4, "10.4": 11, "10.5": 5, "10.6": 2, "10.7": 3,
    "11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4, "11.5": 1, "11.6": 1,
    "12.1": 3, "12.2": 2, "12.3": 4,
    "13.1": 1, "13.2": 5, "13.3": 2, "13.4": 5,
    "14.1": 2, "14.2": 4, "14.3": 3,
    "15.1": 3, "15.2": 3, "15.3": 7,
    "16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3,
}  # fmt: skip
"""Of each section of ASVS 5.0.0, how many requirements levels 1 and 2 have: the first ones. Not of V17."""
LISTS = ("app", "rasa", "encoder")


def _named(requirements: str) -> list[str]:
    """Give the single numbers of "1.3.1 to 1.3.3, 1.4.1"."""
    found: list[str] = []
    for part in requirements.split(","):
        first, _, last = part.strip().partition(" to ")
        section, _, number = first.rpartition(".")
        end = int(last.rpartition(".")[2]) if last else int(number)
        found += [f"{section}.{each}" for each in range(int(number), end + 1)]
    return found


def test_every_requirement_of_levels_1_and_2_has_one_state() -> None:
    """Met, not applicable or open, each with a reason."""
    rows = re.findall(r"^\| ([\d., to]+) \| ([a-z ]+) \| (.+) \|$", ASVS, re.MULTILINE)
    named = [one for requirements, _state, _why in rows for one in _named(requirements)]

    assert {state for _requirements, state, _why in rows} == STATES
    wanted = [f"{section}.{number}" for section, most in REQUIREMENTS.items() for number in range(1, most + 1)]
    assert sorted(named) == sorted(wanted)
    assert all(f"## V{chapter} " in ASVS for chapter in range(1, 18))


def test_every_test_that_is_named_is_there() -> None:
    """Or nothing would show what is said to be met."""
    named = set(re.findall(r"`((?:unit|integration|end_to_end)/[\w/.]+)`", ASVS))

    assert len(named) > 30
    assert [path for path in sorted(named) if not (ROOT / "tests" / path).exists()] == []


@pytest.mark.parametrize("name", LISTS)
def test_every_library_that_is_asked_for_stands_in_the_table_of_third_party_software(name: str) -> None:
    """With what is needed of it and what happens when it fails."""
    lines = (ROOT / "requirements" / f"{name}.in").read_text(encoding="utf-8").splitlines()
    asked = {re.split(r"[\[<>=~ ]", line)[0] for line in lines if line and not line.startswith(("#", "-"))}
    rows = dict(re.findall(r"^\| ([\w., -]+) \| .+ \| .+ \| (.+) \|$", SOUP, re.MULTILINE))
    listed = {one.strip() for names in rows for one in names.split(",")}

    assert asked - listed == set()
