"""A whole training after ten changed sentences, in a copy of the project, beside one with nothing kept."""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.terminal import say
from bot.nlu.project import PROJECT_ROOT

_SENTENCES = 10
_COPIED = ("bot", "data", "models/encoder", "requirements", "config.yml", "domain.yml", "endpoints.yml")
_FIRST_EXAMPLE = "  examples: |\n    - "


def measure(rounds: int) -> dict[str, list[tuple[float, float]]]:
    """Train with nothing kept, and after each time ten other sentences have changed.

    Args:
        rounds: How often each.

    Returns:
        By what was measured, of each round the seconds by the clock and those of the processor.

    Raises:
        SystemExit: A training failed.
    """
    found: dict[str, list[tuple[float, float]]] = {"nothing kept but the vectors": [], "ten changed sentences": []}
    with tempfile.TemporaryDirectory(prefix="bench-training-") as folder:
        project = Path(folder)
        _copy(project)
        files = sorted((project / "data" / "nlu" / "topics").glob("*.yml"))
        kept = project / "models" / "training"
        for number in range(rounds):
            steps: dict[str, Callable[[], None]] = {
                "nothing kept but the vectors": lambda: shutil.rmtree(kept, ignore_errors=True),
                "ten changed sentences": lambda: _change(files, number),  # noqa: B023 - called in this round.
            }
            for name, prepare in steps.items():
                prepare()
                say(f"round {number + 1} of {rounds}: {name}")
                found[name].append(_train(project))
    return found


def _copy(project: Path) -> None:
    for name in _COPIED:
        source, target = PROJECT_ROOT / name, project / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("*.onnx.tmp"))
        else:
            shutil.copyfile(source, target)


def _change(files: list[Path], number: int) -> None:
    """Add words to the first example of each of ten files."""
    for path in files[:_SENTENCES]:
        text = path.read_text(encoding="utf-8")
        if _FIRST_EXAMPLE not in text:
            raise SystemExit(f"There is no example in {path}.")
        path.write_text(text.replace(_FIRST_EXAMPLE, f"{_FIRST_EXAMPLE}so {number} ", 1), encoding="utf-8")


def _train(project: Path) -> tuple[float, float]:
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    command = [sys.executable, "-m", "bot.nlu.tuning.train"]
    done = subprocess.run(command, cwd=project, stdout=subprocess.DEVNULL, check=False)  # noqa: S603 - our own code.
    seconds, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        raise SystemExit("Training failed; the lines above say why.")
    return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
