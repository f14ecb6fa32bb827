"""`frontdesk test`: every check and every test of the project, in one command."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path

import click

from bot.cli.setting_up import environments, setup
from bot.cli.steps import Steps
from bot.cli.testing import browser, servers
from bot.cli.testing.pytest_output import DURATIONS, SLOWEST, closing_line, slowest_of
from bot.cli.testing.side_by_side import Check, Outcome, cores, run_check, run_side_by_side, shown_in_full
from bot.cli.testing.with_tensorflow import is_possible
from bot.settings import load_settings

RASA_TESTS = "tests/rasa_project"
END_TO_END = "tests/end_to_end"
UNIT = "unit tests"
# The folders whose tests are runs of their own; all other tests, wherever they are, are the unit tests' runs.
FOLDERS = {
    "integration tests": "tests/integration",
    "conversations with the real Rasa": "tests/conversations",
    "end-to-end tests": END_TO_END,
}
WITH_PROCESSES = ("conversations with the real Rasa", "end-to-end tests")
ELSEWHERE = (RASA_TESTS, "tests/tensorflow_project")
"""The folders whose tests run in other environments."""
# Two runs share their files, each taking the next one that is left (`tests/shared_out.py`): neither waits long for the
# other at the end. The end-to-end tests wait for pages and processes most of the time: each run has a Frontdesk and a
# browser of its own, beside whatever else is run.
SHARED = (UNIT, "integration tests", "end-to-end tests")
_SHARERS = 2
SLOW = "browser or end_to_end or slow or postgresql or redis"
"""The markers of what `--quick` leaves for the whole run."""
# Seconds of a processor, roughly; they only say what should begin first.
COSTS = {
    "end-to-end tests (1 of 2)": 400.0,
    "end-to-end tests (2 of 2)": 400.0,
    # A processor each for as long as there is one: alone, these would be at work when all others have ended.
    "unit tests (1 of 2)": 300.0,
    "unit tests (2 of 2)": 300.0,
    "conversations with the real Rasa": 120.0,
    "integration tests (1 of 2)": 100.0,
    # Whenever it begins, it takes what is left: last, it fills up the core that would be idle.
    "integration tests (2 of 2)": 30.0,
    "fine-tuning tests": 60.0,
    "Rasa tests": 48.0,
    "Rasa data": 16.0,
    "mypy": 13.0,
    "mypy (bot/encoder, bot/nlu)": 6.0,
}
# Rasa has no annotations that mypy may use, so what is derived from its classes is of type Any.
_RASA_TYPES = (
    "--python-version=3.12",
    "--follow-imports=silent",
    "--ignore-missing-imports",
    "--allow-subclassing-any",
    "--allow-untyped-decorators",
)


@click.command("test", context_settings={"ignore_unknown_options": True})
@click.option(
    "--quick", is_flag=True, help="Leave the browser, tests with real processes and slow tests for the whole run."
)
@click.argument("pytest_args", nargs=-1, type=click.UNPROCESSED)
def command(*, quick: bool, pytest_args: tuple[str, ...]) -> None:
    """Run all checks and tests. PYTEST_ARGS go to pytest, and then only the tests they choose are run."""
    root = load_settings().root
    steps = Steps()
    started = time.monotonic()
    env = {} if quick else browser.provide_browser(root, steps)
    has_postgresql = quick or servers.provide_postgresql(steps)
    has_redis = quick or servers.provide_redis(steps)
    there = {"browser": env is not None, "postgresql": has_postgresql, "redis": has_redis}
    left_out = SLOW if quick else " or ".join(marker for marker, is_there in there.items() if not is_there)

    # The encoders come first: the unit tests read messages with them from their first file on.
    setup.prepare_rasa(root, steps)
    train = partial(setup.train_model, root, steps)
    if pytest_args:
        if not quick:
            train()
        chosen = chosen_tests(root, env or {}, left_out=left_out, pytest_args=pytest_args)
        outcomes = [run_check(chosen, root, lambda line: click.echo(line, nl=False))]
    else:
        with tempfile.TemporaryDirectory(prefix="frontdesk-tests-") as taken:
            checks = [*static_checks(root), *all_tests(root, env or {}, left_out=left_out, taken=Path(taken))]
            steps.say(f"Running {len(checks)} checks, {cores()} at a time ...")
            outcomes = run_side_by_side(checks, root=root, prepare=None if quick else train, say=steps.say)
        report(outcomes, seconds=time.monotonic() - started)
    problems = [outcome.name for outcome in outcomes if not outcome.passed]
    if env is None:
        problems.append("the browser's tests, which were not run")
        steps.say(f"No browser for the tests. To get one: {browser.how_to_get()}")
    if not has_postgresql:
        problems.append("the tests on PostgreSQL, which were not run")
        steps.say(f"No PostgreSQL for the tests. To get one: {servers.how_to_get_postgresql()}")
    if not has_redis:
        problems.append("the tests with Redis, which were not run")
        steps.say(f"No Redis for the tests. To get one: {servers.how_to_get_redis()}")
    if skipped := [reason for outcome in outcomes for reason in outcome.ending.skipped]:
        problems.append(f"{len(skipped)} skipped (why: lines that begin with SKIPPED)")
        steps.say("\n".join(f"SKIPPED {reason}" for reason in skipped))
    if quick:
        steps.say(left_for_the_whole_run(outcomes, with_tensorflow=is_possible()))
    passed = "What --quick runs has passed; the whole is ./frontdesk test." if quick else "All checks passed."
    steps.say(f"NOT GREEN: {', '.join(problems)}" if problems else passed)
    sys.exit(1 if problems else 0)


def left_for_the_whole_run(outcomes: Iterable[Outcome], *, with_tensorflow: bool) -> str:
    """Say how many tests a quick run has not run.

    Args:
        outcomes: How its checks went.
        with_tensorflow: Whether the whole run would also make the environment with TensorFlow, whose tests nobody can
            count without it.
    """
    number = sum(outcome.ending.counts["deselected"] for outcome in outcomes)
    others = ", and those of fine-tuning" if with_tensorflow else ""
    kinds = "marked as slow, with the browser, on PostgreSQL, with Redis, or with real processes"
    return f"Left for the whole run, and not tested: {number} tests ({kinds}){others}."


def report(outcomes: Sequence[Outcome], *, seconds: float) -> None:
    """Print what failed in full, the slowest tests, what failed in a line each, and the closing lines of pytest.

    Args:
        outcomes: How the checks went.
        seconds: How long all took.
    """
    for outcome in outcomes:
        if not outcome.passed:
            click.echo(f"\n{shown_in_full(outcome)}")
    endings = [outcome.ending for outcome in outcomes]
    click.echo(f"\nThe {SLOWEST} slowest tests:")
    for line in slowest_of(endings):
        click.echo(line)
    click.echo("")
    for ending in endings:
        for line in ending.failed:
            click.echo(line)
    for outcome in outcomes:
        if outcome.ending.summary:
            click.echo(f"{outcome.name}: {outcome.ending.summary}")
    click.echo(closing_line(endings, seconds))


def static_checks(root: Path) -> list[Check]:
    """Name the checks that run no test.

    Args:
        root: The project's folder.
    """
    rasa = str(environments.RASA.executable(root))
    rasa_types = [*_RASA_TYPES, f"--python-executable={rasa}"]
    # File by file: of a folder that pyproject.toml excludes mypy would check nothing.
    nlu = [str(path.relative_to(root)) for room in ("encoder", "nlu") for path in (root / "bot" / room).rglob("*.py")]
    imports = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
    return [
        _check("ruff check", [sys.executable, "-m", "ruff", "check"]),
        _check("ruff format", [sys.executable, "-m", "ruff", "format", "--check"]),
        _check("mypy", [sys.executable, "-m", "mypy"]),
        _check(
            "mypy (bot/encoder, bot/nlu)", [sys.executable, "-m", "mypy", *rasa_types, *sorted(nlu)], needs_setup=True
        ),
        _check("imports", [sys.executable, "-c", imports]),
        _check("Rasa data", [rasa, "-m", "bot.nlu.tuning.validate"], env=setup.QUIET_RASA, needs_setup=True),
    ]


def all_tests(root: Path, env: Mapping[str, str], *, left_out: str, taken: Path) -> list[Check]:
    """Name the runs of pytest that hold every test once.

    Args:
        root: The project's folder.
        env: Variables that tell the tests where the browser is.
        left_out: The markers of the tests not to run, as in `SLOW`; empty for none.
        taken: An empty folder, where runs that share files keep which they have taken.
    """
    rasa = str(environments.RASA.executable(root))
    # What is left out whole has no run of its own: the unit tests' runs collect it, so that it is counted.
    of_their_own = {name: folder for name, folder in FOLDERS.items() if left_out != SLOW or name not in WITH_PROCESSES}
    runs = _shared(root, UNIT, "tests", taken, but=[*of_their_own.values(), *ELSEWHERE])
    for name, folder in of_their_own.items():
        runs.update(_shared(root, name, folder, taken) if name in SHARED else {name: [folder]})
    fine_tuning = [sys.executable, "-m", "bot.cli.testing.with_tensorflow", *_pytest()[2:]]
    # An environment of 2 GB for a few tests: not when it has to be quick, and only where there is one.
    with_tensorflow = left_out != SLOW and is_possible()
    return [
        *([_check("fine-tuning tests", fine_tuning, needs_setup=True)] if with_tensorflow else []),
        _check("Rasa tests", [rasa, *_pytest(RASA_TESTS), *_but(left_out)], env=setup.QUIET_RASA, needs_setup=True),
        *(
            _check(
                name,
                [sys.executable, *_pytest(*arguments), *_but(left_out)],
                env=env,
                needs_setup=name.startswith(WITH_PROCESSES),
                waits=arguments[0].startswith(END_TO_END),
            )
            for name, arguments in runs.items()
        ),
    ]


def chosen_tests(root: Path, env: Mapping[str, str], *, left_out: str, pytest_args: Sequence[str]) -> Check:
    """Name the run of the app's tests that somebody chose.

    Args:
        root: The project's folder.
        env: Variables that tell the tests where the browser is.
        left_out: The markers of the tests not to run; empty for none.
        pytest_args: What was typed after `frontdesk test`; paths may be relative to where it was typed.
    """
    typed = [_below_root(argument, root) for argument in pytest_args]
    return _check("tests", [sys.executable, *_pytest(), *_but(left_out), *typed], env=env)


def _shared(root: Path, name: str, folder: str, taken: Path, *, but: Sequence[str] = ()) -> dict[str, list[str]]:
    """Name the runs that share a folder's files, those of other folders in it left aside."""
    others = [root / other for other in but]
    files = [path for path in (root / folder).rglob("test_*.py") if not any(map(path.is_relative_to, others))]
    shared = ["-p", "tests.shared_out", f"--shared-out={taken / Path(folder).name}"]
    arguments = [*(path.relative_to(root).as_posix() for path in sorted(files, key=_longest_first)), *shared]
    return {f"{name} ({number + 1} of {_SHARERS})": arguments for number in range(_SHARERS)}


def _longest_first(path: Path) -> tuple[bool, int, str]:
    """Put files with tests that are marked as slow before the others, and long ones before short ones."""
    text = path.read_text(encoding="utf-8")
    return "pytest.mark.slow(" not in text, -len(text), path.as_posix()


def _check(
    name: str,
    command: Sequence[str],
    *,
    env: Mapping[str, str] | None = None,
    needs_setup: bool = False,
    waits: bool = False,
) -> Check:
    cost = COSTS.get(name, 1.0)
    return Check(name=name, command=command, env=env or {}, needs_setup=needs_setup, cost=cost, waits=waits)


def _pytest(*arguments: str) -> list[str]:
    return ["-m", "pytest", *arguments, f"--color={'yes' if sys.stdout.isatty() else 'no'}", *DURATIONS]


def _but(left_out: str) -> list[str]:
    return ["-m", f"not ({left_out})"] if left_out else []


def _below_root(argument: str, root: Path) -> str:
    # Tests run in the project's folder, so a path typed elsewhere is made to hold there.
    path = Path(argument.partition("::")[0])
    if argument.startswith("-") or (root / path).exists() or not path.exists():
        return argument
    return str(path.resolve()) + argument[len(str(path)) :]
