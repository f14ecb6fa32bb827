"""Plan files: what is shipped can be read and holds to the rules, and what is broken says where and what to do."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from bot.clinic import load_clinic
from bot.errors import BrokenContentError
from bot.knowledge.files.content import load_content
from bot.plans.files import LEFT_TO_CLINIC, load_plans, plan_problems
from bot.plans.wording import Visit, text_of
from bot.settings import load_settings
from tests.factories import a_clinic

PLAN = """\
treatment: prp
owner: sample
sample: true
messages:
- id: one
  title: First
  day: -3
  at: "10:00"
  until: "18:00"
  says:
  - text: Ask us what to bring.
"""
BROKEN = [
    ("day: -3", "day: soon", "x.yml:7: messages.0.day: must be a whole number"),
    ("day: -3", "day: -90", "must be -30 or more"),
    ('at: "10:00"', "at: noon", 'write it as "10:00"'),
    ('until: "18:00"', 'until: "09:00"', "'until' must be later"),
    ("day: -3", "day: -3\n  check_in: true", "asks how it goes after"),
    ("id: one", "id: One!", "may hold only small letters"),
    ("says:\n  - text: Ask us what to bring.", "says: []", "at least one"),
    ("Ask us what to bring.", "Ask us. " * 80, "at most 600"),
    ("owner: sample", "owner: sample\ncolour: red", "colour: is not known"),
    ("sample: true", "review: {status: approved}", "review: is not known"),
]
AGAINST_THE_RULES = [
    ("Stop taking your aspirin.", "stop, skip or start a medicine"),
    ("Take 400 mg of ibuprofen.", "Names a dose"),
    ("PRP will heal your knee.", "Promises an outcome"),
    ("Nine in ten people sleep well after it.", "cites nothing"),
    ("Call 911 if you faint.", "write {clinic.emergency_number}"),
    ("Ask us about {clinic.magic}.", "no value 'clinic.magic'"),
    ("Ask us about the pharmaceutical contraindications of anticoagulation.", "reads at grade"),
]


def _folder(tmp_path: Path, text: str) -> Path:
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "x.yml").write_text(text, encoding="utf-8")
    return tmp_path


def _problems(folder: Path) -> list[str]:
    found = plan_problems(folder, a_clinic(), treatments={"prp"}, sources=set(), facts={})
    return [str(problem) for problem in found]


def test_the_shipped_plans_hold_to_the_rules():
    """Sources, reading grade, no promise, no dose, and no word on a medicine but that the clinic decides."""
    settings = load_settings({})
    content, clinic = load_content(settings.knowledge_path), load_clinic(settings.clinic_path)

    problems = plan_problems(
        settings.knowledge_path,
        clinic,
        treatments={treatment.slug for treatment in content.treatments},
        sources={source.id for source in content.sources},
        facts={fact.id: fact for fact in content.facts},
    )

    assert problems == []
    plans = load_plans(settings.knowledge_path)
    assert set(plans) == {("prp", "en"), ("prolotherapy", "en")}
    for plan in plans.values():
        assert any(LEFT_TO_CLINIC in claim.text for step in plan.messages for claim in step.says)
        assert any(step.check_in for step in plan.messages)


@pytest.mark.parametrize(("good", "bad", "says"), BROKEN)
def test_a_broken_plan_says_what_to_write(tmp_path: Path, good: str, bad: str, says: str):
    """With its line."""
    with pytest.raises(BrokenContentError, match=says):
        load_plans(_folder(tmp_path, PLAN.replace(good, bad, 1)))


@pytest.mark.parametrize(("text", "says"), AGAINST_THE_RULES)
def test_what_no_patient_may_be_told_is_found(tmp_path: Path, text: str, says: str):
    """As in answers."""
    problems = _problems(_folder(tmp_path, PLAN.replace("Ask us what to bring.", text)))

    assert any(says in problem and "x.yml:1" in problem for problem in problems), problems


@pytest.mark.parametrize(
    ("old", "new", "is_other"),
    [
        ("Ask us what to bring.", "Ask us what to wear.", True),
        ("day: -3", "day: -2", True),
        ('until: "18:00"', 'until: "17:00"', True),
        ("title: First", "title: The first one", False),
        ("owner: sample", "owner: Dr. Lee", False),
    ],
)
def test_what_a_patient_gets_makes_the_version(tmp_path: Path, old: str, new: str, is_other: bool):
    """An approval is one of a version: what changes it needs another."""
    plans = load_plans(_folder(tmp_path, PLAN))
    before = plans["prp", "en"].messages[0].version
    (tmp_path / "plans" / "x.yml").write_text(PLAN.replace(old, new, 1), encoding="utf-8")

    after = load_plans(tmp_path)["prp", "en"].messages[0].version

    assert (after != before) is is_other


def test_a_message_says_who_writes_for_whom_and_how_to_end_it(tmp_path: Path):
    """A paragraph whose value the clinic has left empty is left out."""
    first = '"Your visit is on {appointment.day}, {appointment.time}: {appointment.place}."'
    second = '  - text: "{clinic.prices}"'
    plans = load_plans(_folder(tmp_path, PLAN.replace("Ask us what to bring.", f"{first}\n{second}")))
    step = plans["prp", "en"].messages[0]
    visit = Visit(
        patient_name="Zoe Quill",
        body_part="treated area",
        starts_at=dt.datetime(2026, 12, 10, 15, 30, tzinfo=dt.UTC),
        timezone="America/Chicago",
    )

    text = text_of(step, visit, a_clinic(), "Reply STOP to end these.")

    assert text.splitlines()[0].endswith(", for Zoe:")
    assert "Thursday, December 10, 9:30 am: treated area." in text
    assert text.splitlines()[-1] == "Reply STOP to end these."
    assert len(text.splitlines()) == 3
