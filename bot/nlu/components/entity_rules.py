"""The graph component that finds a message's entities by rules."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import (
    ENTITIES,
    ENTITY_ATTRIBUTE_END,
    ENTITY_ATTRIBUTE_ROLE,
    ENTITY_ATTRIBUTE_START,
    ENTITY_ATTRIBUTE_TYPE,
    ENTITY_ATTRIBUTE_VALUE,
    EXTRACTOR,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.components.component_settings import Setting
from bot.nlu.components.trained_component import TrainedComponent
from bot.nlu.text.entity_matcher import EntityMatcher, FoundEntity
from bot.nlu.text.excluded import with_excluded
from bot.nlu.text.lookups import lookups_of
from bot.nlu.text.messages import is_understood, words_of

_FILE = "forms.json"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class EntityRules(TrainedComponent[EntityMatcher]):
    """Adds the entities of the lookup tables, with the values of the synonyms."""

    SETTINGS: ClassVar[Mapping[str, Setting]] = {}

    @staticmethod
    def required_packages() -> list[str]:
        """The packages it needs."""
        return ["spacy"]

    @classmethod
    def read_model(cls, folder: Path, config: Mapping[str, Any]) -> EntityMatcher:  # noqa: ARG003 - Others need it.
        """Read the surface forms."""
        return EntityMatcher(json.loads((folder / _FILE).read_text(encoding="utf-8")))

    def train(self, training_data: TrainingData) -> Resource:
        """Keep the surface forms of the lookup tables."""
        forms: dict[str, dict[str, str]] = {}
        for lookup in lookups_of(training_data):
            forms.setdefault(lookup.kind, {}).update(lookup.values)
        self._model = EntityMatcher(forms)
        with self._model_storage.write_to(self._resource) as folder:
            (folder / _FILE).write_text(json.dumps(forms, sort_keys=True), encoding="utf-8")
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the entities to messages that are still to be understood."""
        for message in messages:
            if self._model is not None and not is_understood(message):
                known = message.get(ENTITIES) or []
                found = [self._as_rasa_entity(entity) for entity in self._find(message)]
                message.set(ENTITIES, [*known, *found], add_to_output=True)
        return messages

    def _find(self, message: Message) -> list[FoundEntity]:
        words = words_of(message)
        return with_excluded(words, self._model.find(words)) if self._model else []

    def _as_rasa_entity(self, entity: FoundEntity) -> dict[str, Any]:
        role = {} if entity.role is None else {ENTITY_ATTRIBUTE_ROLE: entity.role}
        return {
            **role,
            ENTITY_ATTRIBUTE_TYPE: entity.kind,
            ENTITY_ATTRIBUTE_START: entity.start,
            ENTITY_ATTRIBUTE_END: entity.end,
            ENTITY_ATTRIBUTE_VALUE: entity.value,
            EXTRACTOR: type(self).__name__,
        }
