"""The table of the benchmark of understanding; nothing is timed here."""

from __future__ import annotations

from bench.parse.__main__ import table

TWELVE, LONG = "how many sessions of prp will my old left knee need please", "why " * 40


def test_messages_of_some_twelve_words_have_a_row_of_their_own():
    """They are what most messages are like, and long ones would hide them."""
    rows = table([TWELVE, LONG], {"here": [5.0, 50.0], "beside": [7.0, 70.0]}).splitlines()[2:]
    cells = [[cell.strip() for cell in row.split("|")[1:-1]] for row in rows]

    assert [row[:3] for row in cells] == [
        ["10 to 14 words", "here", "1"],
        ["10 to 14 words", "beside", "1"],
        ["all", "here", "2"],
        ["all", "beside", "2"],
    ]
    assert cells[0][3:] == ["5.0", "5.0", "5.0"]
    assert cells[2][4] == "27.5"
