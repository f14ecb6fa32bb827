"""Sets that are broken are told by file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import ContentError
from bot.evaluation.datasets import datasets_in


def test_folder_may_hold_single_facts_alone(tmp_path: Path) -> None:
    """Each set is one of its own."""
    (tmp_path / "single_facts.tsv").write_text("id\ttext\ttold\nS1\thow long\t(two|2) weeks\n", encoding="utf-8")

    (asked,) = datasets_in(tmp_path, ()).single_facts

    assert asked.told.search("Sore for TWO\nweeks.") is None
    assert asked.told.search("Sore for TWO weeks.")


def test_broken_pattern_is_named(tmp_path: Path) -> None:
    """With its line."""
    (tmp_path / "single_facts.tsv").write_text("id\ttext\ttold\nS1\thow long\t(two\n", encoding="utf-8")

    with pytest.raises(ContentError, match=r"single_facts\.tsv.*2.*S1: 'told' is no pattern"):
        datasets_in(tmp_path, ())
