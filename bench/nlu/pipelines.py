"""The two pipelines: ours as config.yml has it, and the one that Rasa uses where none is given."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.nlu.datasets import Example

ROOT = Path(__file__).resolve().parents[2]
STOCK, OURS = "stock", "ours"
PIPELINES = {STOCK: "stock Rasa", OURS: "Frontdesk"}


def write_project(pipeline: str, examples: Sequence[Example], folder: Path) -> tuple[Path, Path]:
    """Write what Rasa trains from: `config.yml` and `nlu.yml`.

    Args:
        pipeline: `ours` or `stock`.
        examples: The training examples, all with an intent.
        folder: Where they go.
    """
    from rasa.shared.nlu.constants import INTENT, TEXT
    from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLWriter
    from rasa.shared.nlu.training_data.message import Message
    from rasa.shared.nlu.training_data.training_data import TrainingData
    from rasa.shared.utils.io import write_yaml

    config, data = folder / "config.yml", folder / "nlu.yml"
    settings = {"recipe": "default.v1", "assistant_id": "bench", "language": "en", "pipeline": _components(pipeline)}
    write_yaml(settings, config)
    messages = [Message(data={TEXT: example.text, INTENT: example.intent}) for example in examples]
    RasaYAMLWriter().dump(data, TrainingData(messages))
    return config, data


def _components(pipeline: str) -> list[dict[str, Any]]:
    import rasa.engine.recipes.config_files as stock
    from rasa.shared.utils.io import read_yaml_file

    # Rasa's own file: what `rasa init` projects are trained with, since their config.yml names no components.
    path = ROOT / "config.yml" if pipeline == OURS else Path(str(stock.__path__[0])) / "default_config.yml"
    components: list[dict[str, Any]] = read_yaml_file(path)["pipeline"]
    return components
