"""Says whether the trained Rasa model still fits what it was trained from."""

from __future__ import annotations

import hashlib
from pathlib import Path

MODEL = Path("models/frontdesk.tar.gz")
FINGERPRINT = Path("models/frontdesk.fingerprint")

# Everything that training reads: a change in any of these makes another model.
INPUTS = (
    "config.yml",
    "domain.yml",
    "data/nlu/**/*.yml",
    "data/rules/**/*.yml",
    "data/knowledge/answers/*.yml",
    "data/knowledge/asked/*.tsv",
    "data/knowledge/look_alike_medicines.yml",
    "data/knowledge/treatments.yml",
    "bot/encoder/*.py",
    "bot/nlu/components/*.py",
    "bot/nlu/models/*.py",
    "bot/nlu/text/*.py",
    "bot/nlu/tuning/train.py",
    "data/sentence_space.npz",
    "models/encoder/manifest.json",
    "requirements/rasa.txt",
    # What the clinic's staff have taught (bot/curation).
    "var/curation/nlu/*.yml",
)


def inputs_of(root: Path) -> list[Path]:
    """List the files that training reads, in an order that does not change.

    Args:
        root: The project's folder.
    """
    return sorted({path for pattern in INPUTS for path in root.glob(pattern) if path.is_file()})


def fingerprint(root: Path, *, but: Path | None = None) -> str:
    """Give one value for all that training reads: names and bytes, not dates.

    Args:
        root: The project's folder.
        but: A folder, from the project's, that is left out.
    """
    digest = hashlib.sha256()
    for path in inputs_of(root):
        if but is not None and path.is_relative_to(root / but):
            continue
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{path.relative_to(root).as_posix()} {content}\n".encode())
    return digest.hexdigest()


def is_current(root: Path) -> bool:
    """Say whether there is a trained model and nothing it was trained from has changed since.

    Args:
        root: The project's folder.
    """
    recorded = root / FINGERPRINT
    if not (root / MODEL).is_file() or not recorded.is_file():
        return False
    return recorded.read_text(encoding="utf-8").strip() == fingerprint(root)


def forget(root: Path) -> None:
    """Drop the record before training, so that a training that is cut short leaves no false one behind.

    Args:
        root: The project's folder.
    """
    (root / FINGERPRINT).unlink(missing_ok=True)


def record(root: Path, value: str) -> None:
    """Write down what the model now in place was trained from.

    Args:
        root: The project's folder.
        value: The fingerprint taken before training began, so that an edit made meanwhile is not lost.
    """
    (root / FINGERPRINT).write_text(f"{value}\n", encoding="utf-8")
