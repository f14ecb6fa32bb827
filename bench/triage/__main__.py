"""Measures how long the look for red flags takes: `python -m bench.triage`, in the app's environment."""

from __future__ import annotations

import argparse
import sys
import time
from datetime import datetime, timezone
from pathlib import Path

from matplotlib.figure import Figure

from bench import machine
from bench.measures import markdown_table, percentile
from bench.terminal import say, show
from bench.triage.texts import kinds, words
from bot.bootstrap import read_triage
from bot.settings import ROOT, load_settings
from bot.triage import Triage

_RESULTS = ROOT / "bench" / "results"
_MESSAGES = (40, 400, 2000)
_LENGTHS = (1_000, 3_000, 10_000, 30_000, 100_000)
_TENTH = 10_000
_REPEATS = 7
# Whatever is slower than this is slow enough to be seen with one measurement.
_LONG_MS = 2000.0

Curves = dict[str, list[float]]
"""For each kind of message the milliseconds at each of the lengths."""


def main(arguments: list[str] | None = None) -> int:
    """Measure, write table and picture; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.triage", description=__doc__)
    parser.add_argument("--out", type=Path, default=_RESULTS, help="where the results go (default: bench/results)")
    out: Path = parser.parse_args(arguments).out
    load = machine.load()
    triage = read_triage(load_settings())
    messages = {count: milliseconds(triage, words(count)) for count in _MESSAGES}
    curves = _curves(triage)
    text = tables(messages, curves)
    show(text)
    out.mkdir(parents=True, exist_ok=True)
    date = datetime.now(tz=timezone.utc).date().isoformat()
    page = _page(text, date=date, on=f"{machine.description()}; load average {load:.1f} when it began")
    (out / "triage.md").write_text(page, encoding="utf-8")
    draw(curves, out / "triage.png")
    say(f"written to {out / 'triage.md'} and triage.png")
    return 0


def milliseconds(triage: Triage, text: str) -> float:
    """Return the median processor time of a check, in milliseconds: others on the machine hardly change it.

    Args:
        triage: What is measured.
        text: The message; it is checked once before, so that what is built on first use is there.
    """
    triage.check(text[:1000])
    times: list[float] = []
    while len(times) < _REPEATS:
        started = time.process_time()
        triage.check(text)
        times.append((time.process_time() - started) * 1000)
        if times[-1] > _LONG_MS:
            break
    return percentile(times, 0.5)


def _curves(triage: Triage) -> Curves:
    curves: Curves = {}
    for length in _LENGTHS:
        say(f"messages of {length} characters")
        for name, text in kinds(length).items():
            curves.setdefault(name, []).append(milliseconds(triage, text))
    return curves


def tables(messages: dict[int, float], curves: Curves) -> str:
    """Return the table of ordinary messages and the one of the curves."""
    rows = [(str(count), _shown(ms)) for count, ms in messages.items()]
    header = ("kind", *(f"{length // 1000} kB, ms" for length in _LENGTHS), "10 to 100 kB, times")
    tenth = _LENGTHS.index(_TENTH)
    lines = [(name, *map(_shown, times), _shown(times[-1] / times[tenth])) for name, times in curves.items()]
    return markdown_table(("words", "ms"), rows) + "\n\n" + markdown_table(header, lines)


def draw(curves: Curves, path: Path) -> None:
    """Write the picture of the curves.

    Args:
        curves: What was measured.
        path: Where it goes; the ending says in which format.
    """
    figure = Figure(figsize=(9, 5), layout="constrained")
    axes = figure.add_subplot()
    for name, times in curves.items():
        axes.plot(_LENGTHS, times, marker="o", label=name)
    axes.set(xscale="log", yscale="log", xlabel="characters", ylabel="ms of processor time")
    axes.set_title("Looking for red flags: time of one message", fontsize=10)
    axes.grid(alpha=0.3)
    axes.legend(fontsize=8)
    figure.savefig(path, dpi=100)


def _page(text: str, *, date: str, on: str) -> str:
    return f"""# The look for red flags, timed

Written by `python -m bench.triage` on {date}; [docs/benchmarks.md](../../docs/benchmarks.md) explains it.

{text}

![Time against length for each kind of message](triage.png)

Median processor time of `Triage.check`: the floor of `data/knowledge/red_flags.yml` and the danger model. The last
column is how many times longer 100 kB take than 10 kB: 10 is linear, 100 is quadratic. The edge accepts 4,000
characters as a message and looks for red flags in longer ones too.

Machine: {on}.
"""


def _shown(value: float) -> str:
    return f"{value:.1f}"


if __name__ == "__main__":
    sys.exit(main())
