"""Rasa's memory beside the store: in one PostgreSQL database, in a schema of its own that it makes itself."""

from __future__ import annotations

import os
import subprocess
from dataclasses import replace

import pytest

from bot.backup.stores import memory_of
from bot.cli.setting_up import environments
from bot.cli.testing.postgresql_server import PostgresqlServer
from bot.privacy.memory_store import RasaMemory
from bot.settings import ROOT, load_settings

SAVE = """
import asyncio, os, sys
from bot.nlu.changes import stand_in
from bot.nlu.server.quiet import prepare_environment
prepare_environment()
stand_in.install_to_serve()
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from bot.nlu.server.tracker_store import BoundedTrackerStore
for _start in range(2):
    store = BoundedTrackerStore(Domain.empty(), host=os.environ["FRONTDESK_TRACKER_URL"])
asyncio.run(store.save(DialogueStateTracker.from_events("c1", [UserUttered("hello")], [])))
print(asyncio.run(store.retrieve("c1")).latest_message.text)
"""


@pytest.mark.postgresql
@pytest.mark.slow(reason="imports Rasa")
def test_both_environments_find_it_by_one_address(postgresql: PostgresqlServer) -> None:
    """The app's driver may stand in it, too: each environment takes the one that it has."""
    name = postgresql.create()
    address = f"{postgresql.url(name)}&options=-csearch_path%3Dmemory"
    python = environments.RASA.executable(ROOT)

    said = subprocess.run(
        [python, "-c", SAVE],
        cwd=ROOT,
        env={**os.environ, "FRONTDESK_TRACKER_URL": address},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert said.stdout.strip() == "hello", said.stderr
    memory = RasaMemory(address, ROOT)
    assert memory.count(["c1"]) == 1
    assert memory_of(replace(load_settings({}), tracker_url=address)).exists()
    assert memory.forget(["c1"]) == 1
    with postgresql.connect(name) as connection:
        rows = connection.execute("SELECT count(*) FROM memory.trackers").fetchone()
        in_public = connection.execute("SELECT 1 FROM pg_tables WHERE schemaname = 'public'").fetchall()
    assert (rows, in_public) == ((0,), [])
    postgresql.drop(name)
