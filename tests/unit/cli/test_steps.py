"""A step says what it does, and a failing one says why and what to do."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from bot.cli.steps import StepError, Steps, run_logged


@pytest.fixture
def screen() -> io.StringIO:
    """What was printed."""
    return io.StringIO()


@pytest.fixture
def steps(screen: io.StringIO) -> Steps:
    """Steps that print to `screen`, as into a file."""
    return Steps(screen)


def _run(program: str, steps: Steps, folder: Path) -> None:
    with steps.step("Training") as step:
        run_logged([sys.executable, "-c", program], what="training", root=Path.cwd(), log=folder / "log", step=step)


def test_a_step_is_one_line_with_its_result(steps: Steps, screen: io.StringIO):
    """Not a terminal: plain lines, no spinner."""
    with steps.step("Database") as step:
        step.found("already there")

    assert screen.getvalue().startswith("✓ Database: already there (0.")
    assert screen.getvalue().count("\n") == 1


def test_output_of_a_step_goes_to_its_log(steps: Steps, screen: io.StringIO, tmp_path: Path):
    """The terminal stays calm; the file has it all."""
    _run("print('loading'); print('done')", steps, tmp_path)

    assert (tmp_path / "log").read_text(encoding="utf-8") == "loading\ndone\n"
    assert "loading" not in screen.getvalue()


@pytest.mark.parametrize(
    ("last_words", "advice"),
    [
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("dns error: failed to lookup address information", "check the network"),
        ("config.yml: unknown component", "the lines above say why"),
    ],
)
def test_failing_step_shows_its_last_words_and_what_to_do(
    steps: Steps, screen: io.StringIO, tmp_path: Path, last_words: str, advice: str
):
    """The reason is on the terminal, not only in a log."""
    with pytest.raises(StepError, match=advice) as failure:
        _run(f"import sys; sys.exit({last_words!r})", steps, tmp_path)

    assert last_words in str(failure.value)
    assert screen.getvalue().startswith("✗ Training")


def test_program_that_does_not_exist_is_named(steps: Steps, tmp_path: Path):
    """A broken environment says which program is missing."""
    with steps.step("Training") as step, pytest.raises(StepError, match="cannot start /no/such/python"):
        run_logged(["/no/such/python"], what="training", root=Path.cwd(), log=tmp_path / "log", step=step)
