"""Measures learning from more and more examples: `.venv-rasa/bin/python -m bench.training`."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path

from bench import machine
from bench.measures import markdown_table, percentile
from bench.picture import draw, of_table
from bench.terminal import say, show
from bench.training import changed
from bot.nlu.project import PROJECT_ROOT

_SIZES = (1_000, 5_000, 10_000, 25_000, 50_000, 100_000)
_RESULTS = PROJECT_ROOT / "bench" / "results"
_COLUMNS = ("examples", "intents, s", "peak memory, MB")
_PANELS = {"learning the intents (s)": ["intents, s"], "peak memory (MB)": ["peak memory, MB"]}
_WHOLE_COLUMNS = ("a whole training", "s", "processor, s")


def main(arguments: list[str] | None = None) -> int:
    """Measure each size in a process of its own, write the table, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.training", description=__doc__)
    parser.add_argument("--out", type=Path, default=_RESULTS, help="where the results go (default: bench/results)")
    parser.add_argument("--sizes", type=int, nargs="+", default=_SIZES, help="how many examples are learned from")
    parser.add_argument("--changed", action="store_true", help="only a training after ten changed sentences, unwritten")
    parser.add_argument("--rounds", type=int, default=3, help="of the whole training (default: 3)")
    options = parser.parse_args(arguments)
    whole = _changed(options.rounds)
    show(whole)
    if options.changed:
        return 0
    rows = []
    for size in options.sizes:
        say(f"learning from {size:,} examples")
        worker = [sys.executable, "-m", "bench.training.worker", str(size)]
        told = subprocess.run(worker, cwd=PROJECT_ROOT, stdout=subprocess.PIPE, text=True, check=False)  # noqa: S603 - our own worker.
        if told.returncode != 0:
            sys.stderr.write(f"bench.training: learning from {size:,} examples failed; the lines above say why.\n")
            return 1
        measured = json.loads(told.stdout)
        rows.append([f"{size:,}", f"{measured['seconds']:.1f}", f"{measured['peak_mb']:.0f}"])
    table = markdown_table(_COLUMNS, rows)
    show(table)
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "training.md").write_text(_page(table, whole), encoding="utf-8")
    draw(of_table(_COLUMNS, rows, _PANELS), options.out / "training.png")
    say(f"written to {options.out}: training.md, training.png")
    return 0


def _changed(rounds: int) -> str:
    """Measure whole trainings and return the table."""
    rows = []
    for name, taken in changed.measure(rounds).items():
        seconds, worked = zip(*taken, strict=True)
        rows.append([name, f"{percentile(seconds, 0.5):.1f}", f"{percentile(worked, 0.5):.1f}"])
    return markdown_table(_WHOLE_COLUMNS, rows)


def _page(table: str, whole: str) -> str:
    date = datetime.now(tz=timezone.utc).date().isoformat()
    return f"""# Learning, as the examples grow

Written by `python -m bench.training` on {date}; [docs/benchmarks.md](../../docs/benchmarks.md) explains it.

{table}

![Seconds and memory over the number of examples](training.png)

Each row is a process of its own. The examples beyond the project's own are made from them: a vector moved a little, a
sentence with two words of another. Their vectors are there, as they are for what was trained on before; reading the
files is not in it.

A whole training (`python -m bot.nlu.tuning.train`) in a copy of the project, the median of some rounds:

{whole}

Machine: {machine.description()}. Load average at the end {machine.load():.1f} (mostly this benchmark).
"""


if __name__ == "__main__":
    sys.exit(main())
