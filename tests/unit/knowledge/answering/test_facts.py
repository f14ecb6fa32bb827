"""Every fact of the five articles is in an answer that is served, and the answer cites where it is from."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from bot.reply import Reply
from bot.yaml_file import plain, read_yaml

FACTS: list[dict[str, Any]] = plain(
    read_yaml(Path(__file__).resolve().parents[3] / "facts" / "seed_facts.yml")["facts"]
)


def test_all_eighty_four_facts_are_listed():
    """None was dropped and none stands twice."""
    assert sorted(fact["id"] for fact in FACTS) == [f"F{number:03}" for number in range(1, 85)]


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact["id"])
def test_a_fact_is_in_the_answer_that_a_patient_gets(served: dict[str, Reply], fact: dict[str, Any]):
    """The answer is served, says it, and cites the articles that say it."""
    reply = served.get(fact["answer"])
    assert reply is not None, f"{fact['answer']} is not served"

    text = " ".join(reply.text.split())
    unsaid = [pattern for pattern in fact["mentions"] if not re.search(pattern, text, re.IGNORECASE)]
    assert unsaid == [], f"{fact['fact']}\n{text}"

    cited = {citation.id for citation in reply.citations}
    assert set(fact["sources"]) <= cited, f"{fact['answer']} cites only {sorted(cited)}"
