"""What patients ask around a visit is spoken of for every treatment: careful, cited, and leading to the care team."""

from __future__ import annotations

import re

import pytest

from bot.knowledge.answering.answering import Answering
from bot.knowledge.answering.question import Question
from bot.vocabulary import ReplyKind

TREATMENTS = ["prolotherapy", "prp", "stem_cell", "exosomes"]
MATTERS = [
    ("food_drink_before", r"\beat and drink\b"),
    ("food_drink_before", r"\balcohol\b"),
    ("driving_after", r"\bride home\b"),
    ("anesthesia_or_sedation", r"\bput to sleep\b|\bsedative\b"),
    ("aftercare", r"\balcohol\b"),
    ("aftercare", r"\bshower\b"),
    ("aftercare", r"\bcompression\b"),
    ("activity_after", r"\bwork\b|\bjob\b"),
    ("activity_after", r"\bsports?\b"),
    ("activity_after", r"\btrip\b"),
    ("session_count", r"\bsecond shot\b|\bhow many are planned\b|\bhow many visits are planned\b"),
    ("pain_during", r"\bfear (?:of )?needles\b"),
    ("contraindications", r"\bchild\b"),
    ("contraindications", r"\bpregnant\b.*\bbreastfeeding\b"),
    ("contraindications", r"\bdiabetes\b"),
    ("contraindications", r"\bblood thinner\b"),
    ("contraindications", r"\bcancer\b"),
    ("contraindications", r"\binfection\b"),
    ("contraindications", r"\bpacemaker\b"),
    ("contraindications", r"\blidocaine\b"),
    ("contraindications", r"\bcorn\b.*\bdextrose\b"),
    ("medications_before", r"\bblood thinner"),
]


@pytest.mark.parametrize("treatment", TREATMENTS)
@pytest.mark.parametrize(("topic", "says"), MATTERS, ids=lambda value: re.sub(r"\W+", " ", value).strip())
def test_a_matter_around_the_visit_is_spoken_of(real_answering: Answering, topic: str, says: str, treatment: str):
    """With a person to turn to."""
    (reply,) = real_answering.answer(Question(topic=topic, treatments=(treatment,)), ()).replies

    text = " ".join(reply.text.split())
    assert reply.kind is ReplyKind.ANSWER
    assert re.search(says, text, re.IGNORECASE), text
    assert re.search(r"\b(care team|ask us|call us|tell us)\b", text, re.IGNORECASE), text


def test_one_of_a_list_is_read_alone_by_who_asks_for_it_and_in_its_place_by_others(real_answering: Answering):
    """Smoking, vaccines or massage are no subjects of their own for who prepares."""
    (asked,) = real_answering.answer(
        Question(topic="preparation", treatments=("prp",), asides=("smoking",)), ()
    ).replies
    (other,) = real_answering.answer(Question(topic="preparation", treatments=("prp",)), ()).replies

    assert asked.short is not None
    assert asked.short.startswith("Smoking: tell us.")
    assert asked.first_details == 0
    place = next(number for number, claim in enumerate(other.details) if claim.text.startswith("Smoking:"))
    assert {claim.heading for claim in other.details[place - 1 : place + 2]} == {"Before"}
