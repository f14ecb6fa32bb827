"""Runs many checks at the same time, as many as there are cores, and keeps what each has to say."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path

from bot.cli.steps import LEASH, StepError
from bot.cli.testing.pytest_output import Ending, is_summary, read_ending

SETUP = "set-up"


@dataclass(frozen=True, kw_only=True)
class Check:
    """One check, a process of its own.

    Attributes:
        name: What it is called on the terminal.
        command: How it is run, in the project's folder.
        env: Variables to set for it.
        needs_setup: Whether Rasa's environment and the model must be there first.
        cost: Seconds, roughly: what takes longest begins first.
        waits: Whether it waits, for a browser and for processes that start, more than it works: then it takes no
            processor from the others, and runs beside them.
    """

    name: str
    command: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    needs_setup: bool = False
    cost: float = 1.0
    waits: bool = False


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a check went.

    Attributes:
        name: The check.
        passed: Whether it ended well.
        output: All that it printed.
        seconds: How long it took.
        ending: What pytest said at its end, where it was pytest.
    """

    name: str
    passed: bool
    output: str
    seconds: float
    ending: Ending

    @property
    def line(self) -> str:
        """The check in one line."""
        mark = "✓" if self.passed else "✗"
        counts = ", ".join(f"{number} {word}" for word, number in self.ending.counts.items())
        return f"{mark} {self.name}{': ' if counts else ''}{counts} ({self.seconds:.1f} s)"


def run_side_by_side(
    checks: Iterable[Check],
    *,
    root: Path,
    prepare: Callable[[], None] | None,
    say: Callable[[str], None],
    slots: int | None = None,
) -> list[Outcome]:
    """Run checks at the same time; what needs the set-up waits for it.

    Args:
        checks: What to run.
        root: The project's folder.
        prepare: The set-up, run beside what does not need it; None if nothing does.
        say: Prints one line.
        slots: How many at a time, those that wait left aside; as many as there are cores if not given.

    Returns:
        Their outcomes, as they ended. A failed set-up is one of them, and so is each check that waited for it in vain.
    """
    pending = sorted(checks, key=lambda check: -check.cost)
    running: dict[Future[Outcome], Check] = {}
    outcomes: list[Outcome] = []
    is_ready = prepare is None
    slots = slots or cores()
    with ThreadPoolExecutor(slots + sum(check.waits for check in pending)) as pool:
        if prepare is not None:
            running[pool.submit(_run_setup, prepare)] = Check(name=SETUP, command=())
        while running or pending:
            ready = [check for check in pending if is_ready or not check.needs_setup]
            for check in ready:
                if check.waits or sum(not other.waits for other in running.values()) < slots:
                    pending.remove(check)
                    running[pool.submit(run_check, check, root)] = check
            ended, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in ended:
                is_setup = running.pop(future).name == SETUP
                outcome = future.result()
                if is_setup and outcome.passed:
                    is_ready = True
                    continue
                outcomes.append(outcome)
                say(outcome.line)
                if is_setup:
                    waiting = [check for check in pending if check.needs_setup]
                    pending = [check for check in pending if not check.needs_setup]
                    outcomes += [_not_run(check) for check in waiting]
    return outcomes


def run_check(check: Check, root: Path, show: Callable[[str], None] | None = None) -> Outcome:
    """Run one check in the project's folder.

    Args:
        check: The check.
        root: The project's folder.
        show: Takes each line as it comes; without it nothing is shown.
    """
    started = time.monotonic()
    printed: list[str] = []
    with subprocess.Popen(
        [*LEASH, *check.command],
        cwd=root,
        env={**_environment(root), **check.env},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    ) as process:
        for line in process.stdout or ():
            printed.append(line)
            if show is not None:
                show(line)
    output = "".join(printed)
    return Outcome(
        name=check.name,
        passed=process.returncode == 0,
        output=output,
        seconds=time.monotonic() - started,
        ending=read_ending(output),
    )


def cores() -> int:
    """Say how many processes can work at the same time here."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def shown_in_full(outcome: Outcome) -> str:
    """Give all that a failed check printed but pytest's last line, which comes at the very end."""
    lines = [line for line in outcome.output.splitlines() if not is_summary(line)]
    return "\n".join([f" {outcome.name} ".center(80, "#"), *lines])


def _run_setup(prepare: Callable[[], None]) -> Outcome:
    started = time.monotonic()
    error = ""
    try:
        prepare()
    except StepError as failed:
        error = str(failed)
    return Outcome(
        name=SETUP, passed=not error, output=error, seconds=time.monotonic() - started, ending=read_ending("")
    )


def _not_run(check: Check) -> Outcome:
    return Outcome(
        name=f"{check.name} (not run)",
        passed=False,
        output="The set-up that it needs has failed.",
        seconds=0.0,
        ending=read_ending(""),
    )


def _environment(root: Path) -> dict[str, str]:
    """Give this process's variables, with a place for compiled modules where none may be written beside the sources.

    Some images set PYTHONDONTWRITEBYTECODE; then each of the many processes would compile all of Rasa anew. And every
    core has a check already: one that shares a small sum among several waits for them longer than it takes.
    """
    env = {"OPENBLAS_NUM_THREADS": "1", **os.environ}
    if env.pop("PYTHONDONTWRITEBYTECODE", ""):
        env["PYTHONPYCACHEPREFIX"] = str(root / "var" / "pycache")
    return env
