"""The clinic's files are looked through before anything is set up."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.bootstrap import Services
from bot.cli.commands import knowledge
from bot.cli.main import frontdesk
from bot.errors import ContentError
from bot.knowledge import store
from bot.settings import Settings, load_settings
from bot.staff.store import audit_entries
from bot.vocabulary import Role
from tests.factories import serving


def test_the_shipped_content_is_well():
    """Every file that a start reads can be read."""
    assert knowledge.check(load_settings({})).answers


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("timezone: America/Chicago", "timezone: Mars/Base", "use a name like America/Chicago"),
        ("treatments: [prolotherapy,", "treatments: [acupuncture, prolotherapy,", "'acupuncture' is none that"),
        ('emergency_number: "911"', 'emergency_number: ""', "emergency_number"),
        ("first_questions: [definition,", "first_questions: [definitoin,", "there is no topic 'definitoin'"),
        ("first_questions: [definition,", "first_questions: [exosomes.definition,", "'exosomes' is not among your"),
    ],
)
def test_a_slip_in_clinic_yml_is_told_with_its_line(tmp_path: Path, old: str, new: str, problem: str):
    """Before the environments are made and the model is trained."""
    settings = load_settings({})
    text = settings.clinic_path.read_text(encoding="utf-8")
    path = tmp_path / "clinic.yml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    line = 1 + text[: text.index(old)].count("\n")

    with pytest.raises(ContentError, match=problem) as caught:
        knowledge.check(replace(settings, clinic_path=path))

    assert caught.value.line == line


def test_a_slip_in_the_short_replies_is_told_with_its_line(tmp_path: Path):
    """Or every process would stop at its start."""
    settings = load_settings({})
    shutil.copytree(settings.knowledge_path, tmp_path / "knowledge")
    path = tmp_path / "knowledge" / "short_replies.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("- lose my number", "- lose {my} number"), encoding="utf-8")

    with pytest.raises(ContentError, match="there is no list 'my'") as caught:
        knowledge.check(replace(settings, knowledge_path=tmp_path / "knowledge"))

    assert caught.value.line == 1 + text[: text.index("- lose my number")].count("\n")


def test_a_clinic_that_edits_an_answer_is_told_whose_questions_were_left(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """In one line, and is not stopped by it; where all fit, nothing is said."""
    folder = shutil.copytree(settings.knowledge_path, tmp_path / "knowledge")
    monkeypatch.setenv("FRONTDESK_KNOWLEDGE", str(folder))
    before = CliRunner().invoke(frontdesk, ["knowledge", "check"])
    path = folder / "asked" / "forum.tsv"
    path.write_text(path.read_text(encoding="utf-8") + "000000000000\tis it gone\n", encoding="utf-8")

    after = CliRunner().invoke(frontdesk, ["knowledge", "check"])

    assert (before.exit_code, after.exit_code) == (0, 0), after.output
    assert "written questions" not in before.output
    (line,) = (line for line in after.output.splitlines() if "written questions" in line)
    assert line.startswith("1 of ")
    assert "no longer there" in line


@pytest.mark.parametrize("words", [("knowledge", "check"), ("golive",)])
def test_every_slip_in_every_file_is_told_at_once(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
):
    """By each command that looks; status 1."""
    folder = shutil.copytree(settings.knowledge_path, tmp_path / "knowledge")
    clinic = tmp_path / "clinic.yml"
    clinic.write_text(settings.clinic_path.read_text(encoding="utf-8").replace('"555-0142"', "5550142"), "utf-8")
    slips = ("topics.yml", "red_flags.yml", "language_names.yml", "claims.yml", "answers/prp.yml", "asked/forum.tsv")
    for name in slips:
        text = (folder / name).read_text(encoding="utf-8")
        (folder / name).write_text(f"more: call #1\n{text}", encoding="utf-8")
    for name, value in (("DATABASE_URL", settings.database_url), ("CLINIC", clinic), ("KNOWLEDGE", folder)):
        monkeypatch.setenv(f"FRONTDESK_{name}", str(value))

    result = CliRunner().invoke(frontdesk, words)

    assert result.exit_code == 1
    assert f"{clinic}:6: phone: is read as a number" in result.stderr
    for name in slips:
        problem = "needs the columns" if name.endswith(".tsv") else "is read as"
        assert f"{folder / name}:1: {problem}" in result.stderr


def test_imports_and_exports_stand_in_the_audit_log(
    settings: Settings, services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """An import that changes nothing does not; the one that filled the test's database does."""
    monkeypatch.setenv("FRONTDESK_DATABASE_URL", settings.database_url)
    for words in (("import",), ("export", str(tmp_path))):
        result = CliRunner().invoke(frontdesk, ["knowledge", *words])
        assert result.exit_code == 0, result.output

    with services.database.read() as session:
        exported, imported = audit_entries(session, subject="answers")
        assert (exported.action, exported.staff_member_id) == ("answers.exported", None)
        assert imported.action == "answers.imported"
        assert imported.details == {"added": exported.details["answers"], "changed": 0, "retired": 0}


def test_an_import_says_whose_review_it_does_not_believe(
    settings: Settings, services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """And what to do; once that clinician has an account, it does."""
    folder = tmp_path / "knowledge"
    shutil.copytree(settings.knowledge_path, folder)
    path = folder / "answers" / "exosomes.yml"
    path.write_text(
        path.read_text(encoding="utf-8").replace(
            "{status: draft, sample: true,", '{status: approved, by: "Dr. Lee", "on": 2026-11-21,', 1
        ),
        encoding="utf-8",
    )
    monkeypatch.setenv("FRONTDESK_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("FRONTDESK_KNOWLEDGE", str(folder))

    def reviewed() -> int:
        assert CliRunner().invoke(frontdesk, ["knowledge", "import"]).exit_code == 0
        with services.database.read() as session:
            return len(store.servable(session, serving(samples=False)))

    told = CliRunner().invoke(frontdesk, ["knowledge", "import"]).output
    assert "answers name Dr. Lee as reviewer" in told
    assert "./frontdesk staff add EMAIL --name 'Dr. Lee' --role clinician" in told
    assert reviewed() == 0
    services.staff.add(email="lee@x.example", name="Dr. Lee", role=Role.CLINICIAN, password="three or four words")
    assert reviewed() > 0
