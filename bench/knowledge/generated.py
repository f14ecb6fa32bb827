"""A made-up content folder of any size, the same every time."""

from __future__ import annotations

from pathlib import Path

from bot.knowledge.exchange.export import write_content
from bot.knowledge.files.content import Content
from bot.knowledge.files.entries import (
    AnswerEntry,
    ClaimEntry,
    ReviewEntry,
    SourceEntry,
    TopicEntry,
    TreatmentEntry,
)
from bot.vocabulary import ReviewStatus

TOPICS, SOURCES = 40, 200
_LETTERS = "abcdefghij"


def generate(folder: Path, answers: int) -> None:
    """Write a folder with that many answers: each topic for as many treatments as it takes."""
    treatments = [_name("treatment", number) for number in range(-(-answers // TOPICS))]
    topics = [_name("topic", number) for number in range(TOPICS)]
    pairs = [(treatment, topic) for treatment in treatments for topic in topics][:answers]
    write_content(
        Content(
            treatments=tuple(
                TreatmentEntry(slug=slug, name=slug.title(), short_name=slug, kind="offered") for slug in treatments
            ),
            topics=tuple(
                TopicEntry(slug=slug, title=slug.title(), question=f"What of {slug}?", unknown_treatment="main")
                for slug in topics
            ),
            sources=tuple(
                SourceEntry(id=f"source-{n}", title=f"Source {n}", publisher="Us", kind="review", address=f"{n}.txt")
                for n in range(SOURCES)
            ),
            answers=tuple(_answer(number, treatment, topic) for number, (treatment, topic) in enumerate(pairs)),
        ),
        folder,
    )


def _answer(number: int, treatment: str, topic: str) -> AnswerEntry:
    cites = tuple(f"source-{(number + step) % SOURCES}" for step in range(3))
    return AnswerEntry.model_validate(
        {
            "id": f"{treatment}.{topic}",
            "topic": topic,
            "treatments": (treatment,),
            "evidence": "review",
            "short": ClaimEntry(text=f"The short answer number {number} says what most want to know.", cites=cites[:1]),
            "details": (
                ClaimEntry(text=f"Its first paragraph adds what one trial of {number} people found.", cites=cites[1:]),
                ClaimEntry(text="Ask your care team what it means for you. They know your case.", cites=cites[:2]),
            ),
            "related": (),
            "owner": "Dr. Lee",
            "review": ReviewEntry.model_validate(
                {"status": ReviewStatus.APPROVED, "by": "Dr. Lee", "on": "2026-01-10", "due": "2099-01-10"}
            ),
        }
    )


def _name(kind: str, number: int) -> str:
    return f"{kind}_{''.join(_LETTERS[int(digit)] for digit in str(number))}"
