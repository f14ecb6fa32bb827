"""How paragraphs and the questions written for them are read: by the encoder, and for their telling words."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from spacy.lang.en.stop_words import STOP_WORDS

from bot.nlu.knowledge import Paragraph
from bot.nlu.models.asked import stems_by_owner
from bot.nlu.models.paragraphs import Read
from bot.nlu.text.entity_matcher import EntityMatcher, FoundEntity
from bot.nlu.text.readings import classifier_reading
from bot.nlu.text.words import Word, split_words
from bot.paragraphs import paragraph_key
from bot.reading.stems import stem
from bot.vocabulary import Entities
from bot.written_questions import WrittenQuestion

_ASKING = STOP_WORDS | {"ask", "explain", "get", "help", "know", "like", "need", "tell", "think", "want", "wonder"}
"""Words that ask rather than say what about."""


@dataclass(frozen=True, kw_only=True)
class ReadParagraphs:
    """Paragraphs and the questions written for them, before the encoder has read them.

    Attributes:
        paragraphs: The paragraphs.
        readings: What the encoder reads of each.
        owners: The place of the paragraph of each question; a question stands once for each that has its words.
        questions: What the encoder reads of each question.
    """

    paragraphs: list[Read]
    readings: list[str]
    owners: list[int]
    questions: list[str]


def read_paragraphs(
    written: Sequence[Paragraph],
    asked: Sequence[WrittenQuestion],
    matcher: EntityMatcher,
    alternatives: frozenset[str],
) -> ReadParagraphs:
    """Read paragraphs and the questions written for them as a message is read.

    Args:
        written: The paragraphs.
        asked: The questions; those of a paragraph that is not there, since it was changed, are left out.
        matcher: Finds what they name.
        alternatives: The treatments that the clinic only compares with.
    """
    places: dict[str, list[int]] = {}
    for place, one in enumerate(written):
        places.setdefault(paragraph_key(one.text), []).append(place)
    questions = [
        (place, split_words(question.question)) for question in asked for place in places.get(question.paragraph, ())
    ]
    owners = [place for place, _ in questions]
    asked_stems = stems_by_owner(owners, [telling_stems(said) for _, said in questions])
    words = [split_words(paragraph.text) for paragraph in written]
    told = _told(written)
    paragraphs = [
        Read(
            answer=paragraph.answer,
            key=paragraph_key(paragraph.text),
            stems=telling_stems(said),
            heading=telling_stems(split_words(paragraph.heading)),
            asked=asked_stems.get(place, frozenset()),
            treatments=paragraph.treatments,
            general=paragraph.general,
            tells=told[place],
        )
        for place, (paragraph, said) in enumerate(zip(written, words, strict=True))
    ]
    return ReadParagraphs(
        paragraphs=paragraphs,
        readings=[classifier_reading(said, matcher.find(said), alternatives) for said in words],
        owners=owners,
        questions=[classifier_reading(said, matcher.find(said), alternatives) for _, said in questions],
    )


def _told(written: Sequence[Paragraph]) -> list[int]:
    """Number what each paragraph tells: those that rest on the same facts, or say the same words, tell the same."""
    numbers: dict[frozenset[str], int] = {}
    return [numbers.setdefault(one.cites or frozenset({one.text}), len(numbers)) for one in written]


def telling_stems(words: Collection[Word]) -> frozenset[str]:
    """Give the stems of the words that say what a text is about."""
    spoken = (word.form for word in words if any(letter.isalnum() for letter in word.form))
    return frozenset(stem(form) for form in spoken if form not in _ASKING)


def treatments_named(entities: Collection[FoundEntity]) -> frozenset[str]:
    """Give the treatments that are plainly named, not those that are left out."""
    return frozenset(one.value for one in entities if one.kind == Entities.TREATMENT and one.role is None)
