"""The real Rasa and actions as processes, started once, behind the real edge in this process."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi import FastAPI

from bot.bootstrap import Services, build_services, read_triage
from bot.cli.processes.running import free_port
from bot.db.engine import Database
from bot.settings import Settings, load_settings
from bot.staff.sign_in import StaffAccounts
from bot.vocabulary import Role
from bot.web.app import create_app
from tests.chat_tester import ChatTester
from tests.conversations.real_rasa import RealRasa
from tests.end_to_end.linked_project import link_project
from tests.factories import DOUBTED
from tests.fakes import TriageInDoubt
from tests.integration.edge import ANA, PASSWORD, NewChat, TestClient
from tests.phones import StandInTwilio

PATIENCE = 30.0
"""Seconds for a turn of Rasa: on a busy machine the first one takes long, and slowness is not what is tested here."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what starts real processes, so that it can be left out."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.end_to_end)


@pytest.fixture(scope="package")
def live_settings(
    tmp_path_factory: pytest.TempPathFactory, seeded_database: Path, stand_in_twilio: StandInTwilio
) -> Settings:
    """Give the settings of a Frontdesk with SMS on ports, a database and a `var/` of its own."""
    root = link_project(tmp_path_factory.mktemp("project"))
    database = root / "var" / "frontdesk.db"
    shutil.copy(seeded_database, database)
    accounts = Database(f"sqlite:///{database}")
    StaffAccounts(accounts).add(email=ANA, name="Ana", role=Role.AGENT, password=PASSWORD)
    accounts.close()
    return replace(
        load_settings({}),
        root=root,
        database_url=f"sqlite:///{database}",
        tracker_url=f"sqlite:///{root / 'var' / 'tracker.db'}",
        rasa_url=f"http://127.0.0.1:{free_port()}",
        rasa_timeout=PATIENCE,
        sms=stand_in_twilio.settings,
    )


@pytest.fixture(scope="package")
def real_rasa(live_settings: Settings) -> Iterator[RealRasa]:
    """Run Rasa and its actions; Rasa's memory is a file of its own."""
    rasa_port = int(live_settings.rasa_url.rpartition(":")[2])
    running = RealRasa(live_settings, rasa_port=rasa_port, actions_port=free_port())
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="package")
def live_services(live_settings: Settings) -> Services:
    """Give the real services, but for a look for danger that is not sure of two messages; the edge closes them."""
    rules = read_triage(live_settings)
    return build_services(live_settings, triage=TriageInDoubt(rules, DOUBTED))


@pytest.fixture(scope="package")
def live_app(live_services: Services) -> FastAPI:
    """Give the real edge around them."""
    return create_app(live_services)


@pytest.fixture(scope="package")
def live_edge(live_app: FastAPI, real_rasa: RealRasa) -> Iterator[TestClient]:
    """Start the edge once."""
    with TestClient(live_app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def new_chat(live_app: FastAPI, live_edge: TestClient) -> NewChat:
    """Give a way to start chats, each with browsers of its own for the patient and for staff."""

    def start() -> ChatTester:
        patient, staff = (TestClient(live_app, raise_server_exceptions=False) for _ in range(2))
        patient.portal = staff.portal = live_edge.portal
        return ChatTester(patient, staff, email=ANA, password=PASSWORD)

    return start


@pytest.fixture
def chat(new_chat: NewChat) -> ChatTester:
    """Give a started chat."""
    return new_chat()
