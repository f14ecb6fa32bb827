"""`frontdesk bench`: the benchmarks beside this package, which is all that this command knows of them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click

from bot.cli.setting_up import setup
from bot.cli.steps import LEASH, StepError, Steps
from bot.settings import load_settings

FOLDER = "bench"


@click.command(FOLDER)
@click.argument("parts", nargs=-1, metavar="[PART]...")
@click.option("--short", is_flag=True, help="Minutes, not hours, to see that it runs; the tables go to var/bench.")
@click.option("--database", help="An empty PostgreSQL of yours for `edges`; else one is started for it.")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Where the results go (default: bench/results)."
)
def command(*, parts: tuple[str, ...], short: bool, database: str | None, out: Path | None) -> None:
    """Measure Frontdesk on this machine, and write tables and pictures into bench/results.

    PART is any of turn, growth, training, parse, soak and edges; without one all of them are measured, which takes
    hours. docs/benchmarks.md says what each is.
    """
    root = load_settings().root
    if not (root / FOLDER / "__main__.py").is_file():
        raise StepError(
            f"There is no {root / FOLDER}: the benchmarks are in the repository, and not in what is installed "
            "without it. Clone the repository and run ./frontdesk bench there."
        )
    options = [*(["--short"] if short else []), *(["--database", database] if database else [])]
    options += ["--out", str(out.resolve())] if out else []
    setup.prepare_rasa(root, Steps())
    # Ctrl-C reaches both: what is being measured ends, and so does this.
    measured = subprocess.run([*LEASH, sys.executable, "-m", FOLDER, *options, "--", *parts], cwd=root, check=False)
    sys.exit(measured.returncode)
