"""A claim in a content file is told with its file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.claims.rules import ClaimRules
from bot.errors import ContentError
from bot.knowledge.files.claim_check import check_answers, check_responses
from bot.settings import ROOT

RULES = ClaimRules.from_file(ROOT / "data" / "knowledge" / "claims.yml")
ANSWER = """\
answers:
- topic: benefits
  short: {text: It may help., cites: [a]}
  details:
  - cites: [a]
    text: >-
      Your knee will heal,
      that is for sure.
"""


def test_shipped_answers_and_wordings_make_no_claim():
    """Also at every start, which reads them the same way."""
    check_answers(ROOT / "data" / "knowledge" / "answers", RULES)
    check_responses(ROOT / "domain.yml", RULES)


def test_a_claim_in_an_answer_is_told_with_its_line(tmp_path: Path):
    """The line where the paragraph begins."""
    (tmp_path / "prp.yml").write_text(ANSWER, encoding="utf-8")

    with pytest.raises(ContentError, match=r"'will heal' \(promised_outcome\): Promises") as caught:
        check_answers(tmp_path, RULES)

    assert (Path(caught.value.path).name, caught.value.line) == ("prp.yml", 6)


def test_a_claim_in_a_fixed_wording_is_told_with_its_line(tmp_path: Path):
    """A wording of domain.yml is read by every patient."""
    path = tmp_path / "domain.yml"
    path.write_text(
        "responses:\n  utter_a:\n  - text: Hello.\n  utter_b:\n  - text: There is no risk.\n", encoding="utf-8"
    )

    with pytest.raises(ContentError, match="no_risk") as caught:
        check_responses(path, RULES)

    assert caught.value.line == 5
