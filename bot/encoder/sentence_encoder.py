"""Sentence vectors: the direction in which a sentence's meaning points."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from bot.encoder.adapter import text_key
from bot.encoder.example_vectors import EXAMPLES_FILE, ExampleVectors
from bot.encoder.mapped_tables import large_tables

Vectors = NDArray[np.float32]

DIMENSIONS = 384
# How much of a long text is read; the model was trained on sentences of at most so many tokens.
MAX_TOKENS = 128
_CLAUSES_OF_A_FEW_MESSAGES = 32


class SentenceEncoder:
    """An encoder, as of `models/encoder`: one onnxruntime session, one tokenizer, and what it was fine-tuned on.

    Args:
        folder: Where `encoder.onnx` and `tokenizer.json` are.

    Raises:
        ValueError: The encoder has not been built.
    """

    def __init__(self, folder: Path) -> None:
        model = folder / "encoder.onnx"
        tokenizer = folder / "tokenizer.json"
        seen = folder / "seen.npy"
        if not all(path.is_file() for path in (model, tokenizer, seen)):
            raise ValueError(f"There is no sentence encoder in {folder}. Build it: ./frontdesk train")
        options = onnxruntime.SessionOptions()
        # A second thread gains little, and spinning threads take the processor from the other processes.
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        # The arena keeps what the longest text so far has taken, 5 MB, and gains no time.
        options.enable_cpu_mem_arena = False
        # Copied into memory the table of words alone would be 12 MB in each process that reads sentences.
        self._mapped = {
            name: onnxruntime.OrtValue.ortvalue_from_numpy(table) for name, table in large_tables(model).items()
        }
        for name, table in self._mapped.items():
            options.add_initializer(name, table)
        self._session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.no_padding()
        self._model_file = model
        self._seen_file = seen
        self._examples = ExampleVectors(folder / EXAMPLES_FILE)
        # Two components read the same clauses of a message, one right after the other.
        self._vector = lru_cache(maxsize=_CLAUSES_OF_A_FEW_MESSAGES)(self._read)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one vector of length one for each text.

        Each text runs by itself: the small graph scales its numbers over the whole batch, so a text's vector would
        depend on its neighbours, and a training example would no longer be its own nearest neighbour.

        Args:
            texts: Sentences; an empty one has a vector too (it points nowhere in particular).
        """
        return self._rows([self._vector(text) for text in texts])

    def encode_examples(self, texts: Sequence[str]) -> Vectors:
        """Do the same for training: on all processors, and keeping the vectors for the next training.

        Args:
            texts: The training examples.
        """
        keys = [text_key(text) for text in texts]
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._examples}
        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            self._examples.add(dict(zip(new, pool.map(self._read, new.values()), strict=True)))
        return self._rows([self._examples[key].astype(np.float32) for key in keys])

    def digest(self) -> str:
        """Return one value for the encoder: another has other vectors."""
        return hashlib.sha256(self._model_file.read_bytes()).hexdigest()

    def is_fresh(self, texts: Sequence[str]) -> NDArray[np.bool_]:
        """Say of each text whether the encoder was not fine-tuned on it."""
        seen = frozenset(np.load(self._seen_file, allow_pickle=False).tolist())
        return np.array([text_key(text) not in seen for text in texts], bool)

    def tokens(self, text: str) -> list[int]:
        """Return the numbers of the tokens that are read of a text."""
        return list(self._tokenizer.encode(text).ids)

    def _read(self, text: str) -> Vectors:
        ids = np.asarray([self.tokens(text)], np.int64)
        inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        return np.asarray(self._session.run(["sentence_embedding"], inputs)[0][0], np.float32)

    @staticmethod
    def _rows(vectors: Sequence[Vectors]) -> Vectors:
        return np.asarray(vectors, np.float32).reshape(len(vectors), DIMENSIONS)

    @cached_property
    def words(self) -> frozenset[str]:
        """The whole words that the encoder was trained with: ordinary English."""
        return frozenset(word for word in self._tokenizer.get_vocab() if word.isalpha() and word.isascii())


@lru_cache(maxsize=4)
def load_encoder(folder: Path) -> SentenceEncoder:
    """Return the encoder of a folder; components of one process share it (its session may be used by many threads).

    Raises:
        ValueError: The encoder has not been built.
    """
    return SentenceEncoder(folder)
