"""The graph component that marks messages in another language, or in none, so that no topic answers them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.components.component_settings import Setting, folder
from bot.nlu.components.trained_component import TrainedComponent, encoder_of
from bot.nlu.text.language import LanguageReader, words_in
from bot.nlu.text.lookups import lookups_of
from bot.nlu.text.messages import is_understood, text_of
from bot.nlu.text.words import MAX_CHARACTERS

# Under these keys the actions read what was found (`actions/declining.py`).
LANGUAGE = "language"
_DECLINED = "out_of_scope"
_FILE = "known_words.json"
# A word that only one of the examples has may be of another language; of many examples a few quote one ("la", "en").
_LEAST_EXAMPLES = 2
_ONE_IN_SO_MANY = 10_000


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class LanguageCheck(TrainedComponent[LanguageReader], IntentClassifier):
    """Sets `language` and the intent `out_of_scope` on a message that is surely not in English.

    Such a message counts as understood: the components after it leave it alone.
    """

    SETTINGS: ClassVar[Mapping[str, Setting]] = {
        # The encoder's vocabulary is ordinary English.
        "encoder": folder("models/encoder"),
    }

    @staticmethod
    def required_packages() -> list[str]:
        """The packages it needs (Rasa wants names that can be imported and installed: lingua's differ)."""
        return ["tokenizers"]

    @classmethod
    def read_model(cls, folder: Path, config: Mapping[str, Any]) -> LanguageReader:
        """Read the words that the examples are written in."""
        known = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        return LanguageReader(known, encoder_of(config).words)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the words of the examples and of the lookup tables."""
        texts = [text_of(example) for example in training_data.intent_examples]
        forms = [form for lookup in lookups_of(training_data) for form in lookup.values]
        least = max(_LEAST_EXAMPLES, len(texts) // _ONE_IN_SO_MANY)
        known = words_in(texts, least=least) | words_in(forms)
        self._model = LanguageReader(known, encoder_of(self._config).words)
        with self._model_storage.write_to(self._resource) as folder:
            (folder / _FILE).write_text(json.dumps(sorted(known)), encoding="utf-8")
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Mark the messages that are not in English."""
        for message in messages:
            language = None if is_understood(message) else self._language_of(message)
            if language is not None:
                intent = {"name": _DECLINED, "confidence": 1.0}
                message.set(LANGUAGE, language, add_to_output=True)
                message.set(INTENT, intent, add_to_output=True)
                message.set(INTENT_RANKING_KEY, [dict(intent)], add_to_output=True)
        return messages

    def _language_of(self, message: Message) -> str | None:
        text = text_of(message)[:MAX_CHARACTERS]
        # A button's `/intent{...}` is no text of a patient: the edge takes the slashes from what they type.
        if self._model is None or text.startswith("/"):
            return None
        return self._model.language_of(text)
