"""What a message's words tell beside its topic, by the shipped file, and what of such a file is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import ContentError
from bot.knowledge.files.heard import FILE, Heard
from bot.responses import FixedResponses
from bot.settings import ROOT
from bot.yaml_file import read_names

HEARD = Heard.from_file(ROOT / "data" / "knowledge" / FILE)
HOURS = "contact_hours_location"


@pytest.mark.parametrize(
    ("text", "of", "names"),
    [
        ("can I leave my car somewhere", HOURS, ["parking"]),
        ("my father uses a wheelchair", HOURS, ["accessibility"]),
        ("what street are you on", HOURS, ["address"]),
        ("until when are you there", HOURS, ["hours"]),
        ("hours and parking please", HOURS, ["hours", "parking"]),
        ("can I leave my car somewhere", "driving_after", []),
        ("what do you all offer", "types", ["offered"]),
        ("what is injected", "solutions_used", []),
        ("what do you do with my blood", "procedure_steps", []),
        ("which one would suit me", "comparison", ["best_for_me"]),
        ("is my account charged already, I was billed twice", "cost", ["bill"]),
        ("does my FSA count for that", "insurance", ["payment", "hsa"]),
        ("do I get an estimate in writing", "cost", ["good_faith_estimate"]),
        ("what do I need to ask you people before I sign", "booking", ["ask_first"]),
        ("how long before my appointment do I come", "booking", []),
        ("and if the shots don't help", "follow_up", ["if_it_fails"]),
        ("suppose it fails, what if nothing changes", "effectiveness", ["if_it_fails"]),
        ("gel did not work for me, does PRP work", "effectiveness", []),
        ("does Medicaid take part in it", "insurance", ["medicare"]),
        ("I vape a little, does it matter", "preparation", ["smoking"]),
        ("may I have a beer that evening", "aftercare", ["alcohol"]),
        ("can I eat and drink that morning", "food_drink_before", []),
        ("our flight leaves on Sunday", "driving_after", ["flying"]),
        ("how soon can I be on the job", "activity_after", ["work"]),
        ("how soon will the prolotherapy work", "activity_after", []),
        ("when could I go jogging", "activity_after", ["sport"]),
        ("what are signs of infection", "aftercare", ["when_to_call"]),
        ("I took ibuprofen by mistake", "medications_before", ["taken_before"]),
        ("may I take ibuprofen before", "medications_before", ["says_when"]),
        ("may I take ibuprofen", "medications_before", []),
        ("do you share this with advertisers", "privacy_question", ["sold"]),
        ("is this shared with my insurer", "privacy_question", ["shared"]),
        ("who can see what I wrote", "privacy_question", ["readers"]),
        ("I never stopped my Xarelto", "medications_before", ["taken_before"]),
    ],
)
def test_what_of_a_topic_is_asked_for_is_heard(text: str, of: str, names: list[str]):
    """In the file's order, and only of the topic that it belongs to."""
    assert [facet.name for facet in HEARD.facets(text, (of,))] == names


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("I'm so nervous about Friday", "fear"),
        ("needles terrify me, I'm petrified", "fear"),
        ("I'm not afraid, how long does it take", None),
        ("this is ridiculous, I am fed up", "frustration"),
        ("I have tried everything and lost hope", "hardship"),
        ("my sister just died", "hardship"),
        ("since my wife passed away", "hardship"),
        ("the battery died", None),
        ("how long does it take", None),
        ("is parking free", None),
    ],
)
def test_how_a_patient_feels_is_heard(text: str, name: str | None):
    """Only where they say so."""
    feeling = HEARD.feeling(text)

    assert (feeling and feeling.name) == name


def test_every_wording_that_is_said_is_there():
    """A missing one would be an error in front of the patient."""
    responses = FixedResponses.from_file(ROOT / "domain.yml")

    assert [name for name in HEARD.wordings if name not in responses] == []


def test_what_is_called_otherwise_is_heard():
    """A name that nothing is heard by would head nothing."""
    assert set(read_names(ROOT / "data" / "knowledge" / "aside_names.yml")) <= HEARD.names


def test_a_clinic_may_go_without_the_file(tmp_path: Path):
    """Then nothing is heard beside the topic."""
    heard = Heard.from_file(tmp_path / FILE)

    assert (heard.facets("parking", (HOURS,)), heard.feeling("scared")) == ([], None)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("facets: [{name: a, of: [cost], words: []}]", "needs at least one in its list"),
        ("facets: [{name: a, of: [cost], words: [b], sais: c}]", "not known here"),
        ("facets: [{name: a, of: [kost], words: [b]}]", "no topic 'kost' in topics.yml"),
        ("feelings: [{name: a, says: b, instead: c, topics: [kost], words: [d]}]", "no topic 'kost' in topics.yml"),
        ('feelings: [{name: a, says: b, instead: c, words: ["(d)"]}]', "no word that must be there"),
    ],
)
def test_a_broken_file_is_told_with_its_line(tmp_path: Path, line: str, problem: str):
    """And says what is wrong."""
    path = tmp_path / FILE
    path.write_text(f"# Heard.\n{line}\n", encoding="utf-8")

    with pytest.raises(ContentError, match=problem) as raised:
        Heard.from_file(path, {"cost"})

    assert f"{FILE}:2" in str(raised.value)
