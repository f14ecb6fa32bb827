"""What every graph component of ours is: settings, and a model learned from the training data and kept in the archive.

A component says its `SETTINGS`, how it learns (`train`), reads its model again (`read_model`) and uses it (`process`).
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from typing_extensions import Self

from bot.encoder.sentence_encoder import SentenceEncoder, load_encoder
from bot.nlu.components.component_settings import Setting, check_settings, defaults_of
from bot.nlu.project import project_path

Model = TypeVar("Model")


class TrainedComponent(GraphComponent, Generic[Model]):
    """A graph component with a model; without one, before training, it leaves messages as they are.

    Attributes:
        SETTINGS: The settings that it has in config.yml.
    """

    SETTINGS: ClassVar[Mapping[str, Setting]]

    def __init__(
        self,
        config: Mapping[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: Model | None = None,
    ) -> None:
        self._config = self._with_defaults(config)
        self._model_storage = model_storage
        self._resource = resource
        self._model = model

    @abstractmethod
    def train(self, training_data: TrainingData) -> Resource:
        """Learn the model and write it into the archive; give where it is."""

    @classmethod
    @abstractmethod
    def read_model(cls, folder: Path, config: Mapping[str, Any]) -> Model:
        """Read what `train` has written.

        Args:
            folder: Where it is.
            config: All settings.
        """

    @abstractmethod
    def process(self, messages: list[Message]) -> list[Message]:
        """Set on the messages what the component finds in them."""

    @classmethod
    def get_default_config(cls) -> dict[str, Any]:
        """Give what holds where config.yml says nothing."""
        return defaults_of(cls.SETTINGS)

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,  # noqa: ARG003 - Rasa passes it by name.
    ) -> Self:
        """Make a component that has learned nothing yet.

        Raises:
            ValueError: A setting is wrong; names it.
        """
        check_settings(cls.__name__, cls.SETTINGS, config)
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,  # noqa: ARG003 - Rasa passes it by name.
        **kwargs: Any,  # noqa: ARG003 - Rasa may pass more than is needed.
    ) -> Self:
        """Make a component with the model that training has kept."""
        with model_storage.read_from(resource) as folder:
            model = cls.read_model(folder, cls._with_defaults(config))
        return cls(config, model_storage, resource, model)

    @classmethod
    def _with_defaults(cls, config: Mapping[str, Any]) -> dict[str, Any]:
        return {**cls.get_default_config(), **config}


def encoder_of(config: Mapping[str, Any]) -> SentenceEncoder:
    """Give the encoder in the folder that the setting `encoder` names.

    Raises:
        ValueError: It has not been built; says how.
    """
    return load_encoder(project_path(config["encoder"]))
