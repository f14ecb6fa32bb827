"""Which days a message names, from a Sunday on."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from bot.errors import ContentError
from bot.knowledge.files.days import FILE, Days
from bot.settings import ROOT

TODAY = dt.date(2026, 11, 29)
DAYS = Days.from_file(ROOT / "data" / "knowledge" / FILE)


def date(text: str) -> dt.date:
    """Read a date."""
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("are you open today", ["2026-11-29"]),
        ("open tmrw?", ["2026-11-30"]),
        ("open on Sunday", ["2026-11-29"]),
        ("what about fridays", ["2026-12-04"]),
        ("are you there at the weekend", ["2026-12-05", "2026-11-29"]),
        ("on Thanksgiving", ["2027-11-25"]),
        ("Christmas Eve", ["2026-12-24"]),
        ("christmas", ["2026-12-25"]),
        ("new year's eve or new year's day", ["2026-12-31", "2027-01-01"]),
        ("memorial day", ["2027-05-31"]),
        ("on December 24th", ["2026-12-24"]),
        ("the 3rd of Jan", ["2027-01-03"]),
        ("on Feb 30", []),
        ("what are your hours", []),
    ],
)
def test_the_next_such_day_is_meant(text: str, dates: list[str]):
    """Today counts as the next Sunday."""
    assert [day.date for day in DAYS.named(text, TODAY)] == [date(text) for text in dates]


def test_this_very_moment_is_told_from_today():
    """The words "open now" ask for another answer than "open today"."""
    assert [day.now for day in DAYS.named("are you open now", TODAY)] == [True]
    assert [day.now for day in DAYS.named("are you open today", TODAY)] == [False]


def test_a_holiday_keeps_its_name():
    """It is said with its date."""
    assert DAYS.named("thanksgiving", TODAY)[0].holiday == "Thanksgiving"


def test_a_clinic_may_go_without_the_file(tmp_path: Path):
    """It then says nothing of days."""
    assert Days.from_file(tmp_path / FILE).named("today", TODAY) == []


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("days: {someday: [some day]}", '"someday" is no day'),
        ("holidays: [{name: X, words: [x], month: 13, day: 1}]", "must be 12 or less"),
        ("holidays: [{name: X, words: [x], month: 5}]", "needs a day, or a weekday"),
        ("holidays: [{name: X, words: [x], month: 5, weekday: moonday, nth: 1}]", "no day of the week"),
        ('holidays: [{name: X, words: ["(x)"], month: 5, day: 1}]', "no word that must be there"),
    ],
)
def test_a_broken_file_is_told_with_its_line(tmp_path: Path, line: str, problem: str):
    """And says what to write."""
    path = tmp_path / FILE
    path.write_text(f"# Days.\n{line}\n", encoding="utf-8")

    with pytest.raises(ContentError, match=problem) as raised:
        Days.from_file(path)

    assert f"{FILE}:2" in str(raised.value)
