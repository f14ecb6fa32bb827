"""`frontdesk test`: every check and every test of the project, in one command."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click

from bot.cli import environments, setup
from bot.cli.steps import Steps
from bot.settings import load_settings

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
RASA_TESTS = "tests/rasa_project"
NO_BROWSER = (
    "No Chromium on this machine, so the browser's tests were not run. Install it with `apt-get install chromium` or "
    "`.venv/bin/python -m playwright install chromium`, or leave them out with `./frontdesk test --quick`."
)
# Rasa has no annotations that mypy may use, so what is derived from its classes is of type Any.
_RASA_TYPES = (
    "--python-version=3.12",
    "--follow-imports=silent",
    "--ignore-missing-imports",
    "--allow-subclassing-any",
    "--allow-untyped-decorators",
)
_PYTEST_SUMMARY = re.compile(r"^(\x1b\[\d+m)*=*\s*.*\b(passed|failed|error|errors|no tests ran)\b.* in [\d.]+s")


@dataclass(frozen=True, kw_only=True)
class Check:
    """One check: what it is called, how it is run, and whether its output is shown as it comes."""

    name: str
    command: Sequence[str]
    live: bool = False
    env: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a check went, with the summary line of pytest where it was one."""

    check: Check
    passed: bool
    summary: str = ""


@click.command("test", context_settings={"ignore_unknown_options": True})
@click.option("--quick", is_flag=True, help="Leave out the browser and the tests that start real processes.")
@click.argument("pytest_args", nargs=-1, type=click.UNPROCESSED)
def command(*, quick: bool, pytest_args: tuple[str, ...]) -> None:
    """Run all checks and tests. PYTEST_ARGS go to pytest, and then only the tests they choose are run."""
    root = load_settings().root
    steps = Steps()
    setup.prepare_rasa(root, steps)
    setup.train_model(root, steps)
    browser = find_browser()
    left_out = "browser or end_to_end" if quick else "" if browser else "browser"
    wanted = [app_tests(root, browser or {}, left_out=left_out, pytest_args=pytest_args)]
    if not pytest_args:
        wanted = [*static_checks(root), *wanted]
    outcomes = [run_check(check, root, steps.say) for check in wanted]
    failed = [outcome.check.name for outcome in outcomes if not outcome.passed]
    if left_out == "browser":
        failed.append("browser tests (not run)")
        steps.say(NO_BROWSER)
    steps.say("")
    steps.say(f"FAILED: {', '.join(failed)}" if failed else "All checks passed.")
    for outcome in outcomes:
        if outcome.summary:
            click.echo(f"{outcome.check.name}: {outcome.summary}")
    sys.exit(1 if failed else 0)


def static_checks(root: Path) -> list[Check]:
    """Name the checks that come before the tests of the app, the quick ones first.

    Args:
        root: The project's folder.
    """
    rasa = str(environments.RASA.executable(root))
    rasa_types = [*_RASA_TYPES, f"--python-executable={rasa}"]
    # File by file: of a folder that pyproject.toml excludes mypy would check nothing.
    nlu = [str(path.relative_to(root)) for room in ("encoder", "nlu") for path in (root / "bot" / room).rglob("*.py")]
    imports = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
    return [
        Check(name="ruff check", command=[sys.executable, "-m", "ruff", "check"]),
        Check(name="ruff format", command=[sys.executable, "-m", "ruff", "format", "--check"]),
        Check(name="mypy", command=[sys.executable, "-m", "mypy"]),
        Check(name="mypy (bot/encoder, bot/nlu)", command=[sys.executable, "-m", "mypy", *rasa_types, *sorted(nlu)]),
        Check(name="imports", command=[sys.executable, "-c", imports]),
        Check(
            name="Rasa data",
            command=[rasa, "-m", "bot.nlu.tuning.validate"],
            env=setup.QUIET_RASA,
        ),
        Check(
            name="Rasa tests",
            command=[rasa, "-m", "pytest", RASA_TESTS, f"--color={_color()}"],
            live=True,
            env=setup.QUIET_RASA,
        ),
    ]


def app_tests(root: Path, env: Mapping[str, str], *, left_out: str, pytest_args: Sequence[str]) -> Check:
    """Name the tests of the app.

    Args:
        root: The project's folder.
        env: Variables that tell the tests where the browser is.
        left_out: The markers of the tests not to run, as in "browser or end_to_end"; empty for none.
        pytest_args: What was typed after `frontdesk test`; paths may be relative to where it was typed.
    """
    chosen = ["-m", f"not ({left_out})"] if left_out else []
    typed = [_below_root(argument, root) for argument in pytest_args]
    command = [sys.executable, "-m", "pytest", f"--color={_color()}", *chosen, *typed]
    return Check(name="tests", command=command, live=True, env=env)


def find_browser() -> dict[str, str] | None:
    """Give the variable that tells the tests which Chromium to start: empty for Playwright's own, None without any."""
    for name in BROWSERS:
        found = shutil.which(name)
        if found:
            return {"FRONTDESK_CHROMIUM": found}
    if _playwright_has_chromium():
        return {}
    return None


def run_check(check: Check, root: Path, say: Callable[[str], None]) -> Outcome:
    """Run one check in the project's folder and show what it has to say.

    Args:
        check: The check.
        root: The project's folder.
        say: Prints one line.
    """
    env = {**os.environ, **check.env}
    if not check.live:
        done = subprocess.run(check.command, cwd=root, env=env, capture_output=True, text=True, check=False)
        passed = done.returncode == 0
        say(f"{'✓' if passed else '✗'} {check.name}")
        if not passed:
            click.echo(done.stdout + done.stderr)
        return Outcome(check=check, passed=passed)
    say(f"· {check.name}")
    summary = ""
    with subprocess.Popen(check.command, cwd=root, env=env, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout or ():
            click.echo(line, nl=False)
            if _PYTEST_SUMMARY.match(line):
                summary = line.strip()
    return Outcome(check=check, passed=process.returncode == 0, summary=summary)


def _below_root(argument: str, root: Path) -> str:
    # Tests run in the project's folder, so a path typed elsewhere is made to hold there.
    path = Path(argument.partition("::")[0])
    if argument.startswith("-") or (root / path).exists() or not path.exists():
        return argument
    return str(path.resolve()) + argument[len(str(path)) :]


def _playwright_has_chromium() -> bool:
    program = (
        "from playwright.sync_api import sync_playwright; import pathlib, sys\n"
        "with sync_playwright() as p: sys.exit(not pathlib.Path(p.chromium.executable_path).exists())"
    )
    return subprocess.run([sys.executable, "-c", program], capture_output=True, check=False).returncode == 0


def _color() -> str:
    return "yes" if sys.stdout.isatty() else "no"
