"""What patients read is plain, promises nothing, and says no more of the FDA than is true."""

from __future__ import annotations

import re

import pytest
import textstat

from bot.reply import Reply
from bot.responses import FixedResponses
from bot.settings import load_settings
from bot.yaml_file import read_yaml

GRADE = 8
"""US school grade: what the American Medical Association and the NIH ask at most of texts for patients."""
BANNED = re.compile(
    r"\b(cures?|cured|curing|guarantee[ds]?|no risks?|risk[- ]free|without (any )?risks?|miracle"
    r"|better than surgery|proven to work)\b",
    re.IGNORECASE,
)
NEGATED = re.compile(r"\b(no|not|never|none|neither|without)\b|n't\b", re.IGNORECASE)


def _sentences(text: str) -> list[str]:
    return [sentence for sentence in re.split(r"(?<=[.!?;:])\s+", text) if sentence]


def _domain_texts() -> dict[str, str]:
    path = load_settings({}).domain_path
    responses = FixedResponses.from_file(path)
    return {str(name): responses._texts[str(name)] for name in read_yaml(path)["responses"]}


def test_every_served_answer_reads_at_grade_eight_or_below(served: dict[str, Reply]):
    """Measured as it is served, the clinic's own values filled in."""
    grades = {
        answer_id: textstat.textstat.flesch_kincaid_grade(" ".join(reply.text.split()))
        for answer_id, reply in served.items()
    }

    assert {answer_id: round(grade, 1) for answer_id, grade in grades.items() if grade > GRADE} == {}


def test_every_fixed_wording_reads_at_grade_eight_or_below():
    """Titles of buttons are no sentences."""
    grades = {
        name: textstat.textstat.flesch_kincaid_grade(text)
        for name, text in _domain_texts().items()
        if len(text.split()) >= 8
    }

    assert {name: round(grade, 1) for name, grade in grades.items() if grade > GRADE} == {}


def test_no_answer_promises(served: dict[str, Reply]):
    """The FTC has fined clinics for less."""
    found = {answer_id: BANNED.findall(reply.text) for answer_id, reply in served.items() if BANNED.search(reply.text)}

    assert found == {}


def test_no_fixed_wording_promises():
    """The same goes for domain.yml."""
    assert {name: text for name, text in _domain_texts().items() if BANNED.search(text)} == {}


@pytest.mark.parametrize("product", ["exosome", "stem cell"])
def test_no_text_calls_an_unapproved_product_approved(served: dict[str, Reply], product: str):
    """Beside exosomes and stem cells "FDA approved" stands only with a "no" or "not"."""
    wrong = [
        f"{answer_id}: {sentence}"
        for answer_id, reply in served.items()
        for sentence in _sentences(reply.text)
        if "fda" in sentence.lower()
        and "approv" in sentence.lower()
        and product in sentence.lower()
        and not NEGATED.search(sentence)
    ]

    assert wrong == []


@pytest.mark.parametrize("answer_id", ["exosomes.regulatory_status", "stem_cell.regulatory_status"])
def test_the_missing_approval_is_said(served: dict[str, Reply], answer_id: str):
    """A patient who asks is told plainly."""
    assert re.search(r"\b(no|not)\b[^.]*\bapproved\b|\bhas not approved\b", served[answer_id].text, re.IGNORECASE)


def test_no_served_text_has_a_gap(served: dict[str, Reply]):
    """Every placeholder was filled."""
    assert {answer_id for answer_id, reply in served.items() if re.search(r"[{}]", reply.text)} == set()
