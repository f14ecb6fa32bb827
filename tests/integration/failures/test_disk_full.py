"""A full disk under a real edge: clear errors, cards all the same, and it goes on by itself once there is room."""

from __future__ import annotations

import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from bot.cli.processes.programs import LOOPBACK, programs
from bot.cli.processes.running import free_port
from bot.cli.processes.supervisor import Supervisor
from bot.settings import ROOT, load_settings
from tests.chat_tester import ChatTester
from tests.deployment.small_disk import DISKS, Disk
from tests.integration.edge import ANA, DANGEROUS, MARKER, PASSWORD, error_message

pytestmark = pytest.mark.slow(reason="starts an edge as a process, which reads the model of dangers")

STARTS_SECONDS = 180.0


class EdgeOnADisk:
    """An edge as `up` runs it, its database and its log on one disk; no Rasa runs."""

    def __init__(self, disk: Disk, seeded: Path) -> None:
        self.disk = disk
        self.database = disk.folder / "frontdesk.db"
        self.said: list[str] = []
        shutil.copy(seeded, self.database)
        settings = replace(
            load_settings({}),
            port=free_port(),
            rasa_url=f"http://{LOOPBACK}:{free_port()}",
            database_url=f"sqlite:///{self.database}",
        )
        (edge,) = programs(settings, rasa_port=free_port(), actions_port=free_port())[2:]
        self.supervisor = Supervisor([edge], root=ROOT, logs=disk.folder, say=self.said.append)
        self.clients = [
            httpx.Client(base_url=f"http://{LOOPBACK}:{settings.port}", timeout=60.0, trust_env=False) for _ in range(2)
        ]

    def start(self) -> ChatTester:
        """Start it; give a patient and a staff member."""
        self.supervisor.start()
        self.supervisor.wait_until_ready("edge", STARTS_SECONDS)
        return ChatTester(*self.clients, email=ANA, password=PASSWORD)

    @property
    def pid(self) -> int:
        """Its process."""
        process = self.supervisor.children[0].process
        assert process is not None
        return process.pid

    def loses_its_room(self) -> None:
        """Fill the disk, when nothing that SQLite has in hand could take another row."""
        with closing(sqlite3.connect(self.database)) as store:
            assert store.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
        self.disk.fill(self.pid)

    def patients_messages(self) -> Counter[str]:
        """Give what patients wrote as it is stored, how often each; the file is whole."""
        with closing(sqlite3.connect(self.database)) as store:
            assert store.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            return Counter(row[0] for row in store.execute("SELECT text FROM messages WHERE author = 'patient'"))

    def stop(self) -> None:
        """End it."""
        for client in self.clients:
            client.close()
        self.supervisor.stop()


@pytest.fixture(params=DISKS, ids=lambda kind: kind.__name__)
def edge(request: pytest.FixtureRequest, seeded_database: Path, tmp_path: Path) -> Iterator[EdgeOnADisk]:
    """Give an edge on each kind of disk that can be filled here."""
    folder = tmp_path / "disk"
    folder.mkdir()
    disk: Disk = request.param(folder, seeded_database)
    try:
        edge = EdgeOnADisk(disk, seeded_database)
        try:
            yield edge
        finally:
            edge.stop()
    finally:
        disk.remove()


def test_a_full_disk_loses_nothing_and_needs_nobody_once_there_is_room(edge: EdgeOnADisk) -> None:
    """What could not be saved is said so, a card is shown, pages that read work; the same process then goes on."""
    chat = edge.start()
    chat.patient_asks_for_person()
    (ticket,) = chat.staff_sees_tickets()
    pid = edge.pid
    question = {"text": f"How many sessions are needed, {MARKER}?", "client_message_id": "question"}
    danger = {"text": DANGEROUS, "client_message_id": "danger"}

    edge.loses_its_room()
    refused = [chat.patient_sends(question) for _ in range(3)]
    card = chat.patient_sends(danger)
    assert chat.patient.get("/").status_code == 200
    assert chat.patient.get("/health/live").status_code == 200
    assert chat.staff_sees_tickets() == [ticket]
    # Who opens a ticket is put into the audit log first: unseen by that nobody reads what a patient said.
    unopened = chat.staff.get(f"/staff/tickets/{ticket}", headers={"accept": "text/html"})
    assert "Not available right now" in unopened.text
    assert "Nothing can be stored just now" in unopened.text

    for response in refused:
        assert "could not be saved" in error_message(response, 503)
        assert int(response.headers["retry-after"]) > 0
    error_message(card, 503)
    assert card.json()["error"]["reply"]["kind"] == "emergency"
    assert card.json()["error"]["reply"]["card"]["phone"] == "911"

    edge.disk.make_room(pid)
    chat.patient_sends(danger).raise_for_status()
    chat.patient_sends(question).raise_for_status()
    shown = [(message["author"], (message["reply"] or {}).get("kind")) for message in chat.transcript()["messages"]]
    assert ("bot", "emergency") in shown
    edge.supervisor.look()
    assert edge.pid == pid
    assert all(MARKER not in line for line in edge.said)
    assert MARKER not in (edge.disk.folder / "edge.log").read_text(encoding="utf-8")
    stored = edge.patients_messages()
    assert stored[question["text"]] == stored[danger["text"]] == 1
