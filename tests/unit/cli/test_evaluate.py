"""`frontdesk evaluate safety` needs no Rasa, and its exit status says whether the bars hold."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli.commands.evaluate import command
from bot.evaluation.red_flags import BOTH, FIGURES, WAYS
from bot.settings import ROOT
from tests.factories import EMERGENCY
from tests.unit.evaluation.results import a_share, an_evaluation


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose own red-flag set the test writes."""
    for name in ("data", "models"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "tests" / "triage_set").mkdir(parents=True)
    (tmp_path / "tests" / "nlu").mkdir()
    (tmp_path / "tests" / "nlu" / "dialogues.yml").write_text("dialogues: []\n", encoding="utf-8")
    (tmp_path / "tests" / "facts").mkdir()
    (tmp_path / "tests" / "facts" / "seed_facts.yml").write_text("facts: []\n", encoding="utf-8")
    monkeypatch.setenv("FRONTDESK_ROOT", str(tmp_path))
    return tmp_path


def write_set(folder: Path, *, emergency: str) -> None:
    """Write a red-flag set with one row of each kind."""
    rows = [f"r1\t{emergency}\temergency\tbreathing", "r2\tthe joint is hot, red and swollen\tsame_day\tseptic_joint"]
    (folder / "red_flags.tsv").write_text("\n".join(["id\ttext\tlevel\tsign", *rows]) + "\n", encoding="utf-8")
    (folder / "not_red_flags.tsv").write_text("id\ttext\nn1\thow much is it\n", encoding="utf-8")


def test_everything_found_is_success(project: Path):
    """With a figure for each level and each sign, by both and by the floor and the model alone."""
    write_set(project / "tests" / "triage_set", emergency=EMERGENCY)

    result = CliRunner().invoke(command, ["safety", "--json"])

    assert result.exit_code == 0
    figures = json.loads(result.stdout)
    assert {name: figures[name]["value"] for name in FIGURES} == {
        "emergency recall": 1.0,
        "same-day recall": 1.0,
        "danger heard": 1.0,
        "false alarms": 0.0,
        "needless checks": 0.0,
    }
    assert set(figures["floor"]) == set(figures["model"]) == set(FIGURES)
    assert set(figures["signs"]) == {"breathing", "septic_joint"}


def test_table_holds_the_figures_of_each_way(project: Path):
    """Five figures, three ways; the bars are those of both together."""
    write_set(project / "tests" / "triage_set", emergency=EMERGENCY)

    lines = CliRunner().invoke(command, ["safety"]).stdout.splitlines()

    for way in WAYS:
        rows = [line for name in FIGURES for line in lines if line.strip().startswith(f"{name}, {way} ")]
        assert len(rows) == len(FIGURES)
        assert all(("≥" in row or "≤" in row) is (way == BOTH) for row in rows)


def test_missed_emergency_is_named_and_fails(project: Path):
    """A script sees the status, a person the line."""
    write_set(project / "tests" / "triage_set", emergency="how long does it take")

    result = CliRunner().invoke(command, ["safety"])

    assert result.exit_code == 1
    assert "emergency recall is 0.000, below the baseline of 0.900." in result.stderr
    assert "r1 wanted emergency got nothing: how long does it take" in result.stdout


def test_sets_of_another_folder_have_no_bars(project: Path):
    """The baseline is about the project's own sets."""
    folder = project / "theirs"
    folder.mkdir()
    write_set(folder, emergency="how long does it take")

    assert CliRunner().invoke(command, ["safety", "--data", str(folder)]).exit_code == 0


def test_real_posts_count_but_for_those_that_are_unclear(project: Path):
    """Readers would differ on those."""
    folder = project / "posts"
    folder.mkdir()
    rows = [f"p1\t{EMERGENCY}\temergency", "p2\thow much is it\tnone", "p3\tmy knee\tunclear"]
    (folder / "labelled_posts.tsv").write_text("\n".join(["id\ttext\tlevel", *rows]) + "\n", encoding="utf-8")

    figures = json.loads(CliRunner().invoke(command, ["safety", "--data", str(folder), "--json"]).stdout)

    assert (figures["danger heard"]["hits"], figures["danger heard"]["total"]) == (1, 1)
    assert figures["false alarms"]["total"] == 1


@pytest.mark.parametrize("more", [["--quick"], ["--data", "."]])
def test_baseline_is_moved_only_by_a_full_run_on_the_own_sets(more: list[str]):
    """Anything else would lower bars that were not looked at."""
    result = CliRunner().invoke(command, ["--update-baseline", *more])

    assert result.exit_code == 2


def test_baseline_is_never_moved_in_ci(monkeypatch: pytest.MonkeyPatch):
    """A pipeline must not lower its own bars."""
    monkeypatch.setenv("CI", "true")

    assert CliRunner().invoke(command, ["--update-baseline"]).exit_code == 2


@pytest.mark.parametrize(("crossed", "status"), [(True, 0), (False, 1)])
def test_full_run_writes_the_report_and_fails_below_the_baseline(
    project: Path, monkeypatch: pytest.MonkeyPatch, crossed: bool, status: int
):
    """Here cross-validation holds its bar or does not; nothing else has one."""
    share = a_share("cross-validated accuracy", crossed)
    monkeypatch.setattr("bot.cli.commands.evaluate.evaluate", lambda *_, **__: an_evaluation(cross_validated=share))
    monkeypatch.setattr("bot.cli.commands.evaluate.load_baseline", lambda: {share.name: {"least": 0.5}})
    (project / "config.yml").symlink_to(ROOT / "config.yml")

    result = CliRunner().invoke(command, ["--misses", "1"])

    report = project / "var" / "evaluation" / "report.html"
    assert result.exit_code == status, result.output
    assert f"Report: {report}" in result.stdout
    assert "[topic right] 1 wanted a got b: how much" in result.stdout
    assert ("cross-validated accuracy is 0.000" in result.stderr) is not crossed
    assert report.is_file()


def test_figures_as_json_hold_those_of_danger_and_the_calibration_error(project: Path, monkeypatch: pytest.MonkeyPatch):
    """For programs."""
    monkeypatch.setattr("bot.cli.commands.evaluate.evaluate", lambda *_, **__: an_evaluation())
    monkeypatch.setattr("bot.cli.commands.evaluate.load_baseline", dict)
    (project / "config.yml").symlink_to(ROOT / "config.yml")

    figures = json.loads(CliRunner().invoke(command, ["--json", "--quick"]).stdout)

    assert figures["topic right"] == pytest.approx(
        {"value": 2 / 3, "low": 0.2077, "high": 0.9385, "hits": 2, "total": 3}, abs=1e-4
    )
    assert {figures[name]["total"] for name in FIGURES} == {2}
    assert 0 < figures["calibration error"]["value"] < 1
