"""Every Rasa that serves patients gets the model in service; what one of them does keeps no other from it."""

from __future__ import annotations

import io
import json
import tarfile
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from bot.cli.learning import model_files
from bot.cli.learning.model_files import UNFINISHED, Loaded, ModelFiles
from bot.cli.setting_up import fingerprint

NOBODY = "http://127.0.0.1:9"


class SmallRasa(ThreadingHTTPServer):
    """Loads models by their path as Rasa does, and says which one it has."""

    def __init__(self, *, refuses: int = 0, has_file: str | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Requests)
        self.refuses, self.has_file = refuses, has_file
        self.model_id = "old"

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Requests(BaseHTTPRequestHandler):
    server: SmallRasa

    def do_PUT(self) -> None:
        """Load a model."""
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.server.refuses:
            self.server.refuses -= 1
            self._answer(500, {})
            return
        with tarfile.open(self.server.has_file or asked["model_file"]) as archive:
            file = archive.extractfile("metadata.json")
            assert file is not None
            self.server.model_id = json.load(file)["model_id"]
        self._answer(200, {})

    def do_GET(self) -> None:
        """Say which one there is."""
        self._answer(200, {"model_id": self.server.model_id})

    def _answer(self, status: int, told: dict[str, str]) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(told).encode())

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


Starts = Callable[..., SmallRasa]


@pytest.fixture
def starts() -> Iterator[Starts]:
    """Give a way to start Rasas."""
    started: list[SmallRasa] = []

    def start(*, refuses: int = 0, has_file: Path | None = None) -> SmallRasa:
        rasa = SmallRasa(refuses=refuses, has_file=None if has_file is None else str(has_file))
        started.append(rasa)
        threading.Thread(target=rasa.serve_forever, daemon=True).start()
        return rasa

    yield start
    for rasa in started:
        rasa.shutdown()
        rasa.server_close()


def _write_model(path: Path, model_id: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    told = json.dumps({"model_id": model_id}).encode()
    with tarfile.open(path, "w:gz") as archive:
        member = tarfile.TarInfo("metadata.json")
        member.size = len(told)
        archive.addfile(member, io.BytesIO(told))
    return path


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a project with a model in service."""
    monkeypatch.setattr(model_files, "_FIRST_PAUSE", 0.001)
    _write_model(tmp_path / fingerprint.MODEL, "first")
    fingerprint.record(tmp_path, fingerprint.fingerprint(tmp_path))
    return tmp_path


def test_every_rasa_gets_the_new_model_and_the_one_of_before(root: Path, starts: Starts):
    """Also one that is busy at first; one that is down takes the model when it starts."""
    rasas = [starts(), starts(refuses=2)]
    files = ModelFiles(root, [rasas[0].url, NOBODY, rasas[1].url])
    files.begin_trial()
    _write_model(files.trial, "second")
    files.begin_exchange()
    files.promote()

    assert files.serve() == [Loaded.YES, Loaded.DOWN, Loaded.YES]
    assert [rasa.model_id for rasa in rasas] == ["second", "second"]
    assert not (root / UNFINISHED).exists()

    files.begin_exchange()
    assert files.bring_back()
    files.serve()
    assert [rasa.model_id for rasa in rasas] == ["first", "first"]


def test_one_that_does_not_load_it_is_told_again_by_the_next_learner(root: Path, starts: Starts):
    """The others have it meanwhile."""
    stubborn, other = starts(refuses=5), starts()
    files = ModelFiles(root, [stubborn.url, other.url])
    files.begin_exchange()

    assert files.serve() == [Loaded.REFUSED, Loaded.YES]
    assert files.is_unfinished
    assert files.serve() == [Loaded.YES, Loaded.YES]
    assert not files.is_unfinished


def test_another_machine_loads_the_file_that_lies_there(root: Path, tmp_path: Path, starts: Starts):
    """That is said, and is nothing to try again: its own edge brings it up to date."""
    elsewhere = starts(has_file=_write_model(tmp_path / "elsewhere" / "model.tar.gz", "of another machine"))
    files = ModelFiles(root, [elsewhere.url])
    files.begin_exchange()

    assert files.serve() == [Loaded.OF_ITS_MACHINE]
    assert not files.is_unfinished
