"""The file of facts: what it may hold, and what a citation of a fact stands for."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import BrokenContentError
from bot.knowledge.exchange.export import write_content as export_content
from bot.knowledge.files.content import Content, load_content
from bot.knowledge.files.facts import COLUMNS
from tests.factories import ANSWERS_FILE, write_content

FACTS = [
    [
        "P001",
        "prolotherapy",
        "definition",
        "overview",
        "high",
        "",
        "2026-11-27",
        "It is a set of shots.",
        "several shots",
    ],
    ["P002", "prolotherapy", "definition", "second-look", "low", "P001", "2026-11-27", "Where it hurts.", "sore spots"],
]
SHOWN = ANSWERS_FILE.replace("cites: [overview]", "cites: [P001]")
SHOWN = SHOWN.replace("cites: [second-look, overview]", "cites: [P002, P001]").replace("[second-look]", "[P002]")


def a_folder(folder: Path, facts: list[list[str]] | None = None, answers: str = SHOWN) -> Path:
    """Write the small content folder with a file of facts beside it."""
    write_content(folder, answers=answers)
    rows = [list(COLUMNS), *(FACTS if facts is None else facts)]
    (folder / "facts.tsv").write_text("".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")
    return folder


def broken(folder: Path) -> str:
    """Give what is said to be wrong with a folder."""
    with pytest.raises(BrokenContentError) as raised:
        load_content(folder)
    return str(raised.value)


def content(folder: Path) -> Content:
    """Read the folder."""
    return load_content(a_folder(folder))


def test_a_fact_stands_for_its_source(tmp_path: Path):
    """A paragraph then has both."""
    entry = content(tmp_path).answers[0]

    assert (entry.short.cites, entry.short.facts) == (("overview",), ("P001",))
    assert (entry.details[0].cites, entry.details[0].facts) == (("second-look", "overview"), ("P002", "P001"))


def test_a_citation_that_nothing_shows_is_refused_with_its_line(tmp_path: Path):
    """Once there are facts."""
    folder = a_folder(tmp_path, answers=SHOWN.replace("cites: [P001]", "cites: [overview]"))

    assert "prolotherapy.definition: cites overview without a fact" in broken(folder)
    assert "prolotherapy.yml:9" in broken(folder)


def test_without_a_file_of_facts_sources_are_enough(tmp_path: Path):
    """A clinic that keeps none is not held to it."""
    assert load_content(write_content(tmp_path)).facts == ()


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (["P001", *FACTS[1][1:]], "P001 stands here twice"),
        (["P003", "prp", "definition", "nowhere", *FACTS[0][4:]], "P003: there is no source 'nowhere'"),
        (["P003", *FACTS[0][1:8], "word " * 26], "26 words; quote at most 25"),
        (["3", *FACTS[0][1:]], "3: id"),
        (["P003", *FACTS[0][1:6], "yesterday", *FACTS[0][7:]], "P003: seen"),
    ],
)
def test_a_broken_fact_is_told_with_its_line(tmp_path: Path, row: list[str], said: str):
    """As all that is wrong."""
    told = broken(a_folder(tmp_path, [*FACTS, row]))

    assert said in told
    assert "facts.tsv:4" in told


def test_other_columns_are_told(tmp_path: Path):
    """Nothing is read from the wrong place."""
    folder = a_folder(tmp_path)
    (folder / "facts.tsv").write_text("id\tfact\n", encoding="utf-8")

    assert "must begin with the columns id, treatment" in broken(folder)


def test_an_unknown_fact_is_told(tmp_path: Path):
    """As a source that there is not."""
    assert "there is no source 'P009'" in broken(a_folder(tmp_path, answers=SHOWN.replace("[P001]", "[P009]")))


def test_what_is_written_out_reads_back_as_itself(tmp_path: Path):
    """Facts and citations of facts too."""
    before = content(tmp_path / "before")
    export_content(before, tmp_path / "after")

    assert load_content(tmp_path / "after") == before
    assert "cites: [P002, P001]" in (tmp_path / "after" / "answers" / "prolotherapy.yml").read_text(encoding="utf-8")
