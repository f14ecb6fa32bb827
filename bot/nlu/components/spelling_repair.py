"""The graph component that repairs the spelling of a message's words, for the components after it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.components.component_settings import Setting, file, folder
from bot.nlu.components.trained_component import TrainedComponent, encoder_of
from bot.nlu.knowledge import LOOK_ALIKE_MEDICINES, look_alike_medicines
from bot.nlu.project import project_path
from bot.nlu.text.lookups import lookups_of
from bot.nlu.text.messages import is_understood, text_of
from bot.nlu.text.spelling import Spelling
from bot.nlu.text.words import WORDS, Word, split_words

_FILE = "spelling.json"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class SpellingRepair(TrainedComponent[Spelling]):
    """Sets `words` on each message: where each word stands, and its form with the spelling repaired.

    The message's text stays what the patient typed, so that entities keep their places in it.
    """

    SETTINGS: ClassVar[Mapping[str, Setting]] = {
        # The encoder's vocabulary is ordinary English.
        "encoder": folder("models/encoder"),
        # Medicines that are never taken for a misspelling.
        "look_alikes": file(LOOK_ALIKE_MEDICINES),
    }

    @staticmethod
    def required_packages() -> list[str]:
        """The packages it needs."""
        return ["spacy", "tokenizers"]

    @classmethod
    def read_model(cls, folder: Path, config: Mapping[str, Any]) -> Spelling:
        """Read the words of the examples and what the names among them mean."""
        kept = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        return Spelling(kept["frequencies"], kept["meanings"], _right_as_they_are(config))

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the words of the examples and of the entities."""
        forms: dict[str, set[str]] = defaultdict(set)
        for lookup in lookups_of(training_data):
            for form, value in lookup.values.items():
                forms[f"{lookup.kind} {value}"].add(form)
        texts = [text_of(example) for example in training_data.intent_examples]
        self._model = Spelling.from_texts(texts, forms, _right_as_they_are(self._config))
        kept = {
            "frequencies": self._model.frequencies,
            "meanings": {word: sorted(values) for word, values in self._model.meanings.items()},
        }
        with self._model_storage.write_to(self._resource) as folder:
            (folder / _FILE).write_text(json.dumps(kept, sort_keys=True), encoding="utf-8")
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the repaired words on messages that are still to be understood."""
        for message in messages:
            if not is_understood(message):
                text = text_of(message)
                words = split_words(text)
                message.set(WORDS, tuple(self._repaired(word) for word in words))
                # Nothing here reads Rasa's tokens; `rasa test nlu` compares entities by them.
                tokens = [Token(text[word.start : word.end], word.start, word.end) for word in words]
                message.set(TOKENS_NAMES[TEXT], tokens)
        return messages

    def _repaired(self, word: Word) -> Word:
        if self._model is None:
            return word
        form = self._model.repair(word.form)
        return word if form == word.form else Word(word.start, word.end, form, repaired=True)


def _right_as_they_are(config: Mapping[str, Any]) -> frozenset[str]:
    return encoder_of(config).words | look_alike_medicines(project_path(config["look_alikes"]))
