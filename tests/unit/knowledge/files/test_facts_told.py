"""Every fact is told by a paragraph or left out for a reason, and no paragraph gives a number that its facts do not."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator

import pytest

from bot.knowledge.files.content import Content, load_content
from bot.knowledge.files.entries import SOURCE_KINDS, AnswerEntry, ClaimEntry
from bot.settings import ROOT

CONTENT = load_content(ROOT / "data" / "knowledge")
FACTS = {fact.id: fact for fact in CONTENT.facts}
UNTOLD = ROOT / "data" / "knowledge" / "facts_untold.tsv"
_SMALL = "one two three four five six seven eight nine ten eleven twelve"
WORDS = {word: str(number) for number, word in enumerate(_SMALL.split(), 1)} | {"once": "1", "twice": "2", "half": "2"}
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
SHARE = re.compile(r"(\d+) (?:in|of|out of)(?: every)? (10|100|1,000|1000)\b")


def told(content: Content) -> Iterator[tuple[AnswerEntry, ClaimEntry]]:
    """Give every paragraph of answers that patients read."""
    for entry in content.answers:
        if not entry.is_draft:
            for claim in entry.paragraphs():
                yield entry, claim


def numbers(text: str) -> set[str]:
    """Give the numbers of a text, in digits or in words."""
    found = {digits.replace(",", "") for digits in NUMBER.findall(text)}
    return {str(float(digits)).removesuffix(".0") for digits in found} | {
        WORDS[word] for word in re.findall(r"[a-z]+", text.lower()) if word in WORDS
    }


def shares(text: str) -> Iterator[float]:
    """Give the percentages of a text, and what its numbers of people make in percent."""
    given = [float(found) for found in re.findall(r"(\d+(?:\.\d+)?) ?%", text)]
    given += [float(found) for found in re.findall(r"(\d+(?:\.\d+)?) percent", text)]
    for part, whole in re.findall(r"(\d[\d,]*) (?:of|in|out of)(?: the| every| these)? (\d[\d,]*)", text):
        total = float(whole.replace(",", ""))
        if total:
            given.append(100 * float(part.replace(",", "")) / total)
    yield from given


def strange_numbers(claim: ClaimEntry) -> set[str]:
    """Give the numbers of a paragraph that none of its facts gives."""
    behind = " ".join(f"{FACTS[name].fact} {FACTS[name].support}" for name in claim.facts)
    text = claim.text
    for part, whole in SHARE.findall(text):
        # "About 8 in 10" may stand for 81 percent.
        of = float(whole.replace(",", ""))
        if any(abs(float(part) - share * of / 100) <= 0.5 + of / 200 for share in shares(behind)):
            text = text.replace(f"{part} in {whole}", "").replace(f"{part} out of {whole}", "")
    return numbers(text) - numbers(behind) - {"1", "2"}


def test_every_fact_is_told_or_left_out_for_a_reason():
    """Of the 84 that the project began with, and of the public ones."""
    with UNTOLD.open(encoding="utf-8", newline="") as file:
        untold = {row["id"]: row["because"] for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)}
    cited = {name for _entry, claim in told(CONTENT) for name in claim.facts}

    assert sorted(set(FACTS) - cited - set(untold)) == []
    assert sorted(set(untold) & cited) == []
    assert set(untold) <= set(FACTS)
    assert all(len(because) > 9 for because in untold.values())


@pytest.mark.parametrize("entry", [one for one in CONTENT.answers if not one.is_draft], ids=lambda one: one.id)
def test_every_number_is_that_of_a_fact(entry: AnswerEntry):
    """Nothing is made up, and no number of one trial is told of another."""
    found = {claim.text[:60]: strange_numbers(claim) for claim in entry.paragraphs() if claim.facts}

    assert {text: strange for text, strange in found.items() if strange} == {}


def test_the_evidence_of_an_answer_is_the_best_kind_behind_its_first_words():
    """Not that of a fact told aside."""
    kinds = {source.id: source.kind for source in CONTENT.sources}
    ranks = {kind: rank for rank, kind in enumerate(SOURCE_KINDS)}
    best = {
        entry.id: min((kinds[name] for name in entry.short.cites), key=ranks.__getitem__) for entry in CONTENT.answers
    }

    assert {entry.id: entry.evidence for entry in CONTENT.answers} == best


@pytest.mark.parametrize(
    ("text", "fact", "strange"),
    [
        ("Most people have 3 to 6 sessions.", "three to six treatments are needed", set()),
        ("In one trial of 90 people it helped.", "A trial of 288 people.", {"90"}),
        ("About 8 in 10 people were sore.", "Pain in 81% of people.", set()),
        ("About 8 in 10 people were sore.", "Pain in 50% of people.", {"8", "10"}),
        ("It takes 15 minutes.", "It takes 1.5 hours.", {"15"}),
    ],
)
def test_what_counts_as_strange(text: str, fact: str, strange: set[str], monkeypatch: pytest.MonkeyPatch):
    """Words and digits are the same number, and rounded shares of people are the same share."""
    some = next(iter(FACTS.values()))
    monkeypatch.setitem(FACTS, some.id, some.model_copy(update={"fact": fact, "support": ""}))

    assert strange_numbers(ClaimEntry(text=text, cites=(some.source,), facts=(some.id,))) == strange
