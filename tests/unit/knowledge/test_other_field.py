"""A clinic of another field replaces clinic.yml and the content folder, nothing else: no field stands in the code."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.bootstrap import Services, build_services
from bot.cli.commands import database as database_command
from bot.cli.commands import knowledge
from bot.knowledge.answering.question import Question
from bot.settings import ROOT, Settings, load_settings
from bot.vocabulary import Outcome, ReplyKind

DENTAL = ROOT / "tests" / "dental_clinic"
FIELD = re.compile(r"prolotherapy|\bprp\b|stem.?cell|exosome|inject|regenerat|dextrose", re.IGNORECASE)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Give the settings of a dental clinic with its own two: its file and its content folder."""
    clinic = tmp_path_factory.mktemp("dental")
    folder = clinic / "knowledge"
    shutil.copytree(DENTAL / "knowledge", folder)
    for name in ("red_flags.yml", "claims.yml"):
        shutil.copy(ROOT / "data" / "knowledge" / name, folder)
    return replace(
        load_settings({}),
        clinic_path=DENTAL / "clinic.yml",
        knowledge_path=folder,
        database_url=f"sqlite:///{clinic / 'dental.db'}",
    )


@pytest.fixture(scope="module")
def dental(settings: Settings) -> Iterator[Services]:
    """Give the dental clinic's Frontdesk, its answers loaded; tests only look at it."""
    database_command.upgrade(settings)
    knowledge.seed(settings)
    services = build_services(settings)
    yield services
    services.database.close()


def test_its_answers_are_served(dental: Services):
    """Its own for a treatment, the general one with the clinic's price, and its comparison."""
    own = dental.answering.answer(Question(topic="duration", treatments=("cleaning",)), ()).replies[0]
    price = dental.answering.answer(Question(topic="price", treatments=("whitening",)), ()).replies[0]
    asked = Question(topic="comparison", treatments=("whitening",), alternatives=("toothpaste",))
    compared = dental.answering.answer(asked, ()).replies[0]

    assert own.text == "Plan on half an hour for a cleaning."
    assert [option.title for option in own.related] == ["What does a cleaning cost?"]
    assert (price.answer_id, price.text) == ("dentistry.price", "A cleaning costs 60 euros.")
    assert compared.answer_id == "whitening_vs_toothpaste.comparison"


def test_its_main_treatment_is_assumed(dental: Services):
    """The first in its clinic.yml."""
    reply = dental.answering.answer(Question(topic="duration"), ()).replies[0]

    assert reply.lead == "Here is the answer for a cleaning. Pick another treatment below to read about that one."


def test_what_it_leaves_to_staff_is_not_answered(dental: Services):
    """The patient is offered a person."""
    answered = dental.answering.answer(Question(topic="duration", treatments=("whitening",)), ())

    assert answered.outcome is Outcome.MISSING
    assert answered.replies[0].kind is ReplyKind.NO_ANSWER


def test_its_commands_work(dental: Services, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Check, coverage, stale and an export that reads back."""
    monkeypatch.setattr(knowledge, "load_settings", lambda: settings)
    runs = {
        name: CliRunner().invoke(knowledge.command, arguments)
        for name, arguments in {
            "check": ["check"],
            "coverage": ["coverage"],
            "stale": ["stale"],
            "export": ["export", str(tmp_path / "out")],
            "dry": ["import", "--dry-run"],
        }.items()
    }

    assert {name: run.exit_code for name, run in runs.items()} == dict.fromkeys(runs, 0), runs
    assert "5 answered, 4 left to staff." in runs["coverage"].output
    assert "It differs too much from mouth to mouth." in runs["coverage"].output
    assert "3 unchanged" in runs["dry"].output
    assert (tmp_path / "out" / "answers" / "dentistry.yml").is_file()


@pytest.mark.parametrize("package", ["knowledge", "staff", "messaging", "conversations", "escalation", "db"])
def test_no_field_stands_in_the_code(package: str):
    """Not even as an example."""
    found = {
        f"{path.name}: {line.strip()}"
        for path in (ROOT / "bot" / package).rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if FIELD.search(line)
    }

    assert found == set()
