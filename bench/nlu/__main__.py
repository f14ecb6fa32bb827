"""Measures understanding on public sets, beside Rasa's stock pipeline: `.venv/bin/python -m bench.nlu`."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, timezone
from pathlib import Path

from bench import machine
from bench.nlu.datasets import CLINC, DataMissingError, hint3_keys, read_set
from bench.nlu.pipelines import OURS, PIPELINES, ROOT, STOCK
from bench.nlu.report import Result, page, table
from bench.terminal import note, say, show
from bot.cli.setting_up import environments, setup
from bot.cli.steps import Steps

_DATA = Path("../shared/benchmarks")
_RESULTS = ROOT / "bench" / "results" / "nlu.md"
_HEARTBEAT = 20.0
# Stock DIET on CLINC150 takes the longest by far.
_LONGEST = 3 * 3600.0
_LAST_LINES = 15


class WorkerFailedError(Exception):
    """Raised when a pipeline could not be trained or asked; the message holds its last lines."""


def main(arguments: list[str] | None = None) -> int:
    """Measure every chosen pipeline on every chosen set; return the exit status."""
    options = _options(arguments)
    try:
        titles = {key: read_set(key, options.data).title for key, _ in _jobs(options)}
    except DataMissingError as error:
        sys.stderr.write(f"bench.nlu: {error}\n")
        return 1
    results: list[Result] = []
    failed = False
    with _pythons({name for _, name in _jobs(options)}) as pythons:
        for key, name in _jobs(options):
            try:
                results.append(_measure(key, name, titles[key], options.data.resolve(), pythons[name]))
            except WorkerFailedError as error:
                # The others took long: they are shown all the same.
                failed = True
                sys.stderr.write(f"bench.nlu: {titles[key]}, {PIPELINES[name]}: {error}\n")
            else:
                # After each, so that a run that is stopped leaves what it had.
                _write(results, options.out)
    show(table(results))
    say(f"written to {options.out}")
    return int(failed)


@contextmanager
def _pythons(pipelines: Collection[str]) -> Iterator[Mapping[str, Path]]:
    """Give the Python that each pipeline runs in; the one with TensorFlow is there for as long as the block lasts."""
    steps = Steps()
    setup.prepare_rasa(ROOT, steps)
    ours = {OURS: environments.RASA.executable(ROOT)}
    if STOCK not in pipelines:
        yield ours
        return
    with setup.tensorflow_environment(ROOT, steps) as python:
        yield {**ours, STOCK: python}


def _write(results: list[Result], out: Path) -> None:
    date = datetime.now(tz=timezone.utc).date().isoformat()
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(page(results, machine=machine.description(), date=date), encoding="utf-8")
    figures = json.dumps([asdict(result) for result in results], indent=2)
    out.with_suffix(".json").write_text(figures + "\n", encoding="utf-8")


def _jobs(options: argparse.Namespace) -> list[tuple[str, str]]:
    """Return set and pipeline of each measurement; the two of a set stand side by side, so that load hits both."""
    jobs = [(key, name) for key in options.hint3 for name in PIPELINES]
    wanted = {"both": list(PIPELINES), "none": []}.get(options.clinc, [options.clinc])
    return jobs + [(CLINC, name) for name in wanted]


def _measure(key: str, pipeline: str, title: str, data: Path, python: Path) -> Result:
    say(f"{title}: {PIPELINES[pipeline]} starts")
    load = machine.load()
    with tempfile.TemporaryDirectory(prefix="bench-nlu-") as folder:
        scratch = Path(folder)
        out = scratch / "figures.json"
        chosen = ["--set", key, "--pipeline", pipeline, "--data", str(data)]
        _run([str(python), "-m", "bench.nlu.worker", *chosen, "--scratch", folder, "--out", str(out)], scratch)
        figures = json.loads(out.read_text(encoding="utf-8"))
    result = Result(key=key, title=title, pipeline=pipeline, load=load, **figures)
    note(f"top 1 {result.top1:.1%}, top 3 {result.top3:.1%}, AUROC {result.auroc:.1%}, p50 {result.parse_ms:.1f} ms")
    return result


def _run(command: list[str], scratch: Path) -> None:
    """Run the worker; its own lines are shown, Rasa's go to a file."""
    log = scratch / "log"
    # The worker runs in the scratch folder, because Rasa writes into the one it runs in.
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    started = time.monotonic()
    with (
        log.open("w", encoding="utf-8") as file,
        subprocess.Popen(  # noqa: S603 - the project's own program.
            command, cwd=scratch, env=environment, stderr=file
        ) as worker,
    ):
        try:
            while worker.poll() is None:
                _wait(worker)
                elapsed = time.monotonic() - started
                if worker.poll() is None:
                    note(f"at it for {elapsed:.0f} s")
                if elapsed > _LONGEST:
                    raise WorkerFailedError(f"It took more than {_LONGEST / 3600:.0f} hours.")
        finally:
            worker.kill()
    if worker.returncode != 0:
        lines = log.read_text(encoding="utf-8").splitlines()[-_LAST_LINES:]
        raise WorkerFailedError("\n".join([*lines, "Rasa could not be measured; the lines above say why."]))


def _wait(worker: subprocess.Popen[bytes]) -> None:
    try:
        worker.wait(_HEARTBEAT)
    except subprocess.TimeoutExpired:
        return


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.nlu", description=__doc__)
    parser.add_argument(
        "--data", type=Path, default=_DATA, help=f"the folder with hint3/ and clinc150/ (default: {_DATA})"
    )
    parser.add_argument(
        "--hint3",
        nargs="*",
        choices=hint3_keys(),
        default=hint3_keys(),
        help="which HINT3 training sets, each with both pipelines (default: all four; none after the option: none)",
    )
    parser.add_argument(
        "--clinc",
        choices=("ours", "stock", "both", "none"),
        default="ours",
        help="which pipelines on CLINC150, where stock takes as long as on all of HINT3 together (default: ours)",
    )
    parser.add_argument("--out", type=Path, default=_RESULTS, help="where the table goes (default: bench/results)")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
