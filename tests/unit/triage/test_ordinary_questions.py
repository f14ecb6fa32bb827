"""No card for what patients ask every day: the questions the assistant is trained on and measured with."""

from __future__ import annotations

import csv

from ruamel.yaml import YAML

from bot.triage import Triage
from tests.unit.triage.conftest import ROOT

# Each tells of something that a clinician would want to hear of, beside its question.
TELLING = {
    "I fainted getting my ears pierced. Is PRP into the elbow going to be awful?",
    "I have cellulitis on my leg, does that rule out a knee injection",
    "I've got an infection under my toenail right now, would they cancel on me",
    (
        "My father got very confused after being put under for his hernia, so we want to know if these injections "
        "need anesthesia."
    ),
    "Wife has to look after three kids so she needs to know how long she'd be out of it",
    "can I be injected while I have a tooth abscess or does that rule it out",
    "numb foot and pedals, is that an issue",
    "My father faints when he hasn't eaten. Can he have his oatmeal the morning they take the blood?",
    ("Father forgets everything. Write me in order the things he ought to do about his shoulder tonight and tomorrow."),
    "my replaced knee got infected once, never again needles in it?",
    "tooth abscess, amoxicillin till Thursday, plasma Friday. Conflict?",
    "Clot in my leg in May, blood thinner since. Pause it for marrow, and who signs off on that?",
    "electric zap down the leg, is that a usual feeling as they poke",
    "I'm blind and would love it told in order, from the chair to the plaster",
    "skin dying off around facial plasma injections, does it occur",
    (
        "My mum fell in March and she's been limping since. She has seen two surgeons and they disagree. She cries at "
        "night and we are desperate. How can we get her an appointment?"
    ),
    (
        "I had my first prolotherapy yesterday and my elbow is swollen. Is that a normal reaction? The pharmacy closes "
        "soon, so which painkiller can I take now?"
    ),
    "I have a skin infection right now; must the appointment be called off for that?",
    "My knee is stiff and warm two days after PRP, does that happen to everyone?",
    "Mom can't sleep from the ache, two nights after hers. What may she have for it?",
}


def _measured() -> list[str]:
    with (ROOT / "tests" / "nlu" / "questions.tsv").open(encoding="utf-8", newline="") as file:
        return [row["text"] for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]


def _examples() -> list[str]:
    texts = []
    for path in sorted((ROOT / "data" / "nlu" / "topics").glob("*.yml")):
        for block in YAML(typ="safe").load(path)["nlu"]:
            texts.extend(line[2:].strip() for line in block["examples"].splitlines() if line.startswith("- "))
    return texts


def test_ordinary_questions_get_no_card(triage: Triage) -> None:
    """Every one is left to the answers, except the few that do tell of something."""
    questions = _measured() + _examples()

    assert len(questions) > 1000
    assert {text for text in questions if triage.check(text) is not None} == TELLING
