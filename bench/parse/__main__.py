"""Measures how long a message takes to be understood: `python -m bench.parse [--beside CHECKOUT]`, after training.

With `--beside` each message is parsed by this project and in turn by another checkout of it, with what was trained
there, in this one's environment.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from contextlib import ExitStack, suppress
from datetime import datetime, timezone
from pathlib import Path

from bench import machine
from bench.measures import markdown_table, mean, percentile
from bench.terminal import say, show
from bot.cli.setting_up.environments import RASA
from bot.errors import FrontdeskError
from bot.evaluation.datasets import own_datasets
from bot.settings import ROOT

_RESULTS = ROOT / "bench" / "results"
_WARM = 20
"""So many messages are parsed before: what is built on first use is there then."""
_ABOUT_TWELVE = range(10, 15)
_HERE, _THERE = "here", "beside"


class Worker:
    """A process that parses with the code and the model of one checkout.

    Args:
        checkout: The checkout.
        running: Ends it.
    """

    def __init__(self, checkout: Path, running: ExitStack) -> None:
        self._process = running.enter_context(
            subprocess.Popen(  # noqa: S603 - Our own module, in our own environment.
                [str(RASA.executable(ROOT)), "-P", str(Path(__file__).with_name("worker.py"))],
                cwd=checkout,
                env={**os.environ, "PYTHONPATH": str(checkout), "OPENBLAS_NUM_THREADS": "1"},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                # What it never read is not to be sent again while it is ended.
                bufsize=0,
            )
        )
        self._checkout = checkout

    def milliseconds(self, text: str) -> float:
        """Return the processor time of parsing a message; that of others on the machine does not count.

        Raises:
            FrontdeskError: The process has ended; what it wrote says why.
        """
        given, got = self._process.stdin, self._process.stdout
        line = b""
        if given is not None and got is not None:
            with suppress(BrokenPipeError):
                given.write(json.dumps(text).encode() + b"\n")
                line = got.readline()
        if not line:
            raise FrontdeskError(
                f"Nothing is parsed in {self._checkout}. Is there a model? Train first: ./frontdesk train"
            )
        return float(line)


def main(arguments: list[str] | None = None) -> int:
    """Measure, write the table; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.parse", description=__doc__)
    parser.add_argument("--beside", type=_folder, help="another checkout of the project")
    parser.add_argument("--every", type=int, default=3, help="take every so many of the questions (default 3)")
    parser.add_argument("--out", type=Path, default=_RESULTS, help="where the results go (default: bench/results)")
    options = parser.parse_args(arguments)
    load = machine.load()
    texts = [question.text for question in own_datasets(ROOT / "tests").questions][:: options.every]
    codes = {_HERE: ROOT, **({_THERE: options.beside.resolve()} if options.beside else {})}
    with ExitStack() as running:
        workers = {name: Worker(code, running) for name, code in codes.items()}
        for text in texts[:_WARM]:
            for worker in workers.values():
                worker.milliseconds(text)
        times: dict[str, list[float]] = {name: [] for name in workers}
        for text in texts:
            for name, worker in workers.items():
                times[name].append(worker.milliseconds(text))
    figures = table(texts, times)
    show(figures)
    options.out.mkdir(parents=True, exist_ok=True)
    date = datetime.now(tz=timezone.utc).date().isoformat()
    page = _page(figures, date=date, on=f"{machine.description()}; load average {load:.1f} when it began")
    (options.out / "parse.md").write_text(page, encoding="utf-8")
    say(f"written to {options.out / 'parse.md'}")
    return 0


def _folder(given: str) -> Path:
    if not Path(given).is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {given}")
    return Path(given)


def table(texts: list[str], times: dict[str, list[float]]) -> str:
    """Return the table: for each kind of message and each checkout how many there are, and the times.

    Args:
        texts: The messages.
        times: Of each checkout the milliseconds that each message took.
    """
    kinds = {
        "10 to 14 words": [place for place, text in enumerate(texts) if len(text.split()) in _ABOUT_TWELVE],
        "all": list(range(len(texts))),
    }
    rows = []
    for kind, places in kinds.items():
        for name, all_times in times.items():
            some = [all_times[place] for place in places]
            figures = (percentile(some, 0.5), mean(some), percentile(some, 0.95))
            rows.append((kind, name, str(len(some)), *(f"{value:.1f}" for value in figures)))
    return markdown_table(("messages", "code", "count", "p50 ms", "mean ms", "p95 ms"), rows)


def _page(table: str, *, date: str, on: str) -> str:
    return f"""# Understanding a message, timed

Written by `python -m bench.parse` on {date}; [docs/benchmarks.md](../../docs/benchmarks.md) explains it.

{table}

Processor time of `Agent.parse_message` with the whole pipeline of `config.yml`, on questions of `tests/nlu`.
"beside" is another checkout of the project, asked in turn with this one.

Machine: {on}.
"""


if __name__ == "__main__":
    try:
        sys.exit(main())
    except FrontdeskError as error:
        sys.exit(f"bench.parse: {error}")
