"""Measures the understanding on its own examples, none of them learned: `python -m bot.nlu.tuning.cross_validate`.

The examples that the encoder was not fine-tuned on are dealt into folds, every intent evenly. For each fold the
components of config.yml learn from all but the fold's examples, as in training, and read those, as in a chat. Prints
JSON: each example with the intent found.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.nlu.project import PROJECT_ROOT
from bot.nlu.server.quiet import configure_logging, prepare_environment

if TYPE_CHECKING:
    from rasa.engine.graph import GraphComponent
    from rasa.shared.nlu.training_data.message import Message
    from rasa.shared.nlu.training_data.training_data import TrainingData

FOLDS = 5
_OURS = "bot.nlu."


def main(arguments: list[str] | None = None) -> int:
    """Cross-validate and print or write the outcome; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bot.nlu.tuning.cross_validate", description=__doc__)
    parser.add_argument("--out", type=Path, help="a file for the JSON; without it, it is printed")
    parser.add_argument("--folds", type=int, default=FOLDS, help=f"how many parts (default {FOLDS})")
    options = parser.parse_args(arguments)
    prepare_environment()
    from rasa.shared.exceptions import RasaException
    from rasa.shared.nlu.training_data.loading import load_data
    from rasa.shared.utils.io import read_yaml_file

    configure_logging(logging.ERROR)
    _say("reading the data")
    try:
        pipeline = read_yaml_file(PROJECT_ROOT / "config.yml")["pipeline"]
        data = load_data(str(PROJECT_ROOT / "data" / "nlu"))
        outcome = cross_validate(data, pipeline, options.folds)
    except (RasaException, ValueError) as error:
        print(f"cross_validate: {error}", file=sys.stderr)
        return 1
    text = json.dumps(outcome)
    if options.out is None:
        print(text)
    else:
        options.out.write_text(text, encoding="utf-8")
    return 0


def cross_validate(data: TrainingData, pipeline: Sequence[Mapping[str, Any]], folds: int) -> dict[str, Any]:
    """Read every example with components that have not learned from it.

    Args:
        data: What data/nlu holds.
        pipeline: The components as config.yml lists them; Rasa's own are left out (the fallback decides nothing here).
        folds: How many parts.

    Raises:
        ValueError: An intent has fewer examples than there are folds.
    """
    started = time.monotonic()
    examples = [example for example in data.intent_examples if example.get("text", "").strip()]
    found: list[dict[str, Any]] = []
    fold_of = _deal(examples, folds)
    for number in range(1, folds + 1):
        _say(f"fold {number} of {folds}")
        with tempfile.TemporaryDirectory(prefix="frontdesk-fold-") as folder:
            learned_from = [example for at, example in enumerate(examples) if fold_of.get(at) != number]
            components = _learn(_part(data, learned_from), pipeline, Path(folder))
            found += [{**_read(examples[at], components), "fold": number} for at in fold_of if fold_of[at] == number]
    return {"folds": folds, "seconds": round(time.monotonic() - started, 1), "examples": found}


def _deal(examples: Sequence[Message], folds: int) -> dict[int, int]:
    """Return the fold of each example that is to be read, by its place; the others are only learned from."""
    from bot.encoder.adapter import text_key
    from bot.encoder.sentence_encoder import load_encoder
    from bot.nlu.project import project_path
    from bot.nlu.text.readings import is_question
    from bot.nlu.text.words import reading, split_words

    intents = Counter(example.get("intent") for example in examples)
    rare = sorted(intent for intent, count in intents.items() if count < folds)
    if rare:
        raise ValueError(f"too few examples for {folds} folds: {', '.join(rare)}")
    texts = [reading(split_words(example.get("text"))) for example in examples]
    new = load_encoder(project_path("models/encoder")).is_fresh(texts)
    fresh = [at for at, is_fresh in enumerate(new) if is_fresh and is_question(examples[at])]
    # The key stands for chance: neighbours in a file are often variations of each other.
    fresh.sort(key=lambda at: (str(examples[at].get("intent")), text_key(texts[at])))
    return {at: place % folds + 1 for place, at in enumerate(fresh)}


def _part(data: TrainingData, examples: list[Message]) -> TrainingData:
    return type(data)(examples, data.entity_synonyms, data.regex_features, data.lookup_tables)


def _learn(data: TrainingData, pipeline: Sequence[Mapping[str, Any]], folder: Path) -> list[GraphComponent]:
    """Train the components of the pipeline one after the other and load what they kept, as Rasa does."""
    from rasa.engine.graph import ExecutionContext, GraphSchema
    from rasa.engine.storage.local_model_storage import LocalModelStorage
    from rasa.engine.storage.resource import Resource
    from rasa.shared.utils.common import class_from_module_path

    storage, context = LocalModelStorage(folder), ExecutionContext(GraphSchema({}), "cross_validate")
    components = []
    for place, item in enumerate(item for item in pipeline if item["name"].startswith(_OURS)):
        kind = class_from_module_path(item["name"])
        config = {**kind.get_default_config(), **{key: value for key, value in item.items() if key != "name"}}
        resource = Resource(f"{kind.__name__}_{place}")
        made = kind.create(config, storage, resource, context)
        if hasattr(made, "train"):
            made.train(data)
            made = kind.load(config, storage, resource, context)
        components.append(made)
    return components


def _read(example: Message, components: Sequence[GraphComponent]) -> dict[str, Any]:
    from rasa.shared.nlu.training_data.message import Message

    message = Message({"text": example.get("text")})
    for component in components:
        component.process([message])
    intent = message.get("intent") or {}
    return {
        "text": example.get("text"),
        "intent": example.get("intent"),
        "found": intent.get("name"),
        "confidence": float(intent.get("confidence") or 0.0),
    }


def _say(text: str) -> None:
    # Not to the output, which is JSON.
    print(f"cross_validate: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
