"""What was acknowledged is on the disk after kills at any moment, and in copies of the files as after a power cut."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from bot.cli.processes.running import free_port
from bot.cli.steps import LEASH
from bot.settings import ROOT
from tests.end_to_end.running import is_alive, wait_until

pytestmark = [
    pytest.mark.slow(reason="kills an edge at every write to the store"),
    pytest.mark.skipif(not hasattr(os, "fork"), reason="forks the edge"),
]

KILLS = 20
WRITERS = 3


class KilledEdge:
    """An edge on a database of its own that can be started and killed many times."""

    def __init__(self, database: Path) -> None:
        self.database = database
        self.address = f"http://127.0.0.1:{(port := free_port())}"
        self.pid = 0
        environment = {
            **os.environ,
            # Its patients write without a pause.
            "FRONTDESK_RATE_LIMITS": "false",
            "FRONTDESK_DATABASE_URL": f"sqlite:///{database}",
            "FRONTDESK_PORT": str(port),
            # Nobody is there: the edge answers by itself, and opens tickets.
            "FRONTDESK_RASA_URL": f"http://127.0.0.1:{free_port()}",
        }
        self._forks = subprocess.Popen(
            [*LEASH, sys.executable, "-m", "tests.end_to_end.processes.forked_edge"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def start(self) -> None:
        """Start one and wait until it serves."""
        assert self._forks.stdin is not None
        assert self._forks.stdout is not None
        self._forks.stdin.write("\n")
        self._forks.stdin.flush()
        self.pid = int(self._forks.stdout.readline())
        wait_until(self._serves, 30.0)

    def kill(self) -> None:
        """End it as no program can prepare for."""
        os.kill(self.pid, signal.SIGKILL)
        wait_until(lambda: not is_alive(self.pid), 10.0)

    def stop(self) -> None:
        """Leave nothing behind."""
        if self.pid and is_alive(self.pid):
            self.kill()
        with self._forks:  # Closes its pipes, at which it ends.
            pass

    def _serves(self) -> bool:
        try:
            return httpx.get(f"{self.address}/health/live", trust_env=False).is_success
        except httpx.TransportError:
            return False


class Writer(threading.Thread):
    """A patient who writes one message after the other, and sends one again until it is acknowledged."""

    def __init__(self, edge: KilledEdge, name: str) -> None:
        super().__init__(daemon=True)
        self.acknowledged: list[str] = []
        self.stopping = False
        self.edge_serves = threading.Event()
        self._http = httpx.Client(base_url=edge.address, trust_env=False, timeout=20.0)
        started = self._http.post("/api/conversations").json()
        self._path = f"/api/conversations/{started['conversation_id']}/messages"
        self._bearer = {"Authorization": f"Bearer {started['token']}"}
        self._prefix = name

    def run(self) -> None:
        """Write until told to stop."""
        while not self.stopping:
            self._say(f"{self._prefix} {len(self.acknowledged)}")

    def stop(self) -> None:
        """Write no more."""
        self.stopping = True
        self.edge_serves.set()
        self.join(30.0)
        self._http.close()

    def _say(self, text: str) -> None:
        body = {"text": text, "client_message_id": text}
        while not self.stopping:
            self.edge_serves.wait()
            try:
                answer = self._http.post(self._path, json=body, headers=self._bearer)
            except httpx.TransportError:
                continue
            if answer.is_success:
                self.acknowledged.append(text)
                return


@pytest.fixture
def edge(tmp_path: Path, seeded_database: Path) -> Iterator[KilledEdge]:
    """Give an edge that is up."""
    database = tmp_path / "frontdesk.db"
    shutil.copy(seeded_database, database)
    killed = KilledEdge(database)
    try:
        killed.start()
        yield killed
    finally:
        killed.stop()


@pytest.fixture
def writers(edge: KilledEdge) -> Iterator[list[Writer]]:
    """Give patients who have begun to write."""
    started = [Writer(edge, f"writer {number}, message") for number in range(WRITERS)]
    for writer in started:
        writer.start()
    yield started
    for writer in started:
        writer.stop()


def _copy(database: Path, folder: Path) -> Path:
    """Copy the files of a database as they lie on the disk."""
    folder.mkdir()
    for file in database.parent.glob(f"{database.name}*"):
        shutil.copy(file, folder / file.name)
    return folder / database.name


def _said(database: Path) -> Counter[str]:
    """Open a database as after a crash; give what patients wrote in it, how often each."""
    with closing(sqlite3.connect(database)) as store:
        assert store.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return Counter(row[0] for row in store.execute("SELECT text FROM messages WHERE author = 'patient'"))


def test_every_acknowledged_message_survives_kills_and_power_cuts(
    edge: KilledEdge, writers: list[Writer], tmp_path: Path
):
    """Of those that were not acknowledged none is stored twice by being sent again."""
    chance = random.Random(11)  # noqa: S311 (moments to kill at keep no secret)

    def acknowledged() -> set[str]:
        return {text for writer in writers for text in list(writer.acknowledged)}

    for number in range(KILLS):
        for writer in writers:
            writer.edge_serves.set()
        before, more = len(acknowledged()), chance.randint(1, 8)
        wait_until(lambda: len(acknowledged()) >= before + more, 60.0)  # noqa: B023 (used at once)
        threading.Event().wait(chance.random() / 50)
        # Stopped between any two steps: the files are as a cut of the power would leave them.
        os.kill(edge.pid, signal.SIGSTOP)
        promised = acknowledged()
        image = _copy(edge.database, tmp_path / f"image-{number}")
        for writer in writers:
            writer.edge_serves.clear()
        edge.kill()
        assert promised <= set(_said(image))
        edge.start()

    for writer in writers:
        writer.stop()
    edge.kill()
    said = _said(edge.database)
    assert acknowledged() <= set(said)
    assert set(said.values()) == {1}
    assert len(said) >= KILLS
