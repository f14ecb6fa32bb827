"""Reads a file of training data again only when it has changed: what Rasa makes of one is kept by the file's digest."""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rasa.shared.nlu.training_data import loading
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.kept import Kept
from bot.nlu.server.quiet import is_shown


@contextmanager
def kept_files(kept: Kept) -> Iterator[None]:
    """Let Rasa take what was kept of files that have not changed, for as long as the block lasts.

    Args:
        kept: Where it is kept; at the end it holds the files that were read in the block, and no others.
    """
    load, known, used = loading.load_data, kept.read(), {}

    def load_data(resource_name: str, language: str | None = "en") -> TrainingData:
        path = Path(resource_name)
        if not path.is_file():
            return load(resource_name, language)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        if digest in known:
            used[digest] = known[digest]
            return _from_json(known[digest])
        with warnings.catch_warnings(record=True) as heard:
            warnings.simplefilter("always")
            data = load(resource_name, language)
        for one in heard:
            warnings.warn_explicit(one.message, one.category, one.filename, one.lineno)
        # What Rasa has to say of a file it says with every training, so such a file is read with every training.
        said = any(is_shown(str(one.message), one.filename) for one in heard)
        if not said and (made := _as_json(data)) is not None:
            used[digest] = made
        return data

    loading.load_data = load_data
    try:
        yield
    finally:
        loading.load_data = load
    if used != known:
        kept.write(used)


def _as_json(data: TrainingData) -> dict[str, Any] | None:
    """Give what JSON can hold of a file's content; None if that is not all of it."""
    made = {
        "examples": [example.data for example in data.training_examples],
        "entity_synonyms": data.entity_synonyms,
        "regex_features": data.regex_features,
        "lookup_tables": data.lookup_tables,
        "responses": data.responses,
    }
    try:
        return made if json.loads(json.dumps(made)) == made else None
    except (TypeError, ValueError):
        return None


def _from_json(made: dict[str, Any]) -> TrainingData:
    return TrainingData(
        [Message(data) for data in made["examples"]],
        made["entity_synonyms"],
        made["regex_features"],
        made["lookup_tables"],
        made["responses"],
    )
