"""What needs no source: plain advice, and what clinic.yml says; a claim without one is told, wherever it hides."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.claims.rules import more_than_advice
from bot.errors import BrokenContentError
from bot.knowledge.files.content import Content, load_content
from bot.knowledge.files.quality import problems_of
from bot.settings import load_settings
from tests.factories import ANSWERS_FILE, SOURCES_FILE, a_clinic, write_content

POLICY = "- {id: house, title: Our own rules, publisher: We, kind: clinic_policy, address: clinic.yml}\n"


@pytest.mark.parametrize(
    "text",
    [
        "Ask us what will be in your shot.",
        "Tell us if you take a blood thinner. Do not stop it by yourself.",
        "Call us the same day if the joint gets hot.",
        "Call {clinic.emergency_number} if you have trouble breathing.",
        "You can ask for a second opinion.",
        "{clinic.parking}",
    ],
)
def test_plain_advice_needs_no_source(text: str):
    """It tells the patient what to ask, tell or do, and claims nothing."""
    assert more_than_advice(text) is None


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("PRP is safe.", "PRP is safe"),
        ("Ask us first. Most people are sore for a week.", "Most people are sore for a week"),
        ("Your care team sets the dates with you.", "Your care team sets the dates with you"),
        ("Call us if it is not better in 3 days.", "Call us if it is not better in 3 days"),
    ],
)
def test_a_claim_is_more_than_advice(text: str, more: str):
    """A number comes from somewhere, and what the clinic does stands in clinic.yml."""
    assert more_than_advice(text) == more


def _with(tmp_path: Path, old: str, new: str) -> Path:
    folder = write_content(tmp_path, answers=ANSWERS_FILE.replace(old, new), sources=SOURCES_FILE + POLICY)
    shutil.copy(load_settings({}).knowledge_path / "claims.yml", folder)
    return folder


@pytest.mark.parametrize(
    ("old", "new", "line", "problem"),
    [
        ("    cites: [second-look, overview]\n", "", 11, "'The shots go where it hurts' cites nothing"),
        (
            "    cites: [second-look, overview]\n",
            "    cites: [house]\n",
            12,
            "cites 'house' without a value of clinic.yml",
        ),
        (
            "The shots go where it hurts.\n    cites: [second-look, overview]",
            "'{clinic.parking} It is safe.'\n    cites: [house]",
            11,
            "'{clinic.parking} It is safe' cites nothing",
        ),
    ],
)
def test_a_claim_without_a_source_is_told_with_its_line(tmp_path: Path, old: str, new: str, line: int, problem: str):
    """Nor may the clinic's policy stand for what clinic.yml does not say."""
    with pytest.raises(BrokenContentError) as raised:
        load_content(_with(tmp_path, old, new))

    assert f"prolotherapy.yml:{line}: " in str(raised.value)
    assert problem in str(raised.value)


def test_advice_without_a_source_is_read_and_may_be_approved(tmp_path: Path):
    """In the console as in a file."""
    paragraph = "The shots go where it hurts.\n    cites: [second-look, overview]\n"
    entry = load_content(_with(tmp_path, paragraph, "Ask us where it goes.\n")).answers[0]
    claim = entry.details[0].model_copy(update={"text": "It goes where it hurts."})

    assert entry.details[0].cites == ()
    assert problems_of(entry, a_clinic(), str) == []
    assert problems_of(entry.model_copy(update={"details": (claim,)}), a_clinic(), str) == [
        "says \u201cIt goes where it hurts\u201d without a source, which is more than plain advice"
    ]


def test_no_answer_of_the_project_rests_on_the_clinics_policy_alone_but_for_what_it_says(content: Content):
    """Each such paragraph is one value of clinic.yml, or leads to it."""
    policies = {source.id for source in content.sources if source.kind == "clinic_policy"}
    resting = [claim for entry in content.answers for claim in entry.paragraphs() if set(claim.cites) & policies]

    assert resting
    assert [claim.text for claim in resting if "{clinic." not in claim.text] == []
