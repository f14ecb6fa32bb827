"""The messages of the triage benchmark, and what it writes; nothing is timed here."""

from __future__ import annotations

from pathlib import Path

from bench.triage.__main__ import draw, tables
from bench.triage.texts import kinds, words

CURVES = {"one long word": [1.0, 2.0, 4.0, 8.0, 40.0]}


def test_messages_have_the_length_that_is_asked_for():
    """A time belongs to a length."""
    assert len(words(2000).split()) == 2000
    assert {len(text) for text in kinds(12_345).values()} == {12_345}


def test_the_growth_is_that_of_the_last_tenfold():
    """10 to 100 kB is what tells linear from quadratic."""
    last = tables({40: 1.5}, CURVES).splitlines()[-1]

    assert [cell.strip() for cell in last.split("|")][-2] == "10.0"


def test_the_picture_is_written(tmp_path: Path):
    """Its ending says that it is a PNG."""
    draw(CURVES, tmp_path / "triage.png")

    assert (tmp_path / "triage.png").read_bytes().startswith(b"\x89PNG")
