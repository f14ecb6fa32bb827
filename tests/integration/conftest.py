"""The real edge in process, around real services and a stand-in for Rasa."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import structlog
from fastapi import FastAPI
from starlette.routing import BaseRoute

import bot.db.engine
from bot.bootstrap import Services
from bot.cli.testing.postgresql_server import PostgresqlServer
from bot.db.base import Base
from bot.db.engine import Database
from bot.process.logs import configure_logging
from bot.settings import Settings
from bot.staff.passwords import hash_password
from bot.staff.store import add_staff_member
from bot.vocabulary import Role
from bot.web.app import create_app
from tests.chat_tester import ChatTester
from tests.fakes import FakeRasa
from tests.integration.edge import ANA, BEN, PASSWORD, LockDatabase, NewChat, SlowRasa, TestClient, share_routes
from tests.made_once.postgresql import AsNew


@pytest.fixture(scope="session")
def seeded_database(seeded_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a copy of the seeded database with the clinic's staff in it."""
    path = tmp_path_factory.mktemp("with-staff") / "frontdesk.db"
    shutil.copy(seeded_database, path)
    add_staff(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def seeded_postgresql(postgresql: PostgresqlServer, seeded_postgresql: AsNew) -> AsNew:
    """Give the same on PostgreSQL, as new to each test."""
    return AsNew(postgresql, add_staff, template=seeded_postgresql)


def add_staff(url: str) -> None:
    """Store the clinic's staff."""
    database = Database(url)
    with database.write() as session:
        for name, email in (("Ana", ANA), ("Ben", BEN)):
            add_staff_member(session, email=email, name=name, role=Role.AGENT, password_hash=hash_password(PASSWORD))
    # Closing puts the write-ahead log into the file, which tests copy alone.
    database.close()


@pytest.fixture(autouse=True)
def _edge_logs() -> Iterator[None]:
    """Log as the edge's process does."""
    configure_logging()
    yield
    structlog.reset_defaults()


@pytest.fixture
def rasa() -> FakeRasa:
    """Give a stand-in for Rasa that takes its time."""
    return SlowRasa()


@pytest.fixture(scope="session")
def worked_out() -> list[BaseRoute]:
    """Keep the routes of the first edge of the run."""
    return []


@pytest.fixture
def app(services: Services, worked_out: list[BaseRoute]) -> FastAPI:
    """Give the edge, not started yet."""
    built = create_app(services)
    share_routes(built, worked_out)
    return built


@pytest.fixture
def visitor(app: FastAPI) -> Iterator[TestClient]:
    """Start the edge and give the browser of somebody who is not signed in."""
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def new_chat(app: FastAPI, visitor: TestClient) -> NewChat:
    """Give a way to start chats, each with a patient's and a staff member's browser of its own."""

    def start(email: str = ANA) -> ChatTester:
        patient, staff = (TestClient(app, raise_server_exceptions=False) for _ in range(2))
        # The edge runs once, in the loop that `visitor` opened; live events pass between all browsers.
        patient.portal = staff.portal = visitor.portal
        return ChatTester(patient, staff, email=email, password=PASSWORD)

    return start


@pytest.fixture
def chat(new_chat: NewChat) -> ChatTester:
    """Give a started chat."""
    return new_chat()


@pytest.fixture
def short_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a writer give up on a locked database soon; asked for before `services`.

    Not so soon that another writer of a busy machine is taken for a lock.
    """
    monkeypatch.setattr(bot.db.engine, "BUSY_TIMEOUT_MS", 500)


@pytest.fixture
def lock_database(short_wait: None, settings: Settings) -> Iterator[LockDatabase]:
    """Give a way to lock the database as another process would; what that gives unlocks it."""
    with ExitStack() as held:

        def lock() -> Callable[[], None]:
            if not settings.database_url.startswith("sqlite"):
                other = Database(settings.database_url).engine.connect()
                held.callback(other.close)
                tables = ", ".join(Base.metadata.tables)
                # Readers go on, as with SQLite.
                other.exec_driver_sql(f"LOCK TABLE {tables} IN EXCLUSIVE MODE")
                return other.close
            path = settings.database_url.removeprefix("sqlite:///")
            # A stand-in for Rasa locks it from the edge's thread.
            connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            held.callback(connection.close)
            connection.execute("BEGIN EXCLUSIVE")
            return connection.close

        yield lock
