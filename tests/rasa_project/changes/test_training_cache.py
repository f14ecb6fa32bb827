"""Nothing that training makes goes into Rasa's cache of trainings."""

from __future__ import annotations

from rasa.engine.caching import LocalTrainingCache, TrainingCache
from rasa.engine.graph import ExecutionContext, GraphNode, GraphSchema, SchemaNode
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.training.hooks import TrainingHook
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.changes.training_cache import install_no_cache
from bot.nlu.components.entity_rules import EntityRules


class NotedCache(LocalTrainingCache):
    """A real cache that notes what is kept in it."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: list[str] = []

    def cache_output(self, *, fingerprint_key, output, output_fingerprint, model_storage):
        """Note it, and keep it."""
        self.kept.append(fingerprint_key)
        super().cache_output(fingerprint_key, output, output_fingerprint, model_storage)


def test_trained_component_is_not_kept(tmp_path, monkeypatch):
    """It is trained and written into the model all the same."""
    monkeypatch.setenv("RASA_CACHE_DIRECTORY", str(tmp_path / "cache"))
    install_no_cache()
    cache: TrainingCache = NotedCache()
    schema = GraphSchema(
        {"train": SchemaNode(needs={}, uses=EntityRules, constructor_name="create", fn="train", config={})}
    )
    storage = LocalModelStorage(tmp_path / "model")
    (tmp_path / "model").mkdir()
    node = GraphNode.from_schema_node(
        "train",
        SchemaNode(needs={"training_data": "data"}, uses=EntityRules, constructor_name="create", fn="train", config={}),
        storage,
        ExecutionContext(schema),
        hooks=[TrainingHook(cache, storage, schema)],
    )

    node(("data", TrainingData()))

    assert (tmp_path / "model" / "train" / "forms.json").is_file()
    assert cache.kept == []
