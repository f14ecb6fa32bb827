"""A model is packed quickly, and unpacked as it was."""

from __future__ import annotations

from datetime import datetime, timezone

from rasa.engine.graph import GraphModelConfiguration, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.core.domain import Domain
from rasa.shared.data import TrainingType

from bot.nlu.changes.model_packing import install_quick_packing


def test_what_is_packed_comes_back(tmp_path):
    """The archive says that the least effort was made (RFC 1952: 4 in the ninth byte), and holds what was put in."""
    install_quick_packing()
    (tmp_path / "before").mkdir()
    (tmp_path / "after").mkdir()
    storage, archive = LocalModelStorage(tmp_path / "before"), tmp_path / "model.tar.gz"
    with storage.write_to(Resource("part")) as folder:
        (folder / "words.json").write_text("[1]" * 1000, encoding="utf-8")
    configuration = GraphModelConfiguration(
        train_schema=GraphSchema({}),
        predict_schema=GraphSchema({}),
        training_type=TrainingType.BOTH,
        assistant_id="test",
        language=None,
        core_target=None,
        nlu_target="",
    )

    made = storage.create_model_package(archive, configuration, Domain.empty())

    assert made.trained_at <= datetime.now(tz=timezone.utc).replace(tzinfo=None)
    assert archive.read_bytes()[8] == 4
    loaded, _ = LocalModelStorage.from_model_archive(tmp_path / "after", archive)
    with loaded.read_from(Resource("part")) as folder:
        assert (folder / "words.json").read_text(encoding="utf-8") == "[1]" * 1000
