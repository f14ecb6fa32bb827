"""Pictures of tables: lines where the first column goes up, bars where it names things, a gap where a cell is empty."""

from __future__ import annotations

from pathlib import Path

import pytest
from matplotlib.figure import Figure

from bench import picture
from bench.measures import number_in
from bench.picture import Panel, draw, of_table

HEAD = ("conversations stored", "p50 in ms", "p95 in ms")
ROWS = [["100", "20", "31"], ["1,000,000", "22", ""]]


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Figure]:
    """Keep each figure that is made."""
    made: list[Figure] = []

    class Kept(Figure):
        def __init__(self, **how: object) -> None:
            super().__init__(**how)  # type: ignore[arg-type]
            made.append(self)

    monkeypatch.setattr(picture, "Figure", Kept)
    return made


@pytest.mark.parametrize(("cell", "number"), [("1,000,000", 1e6), ("20.5", 20.5), ("", None), ("one edge", None)])
def test_a_cell_shows_a_number_or_none(cell: str, number: float | None):
    """Thousands may stand apart."""
    assert number_in(cell) == number


def test_a_table_becomes_lines_over_its_first_column(drawn: list[Figure], tmp_path: Path):
    """With the numbers of the table, and its own words below and beside them."""
    draw(of_table(HEAD, ROWS, {"wait (ms)": ["p50 in ms", "p95 in ms"]}, log=True), tmp_path / "table.png")

    (axes,) = drawn[0].axes
    p50, p95 = axes.get_lines()
    assert list(p50.get_xdata()) == [100.0, 1e6]
    assert list(p50.get_ydata()) == [20.0, 22.0]
    assert [str(value) for value in p95.get_ydata()] == ["31.0", "nan"]
    assert axes.get_xlabel() == "conversations stored"
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["100", "1,000,000"]
    assert (tmp_path / "table.png").read_bytes().startswith(b"\x89PNG")


def test_names_get_bars_beside_each_other(drawn: list[Figure], tmp_path: Path):
    """One for each of what is compared; it may be an SVG as well."""
    series = {"one edge": [50.0, 100.0], "two edges": [40.0, 160.0]}
    panel = Panel(title="messages/s", across=["1", "8"], label="senders at once", series=series)

    draw([panel], tmp_path / "edges.svg")

    (axes,) = drawn[0].axes
    assert [bar.get_height() for bar in axes.patches] == [50.0, 100.0, 40.0, 160.0]
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["1", "8"]
    assert b"<svg" in (tmp_path / "edges.svg").read_bytes()
