"""The graph component that finds a message's entities by rules."""

from __future__ import annotations

import json
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import (
    ENTITIES,
    ENTITY_ATTRIBUTE_END,
    ENTITY_ATTRIBUTE_START,
    ENTITY_ATTRIBUTE_TYPE,
    ENTITY_ATTRIBUTE_VALUE,
    EXTRACTOR,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.components.settings_check import check_known, check_switch
from bot.nlu.text.entity_matcher import EntityMatcher, FoundEntity, find_contact_details
from bot.nlu.text.lookups import lookups_of
from bot.nlu.text.messages import is_understood, text_of, words_of
from bot.nlu.text.words import MAX_CHARACTERS

_FILE = "forms.json"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class EntityRules(GraphComponent):
    """Adds the entities of the lookup tables, with the values of the synonyms, and contact details."""

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        matcher: EntityMatcher | None = None,
    ) -> None:
        self._config = {**self.get_default_config(), **config}
        self._model_storage = model_storage
        self._resource = resource
        self._matcher = matcher

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The settings: `contact_details`, whether phone numbers and email addresses are entities too."""
        return {"contact_details": True}

    @staticmethod
    def required_packages() -> list[str]:
        """The packages it needs."""
        return ["spacy"]

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Refuse bad settings.

        Raises:
            ValueError: Names the setting.
        """
        check_known(cls.__name__, config, cls.get_default_config())
        check_switch(cls.__name__, {**cls.get_default_config(), **config}, "contact_details")

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,  # noqa: ARG003 - Rasa passes it by name.
    ) -> EntityRules:
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
    ) -> EntityRules:
        """Load what training has kept."""
        with model_storage.read_from(resource) as folder:
            forms = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        return cls(config, model_storage, resource, EntityMatcher(forms))

    def train(self, training_data: TrainingData) -> Resource:
        """Keep the surface forms of the lookup tables."""
        forms: dict[str, dict[str, str]] = {}
        for lookup in lookups_of(training_data):
            forms.setdefault(lookup.kind, {}).update(lookup.values)
        self._matcher = EntityMatcher(forms)
        with self._model_storage.write_to(self._resource) as folder:
            (folder / _FILE).write_text(json.dumps(forms, sort_keys=True), encoding="utf-8")
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the entities to messages that are still to be understood."""
        for message in messages:
            if not is_understood(message):
                known = message.get(ENTITIES) or []
                found = [self._as_rasa_entity(entity) for entity in self._find(message)]
                message.set(ENTITIES, [*known, *found], add_to_output=True)
        return messages

    def _find(self, message: Message) -> list[FoundEntity]:
        found = self._matcher.find(words_of(message)) if self._matcher else []
        if self._config["contact_details"]:
            found += find_contact_details(text_of(message)[:MAX_CHARACTERS])
        return found

    def _as_rasa_entity(self, entity: FoundEntity) -> dict[str, Any]:
        return {
            ENTITY_ATTRIBUTE_TYPE: entity.kind,
            ENTITY_ATTRIBUTE_START: entity.start,
            ENTITY_ATTRIBUTE_END: entity.end,
            ENTITY_ATTRIBUTE_VALUE: entity.value,
            EXTRACTOR: type(self).__name__,
        }
