"""Runs the benchmarks one after the other, each in a process of its own: `./frontdesk bench`."""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bench import machine
from bench.own_servers import own_postgresql
from bench.terminal import say, show
from bot.cli.setting_up.environments import RASA
from bot.cli.steps import LEASH
from bot.errors import FrontdeskError
from bot.settings import ROOT

RESULTS = ROOT / "bench" / "results"
SHORT_RESULTS = ROOT / "var" / "bench"
"""Where a short run writes by default: its figures must not take the place of whole ones."""
_APP = Path(sys.executable)


@dataclass(frozen=True, kw_only=True)
class Run:
    """One benchmark.

    Attributes:
        what: What it measures.
        command: The module, and what it is told.
        short: What it is told besides when it has to be short.
        python: In which environment.
        needs_postgresql: Whether it is given an empty PostgreSQL.
    """

    what: str
    command: Sequence[str]
    short: Sequence[str]
    python: Path = _APP
    needs_postgresql: bool = False


def _growth(what: str, how: str, short: Sequence[str], *, needs_postgresql: bool = False) -> Run:
    return Run(what=how, command=["bench.growth", what], short=short, needs_postgresql=needs_postgresql)


PARTS: dict[str, tuple[Run, ...]] = {
    "turn": (
        Run(
            what="whole turns with 1 to 64 senders, a conversation of 500 turns, starts; beside stock Rasa",
            command=["bench.turn"],
            short=["--rounds", "1", "--conversations", "20", "--senders", "1", "8", "64", "--seconds", "4"],
        ),
    ),
    "growth": (
        _growth("stored", "100 to 1,000,000 stored conversations", ["--seconds", "4", "--stored", "100", "2000"]),
        _growth("live", "0 to 2,000 idle live connections", ["--seconds", "4", "--live", "0", "50"]),
        Run(
            what="100 to 100,000 answers",
            command=["bench.knowledge"],
            short=["--answers", "100", "--answers", "1000"],
        ),
    ),
    "training": (
        Run(
            what="whole trainings, and learning from 1,000 to 100,000 examples",
            command=["bench.training"],
            short=["--rounds", "1", "--sizes", "1000", "5000"],
            python=RASA.executable(ROOT),
        ),
    ),
    "parse": (Run(what="understanding one message", command=["bench.parse"], short=["--every", "50"]),),
    "soak": (_growth("soak", "15 minutes at the same pace", ["--minutes", "1"]),),
    "edges": (
        _growth(
            "edges",
            "two edges and two Rasas on PostgreSQL beside one of each on SQLite",
            ["--seconds", "8"],
            needs_postgresql=True,
        ),
    ),
}


def main(arguments: list[str] | None = None) -> int:
    """Run what is asked for, go on after what fails, and return the exit status: 0 if nothing has."""
    options = _options(arguments)
    out = (options.out or (SHORT_RESULTS if options.short else RESULTS)).resolve()
    runs = [run for part in options.parts or PARTS for run in PARTS[part]]
    say(f"{len(runs)} benchmarks on {machine.description()}, load average {machine.load():.1f}; tables go to {out}")
    ended = []
    for number, run in enumerate(runs, start=1):
        say(f"{number} of {len(runs)}: {run.what}")
        started = time.monotonic()
        is_done = _is_done(run, options, out)
        ended.append((run, is_done, time.monotonic() - started))
    show("\n".join(f"{'✓' if is_done else '✗'} {run.what} ({seconds:.0f} s)" for run, is_done, seconds in ended))
    show(f"Tables and pictures are in {out}; docs/benchmarks.md explains them.")
    return 0 if all(is_done for _, is_done, _ in ended) else 1


def _is_done(run: Run, options: argparse.Namespace, out: Path) -> bool:
    """Run one benchmark; say what stopped it if it was not even begun, for else it has said so itself."""
    command = [*LEASH, str(run.python), "-m", *run.command, *(run.short if options.short else ()), "--out", str(out)]
    try:
        with ExitStack() as started:
            if run.needs_postgresql:
                command += ["--database", options.database or _fresh_database(started)]
            return subprocess.run(command, cwd=ROOT, check=False).returncode == 0  # noqa: S603 - our own programs.
    except FrontdeskError as error:
        sys.stderr.write(f"bench: {error}\n")
        return False


def _fresh_database(started: ExitStack) -> str:
    server = started.enter_context(own_postgresql())
    return server.url(server.create())


def _part(name: str) -> str:
    if name not in PARTS:
        raise argparse.ArgumentTypeError(f"there is no part {name!r}; the parts are {', '.join(PARTS)}")
    return name


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="frontdesk bench", description=__doc__)
    parser.add_argument("parts", nargs="*", type=_part, metavar="PART", help=f"any of {', '.join(PARTS)}; all")
    parser.add_argument("--short", action="store_true", help="minutes in place of hours, to see that it runs")
    parser.add_argument("--database", help="an empty PostgreSQL of yours for `edges`; else one is started for it")
    parser.add_argument("--out", type=Path, help="where the results go (default: bench/results; short: var/bench)")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
