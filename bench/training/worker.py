"""Learns once from so many examples and prints what it took, as JSON: `python -m bench.training.worker 25000`."""

from __future__ import annotations

import json
import resource
import sys
import time

import numpy as np
import yaml

from bot.encoder.adapter import text_key
from bot.encoder.example_vectors import EXAMPLES_FILE, ExampleVectors
from bot.encoder.sentence_encoder import Vectors
from bot.nlu.models.intent_model import IntentModel, Settings, telling
from bot.nlu.project import PROJECT_ROOT

_MOVED = 0.035
"""How far each number of a vector is moved: two made from the same example have a cosine of about 0.65."""
_SEED = 11


def main() -> int:
    """Learn, print, and return the exit status."""
    texts, vectors, intents = _examples(int(sys.argv[1]))
    started = time.perf_counter()
    kept = telling(vectors, intents)
    model = IntentModel(Settings())
    model.train([texts[place] for place in kept], vectors[kept], [intents[place] for place in kept])
    done = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(json.dumps({"seconds": done - started, "peak_mb": peak}))
    return 0


def _examples(count: int) -> tuple[list[str], Vectors, list[str]]:
    """Return so many examples: the project's own, and others made from them."""
    known = ExampleVectors(PROJECT_ROOT / "models" / "encoder" / EXAMPLES_FILE)
    own = [
        (text, known[text_key(text)], block["intent"])
        for path in sorted((PROJECT_ROOT / "data" / "nlu").glob("*.yml"))
        for block in yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)["nlu"]
        if "intent" in block
        for text in (line.removeprefix("- ").lower() for line in block["examples"].splitlines())
        if text_key(text) in known
    ]
    if not own:
        raise SystemExit("There are no vectors of examples yet. Train first: ./frontdesk train")
    random = np.random.default_rng(_SEED)
    random.shuffle(own)
    texts, vectors, intents = [], [], []
    for number in range(count):
        text, vector, intent = own[number % len(own)]
        if number >= len(own):
            other = own[random.integers(len(own))][0].split()
            text = " ".join([*text.split(), *random.choice(other, 2)])
            vector = vector + random.normal(scale=_MOVED, size=len(vector))
        texts.append(text)
        vectors.append(np.asarray(vector / np.linalg.norm(vector), np.float32))
        intents.append(intent)
    return texts, np.stack(vectors), intents


if __name__ == "__main__":
    sys.exit(main())
