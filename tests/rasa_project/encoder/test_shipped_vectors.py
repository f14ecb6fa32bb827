"""The vectors that come with Frontdesk are those of its encoder, and nobody else's."""

from __future__ import annotations

import numpy as np
import pytest
from rasa.shared.nlu.training_data.loading import load_data

from bot.encoder.adapter import text_key
from bot.encoder.example_vectors import EXAMPLES_FILE, ExampleVectors
from bot.encoder.sentence_encoder import SentenceEncoder
from bot.encoder.shipped_vectors import ADAPTER, SHIPPED, unpack, write
from bot.nlu.knowledge import ANSWERS, ASKED, TOPICS, TREATMENTS, alternatives, paragraphs
from bot.nlu.project import project_path
from bot.nlu.text.entity_matcher import EntityMatcher
from bot.nlu.text.lookups import lookups_of
from bot.nlu.text.paragraph_readings import read_paragraphs
from bot.nlu.text.readings import questions_of
from bot.written_questions import written_questions

# New examples may be written without touching the file; when many are, it is time to write it again.
LEAST_SHIPPED = 0.8


@pytest.fixture
def kept(tmp_path):
    """Return a folder with the vectors of a training, and an adapter."""
    vectors = np.random.default_rng(1).normal(size=(5, 384)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    ExampleVectors(tmp_path / EXAMPLES_FILE).add(dict(enumerate(vectors, 1)))
    (tmp_path / "adapter.npz").write_bytes(b"an adapter")
    return tmp_path


def test_vectors_come_back_as_they_were(kept, tmp_path_factory):
    """To the last bit: a training with them is the training without them."""
    new = tmp_path_factory.mktemp("encoder")
    assert write(kept, kept / "adapter.npz", kept / "shipped.npz") == 5

    assert unpack(kept / "shipped.npz", kept / "adapter.npz", new) == 5

    before, after = ExampleVectors(kept / EXAMPLES_FILE), ExampleVectors(new / EXAMPLES_FILE)
    for key in range(1, 6):
        assert (before[key] == after[key]).all()


def test_those_of_another_encoder_do_not_count(kept, tmp_path_factory):
    """They would point anywhere."""
    new = tmp_path_factory.mktemp("encoder")
    write(kept, kept / "adapter.npz", kept / "shipped.npz")
    (kept / "adapter.npz").write_bytes(b"another adapter")

    assert unpack(kept / "shipped.npz", kept / "adapter.npz", new) == 0
    assert not (new / EXAMPLES_FILE).exists()


@pytest.mark.parametrize("content", [None, b"", b"PK no archive"])
def test_without_a_whole_file_training_makes_its_own(kept, content):
    """A broken file costs a minute, not a start."""
    if content is not None:
        (kept / "shipped.npz").write_bytes(content)

    assert unpack(kept / "shipped.npz", kept / "adapter.npz", kept) == 0


@pytest.mark.slow(reason="reads all examples, paragraphs and written questions of the project, and their vectors")
def test_the_file_holds_most_examples_and_written_questions_and_fits_the_encoder(tmp_path):
    """Write it again with `python -m bot.encoder.shipped_vectors` when this fails."""
    assert unpack(project_path(str(SHIPPED)), project_path(str(ADAPTER)), tmp_path) > 0
    shipped = ExampleVectors(tmp_path / EXAMPLES_FILE)
    data, others = load_data(str(project_path("data/nlu"))), alternatives(project_path(TREATMENTS))
    examples = [one.asked for one in questions_of(data, others)]
    read = read_paragraphs(
        paragraphs(*(project_path(path) for path in (ANSWERS, TOPICS, TREATMENTS))),
        written_questions(project_path(ASKED)),
        EntityMatcher({lookup.kind: lookup.values for lookup in lookups_of(data)}),
        others,
    )

    for texts in (examples, read.readings, read.questions):
        there = [text for text in texts if text_key(text) in shipped]
        assert len(there) > LEAST_SHIPPED * len(texts)
        some = there[:: len(there) // 40]
        made = SentenceEncoder(project_path("models/encoder")).encode(some)
        for text, vector in zip(some, made, strict=True):
            other = shipped[text_key(text)].astype(np.float32)
            assert vector @ other / np.linalg.norm(other) > 0.98
