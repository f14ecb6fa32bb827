"""`frontdesk bench`: every part can be run by name, what fails stops no other, and a short run replaces no figures."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from bench import __main__ as bench
from bench.__main__ import PARTS, RESULTS, Run
from bot.cli.commands.bench import command
from bot.cli.main import frontdesk
from bot.settings import ROOT


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Have two parts of small programs, the first of which fails; give the folder of their results."""
    program = (
        "import pathlib, sys; out = pathlib.Path(sys.argv[-1]); out.mkdir(parents=True, exist_ok=True);"
        "(out / sys.argv[1]).write_text(' '.join(sys.argv[2:])); sys.exit(sys.argv[1] == 'fails')"
    )
    (tmp_path / "measures.py").write_text(program, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{ROOT}")
    made = {name: (Run(what=name, command=["measures", name], short=["--few"]),) for name in ("fails", "works")}
    monkeypatch.setattr(bench, "PARTS", made)
    return tmp_path / "results"


def test_one_that_fails_does_not_stop_the_others(parts: Path, capfd: pytest.CaptureFixture[str]):
    """It says how far it is, and at the end what has failed."""
    assert bench.main(["--out", str(parts)]) == 1

    said = capfd.readouterr().out
    assert "1 of 2: fails" in said
    assert "2 of 2: works" in said
    assert "✗ fails" in said
    assert "✓ works" in said
    assert (parts / "works").read_text(encoding="utf-8") == f"--out {parts}"


def test_one_part_may_be_asked_for_and_kept_short(parts: Path, monkeypatch: pytest.MonkeyPatch):
    """Short figures lie elsewhere."""
    monkeypatch.setattr(bench, "SHORT_RESULTS", parts)

    assert bench.main(["--short", "works"]) == 0

    assert (parts / "works").read_text(encoding="utf-8") == f"--few --out {parts}"
    assert not (parts / "fails").exists()
    assert RESULTS not in parts.parents


@pytest.mark.parametrize("run", [run for runs in PARTS.values() for run in runs], ids=lambda run: run.command[-1])
def test_every_benchmark_takes_what_it_is_told(run: Run):
    """A misspelt option would only show after the hours of those before it."""
    told = [str(run.python), "-m", *run.command, *run.short, "--out", "/nowhere"]
    told += ["--database", "postgresql://nobody"] if run.needs_postgresql else []

    done = subprocess.run([*told, "--help"], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)

    assert done.returncode == 0, done.stderr
    assert all(option in done.stdout for option in told if option.startswith("--"))


def test_a_part_that_is_none_is_named_with_those_there_are():
    """Before anything is measured."""
    done = subprocess.run(
        [sys.executable, "-m", "bench", "memory"], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )

    assert done.returncode == 2
    assert "there is no part 'memory'; the parts are turn, growth, training, parse, soak, edges" in done.stderr


def test_the_command_names_every_part():
    """It knows of the benchmarks only what its help says."""
    assert [name for name in PARTS if name not in (command.help or "")] == []


def test_without_the_repository_it_says_what_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """And what to do."""
    monkeypatch.setenv("FRONTDESK_ROOT", str(tmp_path))

    result = CliRunner().invoke(frontdesk, ["bench"])

    assert result.exit_code == 1
    assert f"There is no {tmp_path / 'bench'}" in result.output
    assert "Clone the repository" in result.output
