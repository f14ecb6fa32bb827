"""The trained models on disk: the one in service, the one before it, and one on trial; and telling Rasa to take one."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tarfile
import time
from collections.abc import Sequence
from enum import Enum
from pathlib import Path

import httpx

from bot.cli.setting_up import fingerprint
from bot.curation.lines import CURATION

BEFORE = Path("models/frontdesk.before.tar.gz")
BEFORE_FINGERPRINT = Path("models/frontdesk.before.fingerprint")
TRIAL = CURATION / "trial"
UNFINISHED = CURATION / "unfinished"
"""Stands from before another model is put in service until every Rasa has it: a crash between is seen by it."""
_LOADED_WITHIN = 60.0
_TRIES = 5
_FIRST_PAUSE = 1.0


class Loaded(Enum):
    """What came of having a Rasa load the model in service.

    The value says it to whoever reads the log.
    """

    YES = "has the new model"
    DOWN = "is down, and loads the model when it starts"
    OF_ITS_MACHINE = "has the model of its own machine, whose edge brings that up to date"
    REFUSED = "does not load it; the next learner tries again"


class ModelFiles:
    """Puts models in each other's place, so that there is a whole one at any moment.

    Args:
        root: The project's folder.
        rasa_urls: Where the Rasas are that serve patients, if any run.
    """

    def __init__(self, root: Path, rasa_urls: Sequence[str]) -> None:
        self._root = root
        self._rasa_urls = rasa_urls
        self.current = root / fingerprint.MODEL
        self.trial = root / TRIAL / "frontdesk.tar.gz"
        self.trial_lines = root / TRIAL / "nlu"
        self._learned_from = ""

    @property
    def is_unfinished(self) -> bool:
        """Whether an exchange of the model was begun and is not known to have ended."""
        return (self._root / UNFINISHED).exists()

    def begin_exchange(self) -> None:
        """Note that lines and model are about to change."""
        (self._root / UNFINISHED).parent.mkdir(parents=True, exist_ok=True)
        (self._root / UNFINISHED).touch()

    def begin_trial(self) -> None:
        """Make room for a trial, and remember what of the project it learns from."""
        self.clear_trial()
        self._learned_from = fingerprint.fingerprint(self._root, but=CURATION)

    def clear_trial(self) -> None:
        """Remove what a trial left."""
        shutil.rmtree(self._root / TRIAL, ignore_errors=True)

    def promote(self) -> None:
        """Put the model on trial in service, and keep the one before. The lines it learned must be written already."""
        self.keep_before()
        fingerprint.forget(self._root)
        _copy(self.trial, self.current)
        # Who edited an example meanwhile has it trained at the next start.
        if fingerprint.fingerprint(self._root, but=CURATION) == self._learned_from:
            fingerprint.record(self._root, fingerprint.fingerprint(self._root))

    def keep_before(self) -> None:
        """Keep the model in service, with what it was trained from, for when the next one is undone."""
        recorded = self._root / fingerprint.FINGERPRINT
        if recorded.is_file():
            (self._root / BEFORE_FINGERPRINT).unlink(missing_ok=True)
            _copy(self.current, self._root / BEFORE)
            _copy(recorded, self._root / BEFORE_FINGERPRINT)

    def bring_back(self) -> bool:
        """Put the model before in service, if what it was trained from is what there is now; tell whether it was."""
        before, recorded = self._root / BEFORE, self._root / BEFORE_FINGERPRINT
        value = fingerprint.fingerprint(self._root)
        if not before.is_file() or not recorded.is_file() or recorded.read_text(encoding="utf-8").strip() != value:
            return False
        before.replace(self.current)
        recorded.unlink()
        fingerprint.record(self._root, value)
        return True

    def serve(self) -> list[Loaded]:
        """Have every running Rasa load the model in service; say of each what came of it, in their order.

        Rasa loads it beside the one it has, in some two seconds, in which messages wait; none is lost. Where no Rasa
        runs there is nothing to do: it loads the model at its next start.
        """
        told = [self._load(url) for url in self._rasa_urls]
        if Loaded.REFUSED not in told:
            (self._root / UNFINISHED).unlink(missing_ok=True)
        return told

    def _load(self, rasa_url: str) -> Loaded:
        for attempt in range(_TRIES):
            try:
                answer = httpx.put(
                    f"{rasa_url}/model",
                    json={"model_file": str(self.current.resolve())},
                    timeout=_LOADED_WITHIN,
                    trust_env=False,
                )
                if answer.is_success:
                    status = httpx.get(f"{rasa_url}/status", timeout=_LOADED_WITHIN, trust_env=False)
                    # By its path: a Rasa on another machine has loaded the file that lies there.
                    has_ours = status.json().get("model_id") == _id_of(self.current)
                    return Loaded.YES if has_ours else Loaded.OF_ITS_MACHINE
            except httpx.ConnectError:
                return Loaded.DOWN
            except (httpx.HTTPError, ValueError):
                pass
            time.sleep(_FIRST_PAUSE * 2**attempt)
        return Loaded.REFUSED


def digest(path: Path) -> str:
    """Give one value for what a file holds."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _id_of(model: Path) -> str:
    """Give what Rasa knows a model by."""
    with tarfile.open(model) as archive:
        for member in archive:
            if Path(member.name).name == "metadata.json" and (file := archive.extractfile(member)) is not None:
                return str(json.load(file).get("model_id"))
    return ""


def _copy(source: Path, target: Path) -> None:
    """Put a copy in a file's place at once: whoever opens it has the old one or the new one, whole."""
    part = target.with_name(f"{target.name}.part")
    shutil.copyfile(source, part)
    with part.open("rb") as file:
        os.fsync(file.fileno())
    part.replace(target)
