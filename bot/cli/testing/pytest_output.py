"""Reads what pytest prints at its end: the counts, the slowest tests, and what failed or was skipped and why."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

SLOWEST = 10
DURATIONS = (f"--durations={SLOWEST}", "--durations-min=0.1")
"""Has pytest say what `Ending.slowest` is read from."""

_COLOR = re.compile(r"\x1b\[[\d;]*m")
_WORDS = "failed|errors?|passed|skipped|deselected|xfailed|xpassed|warnings?"
_SUMMARY = re.compile(rf"^=*\s*(?P<counts>(?:\d+ (?:{_WORDS})(?:, )?)+|no tests ran) in [\d.]+s\b")
_COUNT = re.compile(r"(\d+) (\w+)")
_DURATION = re.compile(r"^([\d.]+)s (call|setup|teardown) +(\S.*)$")
_FAILED = re.compile(r"^(?:FAILED|ERROR) \S+::.+$")
_SKIPPED = re.compile(r"^SKIPPED \[(\d+)\] (.+)$")
_ORDER = ("failed", "error", "passed", "skipped", "deselected", "xfailed", "xpassed", "warning")


@dataclass(frozen=True, kw_only=True)
class Ending:
    """The end of one run of pytest.

    Attributes:
        summary: Its last line as printed; empty if it did not come that far.
        counts: How many passed, failed and so on.
        slowest: Seconds, and the test with the phase if that is not the test's own.
        failed: Which tests failed, each with the first line of why.
        skipped: Why tests were skipped.
    """

    summary: str
    counts: Counter[str]
    slowest: Sequence[tuple[float, str]]
    failed: Sequence[str]
    skipped: Sequence[str]


def read_ending(output: str) -> Ending:
    """Find the end of a run in its output, which may be of any other program too.

    Args:
        output: All that was printed, with color or without.
    """
    summary, counts = "", Counter[str]()
    slowest: list[tuple[float, str]] = []
    failed: list[str] = []
    skipped: list[str] = []
    for printed in output.splitlines():
        line = _COLOR.sub("", printed).strip()
        if match := _SUMMARY.match(line):
            summary = printed.strip()
            counts = Counter({_singular(word): int(number) for number, word in _COUNT.findall(match["counts"])})
        elif match := _DURATION.match(line):
            seconds, phase, test = match.groups()
            slowest.append((float(seconds), test if phase == "call" else f"{test} ({phase})"))
        elif _FAILED.match(line):
            failed.append(line)
        elif match := _SKIPPED.match(line):
            skipped.append(match[2])
    return Ending(summary=summary, counts=counts, slowest=slowest, failed=failed, skipped=skipped)


def is_summary(line: str) -> bool:
    """Tell whether a line is the last one of pytest."""
    return _SUMMARY.match(_COLOR.sub("", line).strip()) is not None


def slowest_of(endings: Iterable[Ending]) -> list[str]:
    """Give the slowest tests of several runs, one line each, the slowest first."""
    found = sorted((entry for ending in endings for entry in ending.slowest), reverse=True)
    return [f"{seconds:7.2f} s  {test}" for seconds, test in found[:SLOWEST]]


def closing_line(endings: Iterable[Ending], seconds: float) -> str:
    """Give the closing line of several runs together, in pytest's own form.

    Args:
        endings: The runs; those of other programs count for nothing.
        seconds: How long all took.
    """
    counts = sum((ending.counts for ending in endings), Counter[str]())
    words = [f"{counts[word]} {_plural(word, counts[word])}" for word in _ORDER if counts[word]]
    return f" {', '.join(words) or 'no tests ran'} in {seconds:.2f}s ".center(80, "=")


def _singular(word: str) -> str:
    return word[:-1] if word in {"errors", "warnings"} else word


def _plural(word: str, number: int) -> str:
    return f"{word}s" if word in {"error", "warning"} and number != 1 else word
