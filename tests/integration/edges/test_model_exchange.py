"""A lesson's model, and its undoing, reach two real Rasas behind two real edges, and no patient's turn is lost."""

from __future__ import annotations

import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from bot.bootstrap import Services
from bot.cli.learning.model_files import BEFORE
from bot.cli.processes.programs import LOOPBACK, programs
from bot.cli.processes.running import free_port
from bot.cli.processes.supervisor import Program, Supervisor
from bot.cli.setting_up import environments, fingerprint
from bot.cli.testing.postgresql_server import PostgresqlServer
from bot.settings import ROOT, Settings
from tests import archive_training
from tests.chat_tester import ChatTester
from tests.learning_tree import MODEL, a_clinician, a_ready_lesson, status_of, trainings_of, until

pytestmark = pytest.mark.slow(reason="starts two edges, two Rasas and the actions as processes")

STARTS_SECONDS = 300.0
LEARNS_SECONDS = 240.0
ASKED = "How much is PRP?"


class TwoOfEach:
    """Two edges and two Rasas, whose project learns by giving the model another id."""

    def __init__(self, settings: Settings, tracker_url: str, tree: Path) -> None:
        self.tree = tree
        rasa_ports, self._edge_ports = [free_port(), free_port()], [free_port(), free_port()]
        self.rasa_urls = [f"http://{LOOPBACK}:{port}" for port in rasa_ports]
        own = replace(
            settings, host=LOOPBACK, rasa_url=",".join(self.rasa_urls), tracker_url=tracker_url, rate_limits=False
        )
        actions_port = free_port()
        wanted: list[Program] = []
        for number, (rasa_port, port) in enumerate(zip(rasa_ports, self._edge_ports, strict=True)):
            actions, rasa, edge = programs(replace(own, port=port), rasa_port=rasa_port, actions_port=actions_port)
            served = [str(tree / MODEL) if part == str(ROOT / MODEL) else part for part in rasa.command]
            wanted += [] if number else [actions]
            wanted.append(replace(rasa, name=f"rasa-{number}", command=served))
            wanted.append(replace(edge, name=f"edge-{number}", env={**edge.env, "FRONTDESK_ROOT": str(tree)}))
        self.supervisor = Supervisor(wanted, root=ROOT, logs=tree / "var" / "log", say=lambda _line: None)

    def start(self) -> None:
        """Start all, and wait for all."""
        self.supervisor.start()
        for child in self.supervisor.children:
            self.supervisor.wait_until_ready(child.program.name, STARTS_SECONDS)

    def clients(self) -> list[httpx.Client]:
        """Give a client of each edge."""
        return [
            httpx.Client(base_url=f"http://{LOOPBACK}:{port}", timeout=60.0, trust_env=False)
            for port in self._edge_ports
        ]

    def models(self) -> list[str]:
        """Give the id of the model that each Rasa has."""
        return [httpx.get(f"{url}/status", trust_env=False, timeout=60.0).json()["model_id"] for url in self.rasa_urls]


class Patients(threading.Thread):
    """Somebody at one edge who goes on asking, each time in another conversation: both Rasas are asked."""

    def __init__(self, client: httpx.Client) -> None:
        super().__init__(daemon=True)
        self._client = client
        self._stopping = threading.Event()
        self.kinds: list[str] = []
        self.asked = 0

    def run(self) -> None:
        """Ask without a pause worth the name."""
        while not self._stopping.wait(0.1):
            self.asked += 1
            chat = ChatTester(self._client, self._client)
            self.kinds += [message["reply"]["kind"] for message in chat.patient_says(ASKED)]

    def stop(self) -> None:
        """Let them finish."""
        self._stopping.set()
        self.join(90.0)


def _tree(folder: Path) -> Path:
    """Make a project that is this one but for its models and for the place of Rasa's environment."""
    own = {"models", "var", environments.RASA.folder}
    for entry in ROOT.iterdir():
        if entry.name not in own:
            (folder / entry.name).symlink_to(entry)
    (folder / "var").mkdir()
    (folder / "models").mkdir()
    for name in ("danger", "encoder"):
        (folder / "models" / name).symlink_to(ROOT / "models" / name)
    shutil.copy(ROOT / MODEL, folder / MODEL)
    python = environments.RASA.executable(folder)
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{archive_training.__file__}" "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    fingerprint.record(folder, fingerprint.fingerprint(folder))
    return folder


@pytest.fixture
def both(services: Services, postgresql: PostgresqlServer, tmp_path: Path) -> Iterator[TwoOfEach]:
    """Run two of each."""
    memory = postgresql.create()
    folder = tmp_path / "project"
    folder.mkdir()
    running = TwoOfEach(services.settings, postgresql.url(memory), _tree(folder))
    try:
        running.start()
        yield running
    finally:
        running.supervisor.stop()
        postgresql.drop(memory)


def test_another_model_reaches_both_rasas_without_a_lost_turn(both: TwoOfEach, services: Services):
    """An edge sees the lesson and starts the learner by itself; undone, the model of before is back in both."""
    (before,) = set(both.models())
    with ExitStack() as opened:
        patients = [Patients(opened.enter_context(client)) for client in both.clients()]
        for each in patients:
            each.start()
            opened.callback(each.stop)
        lesson = a_ready_lesson(services, "can i come today")
        until(lambda: status_of(services, lesson) == "learned", LEARNS_SECONDS)
        until(lambda: before not in both.models(), LEARNS_SECONDS)
        (learned,) = set(both.models())
        assert (both.tree / BEFORE).is_file()

        services.trainings.want_undone(1, a_clinician(services))
        until(lambda: set(both.models()) == {before}, LEARNS_SECONDS)

    assert learned != before
    assert [status for status, _ in trainings_of(services)] == ["undone"]
    for each in patients:
        assert each.asked > 10
        assert each.kinds == ["answer"] * each.asked
