"""The graph component that repairs the spelling of a message's words, for the components after it."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.encoder.sentence_encoder import load_encoder
from bot.nlu.components.settings_check import check_known, check_path
from bot.nlu.project import project_path
from bot.nlu.text.lookups import lookups_of
from bot.nlu.text.messages import is_understood, text_of
from bot.nlu.text.spelling import Spelling
from bot.nlu.text.words import WORDS, Word, split_words

_FILE = "spelling.json"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class SpellingRepair(GraphComponent):
    """Sets `words` on each message: where each word stands, and its form with the spelling repaired.

    The message's text stays what the patient typed, so that entities keep their places in it.
    """

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        spelling: Spelling | None = None,
    ) -> None:
        self._config = {**self.get_default_config(), **config}
        self._model_storage = model_storage
        self._resource = resource
        self._spelling = spelling

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The settings: `encoder`, the folder of the encoder whose vocabulary is ordinary English."""
        return {"encoder": "models/encoder"}

    @staticmethod
    def required_packages() -> list[str]:
        """The packages it needs."""
        return ["spacy", "tokenizers"]

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Refuse bad settings.

        Raises:
            ValueError: Names the setting.
        """
        check_known(cls.__name__, config, cls.get_default_config())
        check_path(cls.__name__, {**cls.get_default_config(), **config}, "encoder")

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,  # noqa: ARG003 - Rasa passes it by name.
    ) -> SpellingRepair:
        """Make an untrained component."""
        cls.validate_config(config)
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,  # noqa: ARG003 - Rasa passes it by name.
        **kwargs: Any,  # noqa: ARG003 - Rasa may pass more than is needed.
    ) -> SpellingRepair:
        """Load what training has kept."""
        with model_storage.read_from(resource) as folder:
            kept = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        spelling = Spelling(
            kept["frequencies"], kept["meanings"], _ordinary_english({**cls.get_default_config(), **config})
        )
        return cls(config, model_storage, resource, spelling)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the words of the examples and of the entities."""
        forms: dict[str, set[str]] = defaultdict(set)
        for lookup in lookups_of(training_data):
            for form, value in lookup.values.items():
                forms[f"{lookup.kind} {value}"].add(form)
        texts = [text_of(example) for example in training_data.intent_examples]
        self._spelling = Spelling.from_texts(texts, forms, _ordinary_english(self._config))
        kept = {
            "frequencies": self._spelling.frequencies,
            "meanings": {word: sorted(values) for word, values in self._spelling.meanings.items()},
        }
        with self._model_storage.write_to(self._resource) as folder:
            (folder / _FILE).write_text(json.dumps(kept, sort_keys=True), encoding="utf-8")
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the repaired words on messages that are still to be understood."""
        for message in messages:
            if not is_understood(message):
                message.set(WORDS, tuple(self._repaired(word) for word in split_words(text_of(message))))
        return messages

    def _repaired(self, word: Word) -> Word:
        if self._spelling is None:
            return word
        form = self._spelling.repair(word.form)
        return word if form == word.form else Word(word.start, word.end, form, repaired=True)


def _ordinary_english(config: dict[str, Any]) -> frozenset[str]:
    return load_encoder(project_path(config["encoder"])).words()
