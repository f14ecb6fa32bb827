"""What one training keeps for the next, in files beside the model: results by what they came from, and whole folders.

A file says what all of it depends on, our code and Rasa's release included; with anything else it is made anew.
"""

from __future__ import annotations

import hashlib
import json
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from bot.nlu.project import PROJECT_ROOT

_CODE = (
    "bot/nlu/**/*.py",
    "bot/reading/**/*.py",
    "bot/paragraphs.py",
    "bot/vocabulary.py",
    "bot/written_questions.py",
    "bot/yaml_file.py",
    "requirements/rasa.txt",
)


class Kept:
    """The results of one kind.

    Args:
        path: The file; it need not be there.
        depends_on: What the results depend on beside their own source and our code.
    """

    def __init__(self, path: Path, depends_on: str = "") -> None:
        self._path = path
        self._key = hashlib.sha256(f"{code()} {depends_on}".encode()).hexdigest()

    def read(self) -> dict[str, Any]:
        """Give what was kept; nothing if there is no file, if it is none of ours, or if it is of other code."""
        try:
            kept = json.loads(self._path.read_text(encoding="utf-8"))
            return dict(kept["results"]) if kept["key"] == self._key else {}
        except (OSError, ValueError, KeyError, TypeError):
            return {}

    def write(self, results: Mapping[str, Any]) -> None:
        """Keep these results and no others.

        Args:
            results: What JSON can hold, by what each came from.
        """
        with _replacing(self._path) as part:
            part.write_text(json.dumps({"key": self._key, "results": results}), encoding="utf-8")


class KeptFolder:
    """The files that something learned was written into, for as long as it would be learned the same again.

    Args:
        path: The archive of them; it need not be there.
        depends_on: What they depend on beside our code.
    """

    def __init__(self, path: Path, depends_on: str) -> None:
        self._path = path
        self._key = hashlib.sha256(f"{code()} {depends_on}".encode()).hexdigest()

    def copy_to(self, folder: Path) -> bool:
        """Put the files into a folder; false, with none put there, if none are kept or they are of something else."""
        try:
            with tarfile.open(self._path) as archive:
                key, *files = archive.getmembers()
                if key.name != self._key:
                    return False
                archive.extractall(folder, files, filter="data")
        except (OSError, ValueError, tarfile.TarError):
            return False
        return True

    def keep(self, folder: Path) -> None:
        """Keep the files that are in a folder, and no others.

        Args:
            folder: Of files alone.
        """
        with _replacing(self._path) as part, tarfile.open(part, "w") as archive:
            archive.addfile(tarfile.TarInfo(self._key))
            for path in sorted(folder.iterdir()):
                archive.add(path, path.name)


@contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """Give a file to write, and put it in the place of another when it is whole: two trainings at once do no harm."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        part = Path(file.name)
    yield part
    part.replace(path)


_folder: Path | None = None


@contextmanager
def keeping_in(folder: Path) -> Iterator[None]:
    """Let what is learned keep things for the next training, for as long as the block lasts.

    Args:
        folder: Where they are kept; it need not be there.
    """
    global _folder  # noqa: PLW0603 - Rasa makes the components, so nothing can be handed to them.
    before, _folder = _folder, folder
    try:
        yield
    finally:
        _folder = before


def kept_folder() -> Path | None:
    """Return where things are kept for the next training; None if nothing is to be."""
    return _folder


@lru_cache(maxsize=1)
def code() -> str:
    """Give one value for the code that makes the results: `bot/nlu`, what it reads with, and Rasa's environment."""
    digest = hashlib.sha256()
    for path in sorted(path for pattern in _CODE for path in PROJECT_ROOT.glob(pattern)):
        digest.update(f"{path.relative_to(PROJECT_ROOT)} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()
