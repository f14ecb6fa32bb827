"""The encoder is built from the published files or not at all."""

from __future__ import annotations

import json

import numpy as np
import pytest

from bot.encoder import build as build_encoder
from bot.encoder.adapter import Adapter
from bot.encoder.sentence_encoder import DIMENSIONS, MAX_TOKENS, SentenceEncoder, load_encoder
from bot.nlu.project import project_path
from bot.nlu.text.readings import examples_of

ENCODER = project_path("models/encoder")
ADAPTER = project_path(str(build_encoder.ADAPTER))
DANGER = project_path("models/danger")
DANGER_ADAPTER = project_path(str(build_encoder.DANGER_ADAPTER))


@pytest.fixture
def model_folder(tmp_path):
    """Return a folder with files of the right names and the wrong bytes."""
    folder = tmp_path / "model"
    folder.mkdir()
    for name in (*build_encoder.EXPECTED_SHA256, "config.json"):
        (folder / name).write_bytes(b"{}")
    return folder


def test_other_weights_are_refused(model_folder, tmp_path):
    """A changed file might answer anything; both hashes are named."""
    with pytest.raises(
        build_encoder.EncoderBuildError, match=r"model\.safetensors is not the published file.*expected"
    ):
        build_encoder.build(model_folder, tmp_path / "encoder", None)

    assert not (tmp_path / "encoder").exists()


def test_missing_file_is_named(model_folder, tmp_path):
    """Half an installation is told what to do."""
    (model_folder / "model.safetensors").unlink()

    with pytest.raises(build_encoder.EncoderBuildError, match=r"model\.safetensors is missing"):
        build_encoder.build(model_folder, tmp_path / "encoder", None)


def test_check_says_no_for_an_empty_project(tmp_path, monkeypatch, capsys):
    """`--check` has an exit status that a script can read, and names each encoder that is missing."""
    monkeypatch.chdir(tmp_path)

    assert build_encoder.main(["--check"]) == 1
    printed = capsys.readouterr().out
    assert "not in models/encoder yet" in printed
    assert "not in models/danger yet" in printed


def test_check_says_yes_where_both_are_built(monkeypatch, capsys):
    """Then a start has nothing to build."""
    monkeypatch.chdir(project_path(""))

    assert build_encoder.main(["--check"]) == 0
    assert capsys.readouterr().out.count("there already") == 2


def test_only_what_is_missing_is_built(tmp_path, monkeypatch):
    """A new danger model from git leaves the other encoder, and the vectors beside it, as they are."""
    built = []
    wanted = {ENCODER: ADAPTER, tmp_path / "danger": DANGER_ADAPTER}
    monkeypatch.setattr(build_encoder, "ENCODERS", wanted)
    monkeypatch.setattr(build_encoder, "find_model_folder", lambda: tmp_path)
    monkeypatch.setattr(build_encoder, "build", lambda _, folder, adapter: built.append((folder, adapter)))

    assert build_encoder.main([]) == 0
    assert built == [(tmp_path / "danger", DANGER_ADAPTER)]


def test_published_encoder_is_built_without_fine_tuning(tmp_path, monkeypatch):
    """Where it is asked for, and nothing else."""
    built = []
    monkeypatch.setattr(build_encoder, "find_model_folder", lambda: tmp_path)
    monkeypatch.setattr(build_encoder, "build", lambda _, folder, adapter: built.append((folder, adapter)))

    assert build_encoder.main(["--published", str(tmp_path / "plain")]) == 0
    assert built == [(tmp_path / "plain", None)]


def test_missing_package_is_an_error_in_one_line(tmp_path, capsys):
    """Run with the wrong Python, it says which one to use."""
    assert build_encoder.main(["--published", str(tmp_path / "encoder")]) == 1
    assert "requirements/encoder.txt" in capsys.readouterr().err


def test_damaged_encoder_is_built_anew(tmp_path):
    """A manifest whose files have changed does not count."""
    manifest = {
        "recipe": build_encoder.RECIPE,
        "built_from": build_encoder.EXPECTED_SHA256,
        "files": {"encoder.onnx": "0" * 64},
    }
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (tmp_path / "encoder.onnx").write_bytes(b"damaged")

    assert not build_encoder.is_built(tmp_path, None)


def test_built_encoders_are_found():
    """A second run has nothing to do; neither stands in for the other."""
    assert build_encoder.is_built(ENCODER, ADAPTER)
    assert build_encoder.is_built(DANGER, DANGER_ADAPTER)
    assert not build_encoder.is_built(DANGER, ADAPTER)
    assert not build_encoder.is_built(ENCODER, DANGER_ADAPTER)


def test_another_adapter_is_another_encoder(tmp_path):
    """Who pulls a new adapter from git gets a new encoder without asking for it."""
    (tmp_path / "adapter.npz").write_bytes(ADAPTER.read_bytes() + b" ")

    assert not build_encoder.is_built(ENCODER, tmp_path / "adapter.npz")
    assert not build_encoder.is_built(ENCODER, None)
    assert not build_encoder.is_built(ENCODER, tmp_path / "none.npz")


@pytest.mark.slow(reason="compares all examples of the project")
def test_examples_that_fine_tuning_has_seen_are_known(project_data):
    """Of what it was fine-tuned on most stands here; the confidence and the figures rest on what it has not seen."""
    examples = examples_of(project_data, ())
    fresh = load_encoder(ENCODER).is_fresh([example.named for example in examples])

    assert (~fresh).sum() > 0.8 * len(Adapter.read(ADAPTER).seen)
    assert fresh.mean() > 0.1
    assert load_encoder(ENCODER).is_fresh(["no file of ours holds this"]).all()


def test_encoder_puts_like_sentences_near():
    """Vectors of length one, near where the meaning is near, whatever stands beside them."""
    texts = ["does the injection hurt", "is the shot painful", "where can I park my car"]
    encoder = load_encoder(ENCODER)

    vectors = encoder.encode(texts)

    assert vectors.shape == (3, DIMENSIONS)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-4)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.3
    assert (encoder.encode([texts[1]])[0] == vectors[1]).all()


def test_examples_have_the_vectors_that_messages_have():
    """Training reads them on several processors and keeps them; in the order given, a text twice as well."""
    texts = ["does it hurt", "how much is it", "does it hurt"]
    encoder = SentenceEncoder(ENCODER)
    one_by_one = encoder.encode(texts)

    assert encoder.encode_examples(texts) == pytest.approx(one_by_one, abs=1e-3)
    assert (encoder.encode(texts) == one_by_one).all()


def test_tokens_are_those_that_are_read():
    """A mark at either end, the same in capitals, and of a long text no more than the encoder reads."""
    encoder = load_encoder(ENCODER)
    first, *words, last = encoder.tokens("is it safe")

    assert len(words) == 3
    assert encoder.tokens("IS IT SAFE") == [first, *words, last]
    assert encoder.tokens("") == [first, last]
    assert len(encoder.tokens("safe " * 1000)) == MAX_TOKENS
