"""How the classifier reads a stretch of text, and the training examples as it reads them."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from weakref import ReferenceType, ref

from rasa.shared.nlu.constants import INTENT, METADATA, METADATA_INTENT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.kept import Kept, kept_folder
from bot.nlu.text.entity_matcher import EntityMatcher, FoundEntity
from bot.nlu.text.lookups import lookups_of
from bot.nlu.text.messages import text_of
from bot.nlu.text.words import Word, reading, split_words

READINGS_FILE = "readings.json"
# What stands for a name when the classifier reads: what is asked does not depend on which treatment it is asked of.
_STAND_INS = {"treatment": "treatment", "medicine": "medicine"}


def classifier_reading(words: Sequence[Word], entities: Sequence[FoundEntity], alternatives: Collection[str]) -> str:
    """Return what the classifier reads: names of treatments and medicines give way to the word for their kind.

    Args:
        words: The words of a stretch of text.
        entities: The entities of the whole message.
        alternatives: The treatments that the clinic only compares with; their names stay.
    """
    stand_ins = [entity for entity in entities if entity.kind in _STAND_INS and entity.value not in alternatives]
    kept: list[Word] = []
    for word in words:
        entity = next((e for e in stand_ins if e.start <= word.start and word.end <= e.end), None)
        if entity is None:
            kept.append(word)
        elif not kept or kept[-1].start != entity.start:
            kept.append(Word(entity.start, entity.end, _STAND_INS[entity.kind]))
    return reading(kept)


@dataclass(frozen=True)
class Example:
    """A training example.

    Attributes:
        asked: As the classifier reads it.
        named: As the danger detector reads it: with the names in it.
        intent: Its intent.
        is_question: Whether it shows how its intent is asked.
        is_taught: Whether the clinic's staff have taught it.
    """

    asked: str
    named: str
    intent: str
    is_question: bool = True
    is_taught: bool = False


def is_question(example: Message) -> bool:
    """Say whether a training example shows how its intent is asked.

    With `metadata: {teaches: danger}` in `data/nlu` it does not: it is read by the danger detector alone.
    """
    return _teaches(example) != "danger"


def is_taught(example: Message) -> bool:
    """Say whether a training example is a line of the clinic's own, with `metadata: {teaches: itself}`."""
    return _teaches(example) == "itself"


def _teaches(example: Message) -> str | None:
    told = example.get(METADATA, {}).get(METADATA_INTENT) or {}
    teaches: str | None = told.get("teaches")
    return teaches


# Several components read the same examples, one after the other, and finding the names in them takes seconds.
_last_read: dict[frozenset[str], tuple[ReferenceType[TrainingData], list[Example]]] = {}


def examples_of(training_data: TrainingData, alternatives: Collection[str]) -> list[Example]:
    """Return the training examples as they are read; empty ones are left out.

    Args:
        training_data: What Rasa has read from `data/nlu`.
        alternatives: As for `classifier_reading`.
    """
    key = frozenset(alternatives)
    known = _last_read.get(key)
    if known is None or known[0]() is not training_data:
        known = _last_read[key] = (ref(training_data), _read_examples(training_data, key))
    return known[1]


def _read_examples(training_data: TrainingData, alternatives: Collection[str]) -> list[Example]:
    forms = {lookup.kind: lookup.values for lookup in lookups_of(training_data)}
    folder = kept_folder()
    kept = Kept(folder / READINGS_FILE, json.dumps([forms, sorted(alternatives)])) if folder else None
    known = kept.read() if kept else {}
    texts = dict.fromkeys(text_of(example) for example in training_data.intent_examples)
    new = [text for text in texts if text not in known]
    if new:
        matcher = EntityMatcher(forms)
        for text in new:
            words = split_words(text)
            known[text] = [classifier_reading(words, matcher.find(words), alternatives), reading(words)]
        if kept:
            kept.write({text: known[text] for text in texts})
    found = []
    for example in training_data.intent_examples:
        asked, named = known[text_of(example)]
        if asked:
            found.append(Example(asked, named, str(example.get(INTENT)), is_question(example), is_taught(example)))
    return found


def questions_of(training_data: TrainingData, alternatives: Collection[str]) -> list[Example]:
    """Return the training examples that show how their intent is asked; the others teach only what danger is.

    Args:
        training_data: As for `examples_of`.
        alternatives: As for `classifier_reading`.
    """
    return [example for example in examples_of(training_data, alternatives) if example.is_question]
