"""Writes the space that comes with Frontdesk, from the project's examples: `python -m bot.nlu.tuning.ship_space`."""

from __future__ import annotations

import numpy as np
from rasa.shared.nlu.training_data.loading import load_data

from bot.encoder.sentence_encoder import load_encoder
from bot.encoder.shipped_vectors import ADAPTER
from bot.nlu.knowledge import TREATMENTS, alternatives
from bot.nlu.models.intent_model import telling
from bot.nlu.models.shipped_space import SPACE, write
from bot.nlu.models.space import Space
from bot.nlu.project import project_path
from bot.nlu.text.readings import questions_of


def main() -> None:
    """Write the file."""
    examples = questions_of(load_data(str(project_path("data/nlu"))), alternatives(project_path(TREATMENTS)))
    vectors = load_encoder(project_path("models/encoder")).encode_examples([example.asked for example in examples])
    kept = telling(vectors, [example.intent for example in examples])
    _, owner = np.unique([examples[place].intent for place in kept], return_inverse=True)
    space = Space.of([examples[place].asked for place in kept], vectors[kept], owner)
    write(space, project_path(str(ADAPTER)), project_path(str(SPACE)))
    print(f"ship_space: wrote the space of {len(kept)} examples to {SPACE}")


if __name__ == "__main__":
    main()
