"""The table of words is read from the encoder's file where it stands, and no vector is another for it."""

from __future__ import annotations

import numpy as np
import onnxruntime
import pytest

from bot.encoder.mapped_tables import LARGE, large_tables
from bot.encoder.sentence_encoder import SentenceEncoder
from bot.nlu.project import project_path

ENCODER = project_path("models/encoder")
GRAPH, TABLE, SHAPE, KIND, NAME, CONTENT = 7, 5, 1, 2, 8, 9
UINT8, FLOAT = 2, 1


def number(value: int) -> bytes:
    """Write a number as protocol buffers do."""
    written = bytearray()
    while value > 0x7F:
        written.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*written, value])


def counted(field: int, content: bytes) -> bytes:
    """Write a field with its length before it."""
    return number(field << 3 | 2) + number(len(content)) + content


def plain(field: int, value: int) -> bytes:
    """Write a field that is a number."""
    return number(field << 3) + number(value)


def table(name: str, rows: int, *, kind: int = UINT8, packed: bool = False) -> bytes:
    """Write a table with four bytes a row, the number of the row in each."""
    shape = counted(SHAPE, number(rows) + number(4)) if packed else plain(SHAPE, rows) + plain(SHAPE, 4)
    content = np.repeat(np.arange(rows) % 251, 4).astype(np.uint8).tobytes()
    return shape + plain(KIND, kind) + counted(NAME, name.encode()) + counted(CONTENT, content)


@pytest.mark.parametrize("packed", [False, True])
def test_a_large_table_is_found_among_others(tmp_path, packed):
    """By its name, in its shape, however that is written."""
    model = tmp_path / "encoder.onnx"
    tables = counted(TABLE, table("small", 8)) + counted(TABLE, table("words", LARGE // 4, packed=packed))
    # Fields of a fixed length stand between, as a newer version of the format may have them.
    model.write_bytes(plain(1, 8) + counted(GRAPH, number(6 << 3 | 5) + bytes(4) + tables) + number(1) + bytes(8))
    found = large_tables(model)
    assert list(found) == ["words"]
    assert found["words"].shape == (LARGE // 4, 4)
    assert found["words"][1000].tolist() == [1000 % 251] * 4


def test_numbers_of_several_bytes_stay_where_they_are_copied(tmp_path):
    """Nothing says that they stand where a processor can read them."""
    model = tmp_path / "encoder.onnx"
    model.write_bytes(counted(GRAPH, counted(TABLE, table("words", LARGE // 4, kind=FLOAT))))
    assert large_tables(model) == {}


def test_a_file_that_is_no_model_is_refused(tmp_path):
    """With what to do."""
    model = tmp_path / "encoder.onnx"
    model.write_bytes(number(1 << 3 | 7))
    with pytest.raises(ValueError, match=r"Build it: \./frontdesk train"):
        large_tables(model)


def test_the_encoder_has_one():
    """Of words: a row of 384 numbers each."""
    assert [table.shape[1] for table in large_tables(ENCODER / "encoder.onnx").values()] == [384]


def test_no_vector_is_another():
    """To the last bit: a confidence that moved would be somebody's other answer."""
    encoder = SentenceEncoder(ENCODER)
    copied = onnxruntime.InferenceSession(str(ENCODER / "encoder.onnx"), providers=["CPUExecutionProvider"])
    for text in ("How much does PRP cost?", "", "zzyzx qwrtp 漢字 €", "my knee has hurt for years " * 40):
        ids = np.asarray([encoder.tokens(text)], np.int64)
        whole = copied.run(["sentence_embedding"], {"input_ids": ids, "attention_mask": np.ones_like(ids)})[0][0]
        assert np.array_equal(encoder.encode([text])[0], whole)
