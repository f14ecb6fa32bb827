"""The graph component that marks messages in another language, or in none, so that no topic answers them."""

from __future__ import annotations

import json
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.encoder.sentence_encoder import load_encoder
from bot.nlu.components.settings_check import check_known, check_path
from bot.nlu.project import project_path
from bot.nlu.text.language import LanguageReader, words_in
from bot.nlu.text.lookups import lookups_of
from bot.nlu.text.messages import is_understood, text_of
from bot.nlu.text.words import MAX_CHARACTERS

# Under these keys the actions read what was found (`actions/declining.py`).
LANGUAGE = "language"
_DECLINED = "out_of_scope"
_FILE = "known_words.json"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class LanguageCheck(IntentClassifier, GraphComponent):
    """Sets `language` and the intent `out_of_scope` on a message that is surely not in English.

    Such a message counts as understood: the components after it leave it alone.
    """

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        reader: LanguageReader | None = None,
    ) -> None:
        self._config = {**self.get_default_config(), **config}
        self._model_storage = model_storage
        self._resource = resource
        self._reader = reader

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The settings: `encoder`, the folder of the encoder whose vocabulary is ordinary English."""
        return {"encoder": "models/encoder"}

    @staticmethod
    def required_packages() -> list[str]:
        """The packages it needs (Rasa wants names that can be imported and installed: lingua's differ)."""
        return ["tokenizers"]

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
    ) -> LanguageCheck:
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
    ) -> LanguageCheck:
        """Load what training has kept."""
        with model_storage.read_from(resource) as folder:
            known = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        english = load_encoder(project_path({**cls.get_default_config(), **config}["encoder"])).words()
        return cls(config, model_storage, resource, LanguageReader(known, english))

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the words of the examples and of the lookup tables."""
        texts = [text_of(example) for example in training_data.intent_examples]
        forms = [form for lookup in lookups_of(training_data) for form in lookup.values]
        known = words_in([*texts, *forms])
        self._reader = LanguageReader(known, load_encoder(project_path(self._config["encoder"])).words())
        with self._model_storage.write_to(self._resource) as folder:
            (folder / _FILE).write_text(json.dumps(sorted(known)), encoding="utf-8")
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Mark the messages that are not in English."""
        for message in messages:
            language = None if self._reader is None or is_understood(message) else self._language_of(message)
            if language is not None:
                intent = {"name": _DECLINED, "confidence": 1.0}
                message.set(LANGUAGE, language, add_to_output=True)
                message.set(INTENT, intent, add_to_output=True)
                message.set(INTENT_RANKING_KEY, [dict(intent)], add_to_output=True)
        return messages

    def _language_of(self, message: Message) -> str | None:
        text = text_of(message)[:MAX_CHARACTERS]
        # A button's `/intent{...}` is no text of a patient: the edge takes the slashes from what they type.
        if self._reader is None or text.startswith("/"):
            return None
        return self._reader.language_of(text)
