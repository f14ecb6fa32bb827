"""What tests of every kind start from: a project's settings on a database of their own."""

from __future__ import annotations

import functools
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

import hypothesis
import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine, event

import bot.db.engine
from bot.bootstrap import Services, build_services
from bot.cli.commands import database as database_command
from bot.cli.commands import knowledge as knowledge_command
from bot.cli.testing.postgresql_server import PostgresqlServer
from bot.cli.testing.redis_server import RedisServer
from bot.knowledge.files.content import Content, load_content
from bot.process.memory import keep_what_stays
from bot.settings import Settings, load_settings
from bot.staff import passwords
from tests.fakes import FakeRasa
from tests.made_once.postgresql import AsNew
from tests.made_once.read_once import read_files_once
from tests.made_once.worked_out_once import compile_statements_once, encode_sentences_once, read_certificates_once
from tests.phones import StandInTwilio

if TYPE_CHECKING:
    from bot.rasa_client.client import RasaClient

ROOT = Path(__file__).resolve().parent.parent
hypothesis.settings.register_profile("long", max_examples=10_000, deadline=None)
METRICS_TOKEN = "a token that a monitoring system has"
SQLITE, POSTGRESQL = "sqlite", "postgresql"
ON_BOTH = (
    *(
        f"tests/unit/{feature}"
        for feature in (
            "analytics",
            "appointments",
            "backup",
            "browser_keys",
            "channels",
            "conversations",
            "curation",
            "db",
            "escalation",
            "knowledge",
            "messaging",
            "notifications",
            "plans",
            "privacy",
            "staff",
        )
    ),
)
"""The folders whose tests are run on SQLite and on PostgreSQL, where they have a database at all.

The SQL stands in these; the tests of the web run on SQLite, but for those of several edges and the modules below.
"""
ON_BOTH_TOO = frozenset({"tests/integration/test_nul.py", "tests/unit/cli/test_learner.py"})
SEVERAL_EDGES = "tests/integration/edges"
"""The folder whose tests are run on PostgreSQL alone: SQLite serves one edge."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what has a database on each kind of it, unless it is marked as being about one."""
    if "database_kind" not in metafunc.fixturenames:
        return
    on_postgresql = pytest.param(POSTGRESQL, marks=pytest.mark.postgresql)
    path = metafunc.definition.path.relative_to(ROOT).as_posix()
    if path.startswith(f"{SEVERAL_EDGES}/"):
        kinds = [on_postgresql]
    elif _is_on_both(path) and not _is_about_sqlite(metafunc.definition):
        kinds = [SQLITE, on_postgresql]
    else:
        kinds = [SQLITE]
    metafunc.parametrize("database_kind", kinds)


def _is_on_both(path: str) -> bool:
    return path in ON_BOTH_TOO or path.startswith(tuple(f"{each}/" for each in ON_BOTH))


def _is_about_sqlite(test: pytest.Item) -> bool:
    return test.get_closest_marker("only_sqlite") is not None


def pytest_configure(config: pytest.Config) -> None:
    """Begin before tests are collected: some modules read a file when they are imported."""
    patch = pytest.MonkeyPatch()
    read_files_once(patch, config.cache.mkdir("parsed"))
    compile_statements_once(patch)
    read_certificates_once(patch)
    encode_sentences_once(patch)
    config.add_cleanup(patch.undo)


def pytest_collection_finish() -> None:
    """All tests and what they import are there, and stay: no look for garbage has to go through them."""
    keep_what_stays()


@pytest.fixture(scope="session", autouse=True)
def _quick_hashing() -> Iterator[None]:
    """Hash passwords with the real algorithm, made to take a millisecond instead of a tenth of a second."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", quick)
        patch.setattr(passwords, "dummy_hash", lambda: quick.hash("nobody"))
        yield


@pytest.fixture(scope="session", autouse=True)
def disk_not_waited_for() -> Iterator[Callable[[Engine], None]]:
    """Let SQLite go on before the disk has what it wrote: it waits for when the power fails, which it does in no test.

    Gives what prepares connections without this.
    """
    prepare = bot.db.engine._prepare_sqlite

    def prepare_without_waiting(engine: Engine) -> None:
        prepare(engine)
        event.listen(engine, "connect", lambda connection, _record: connection.execute("PRAGMA synchronous=OFF"))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bot.db.engine, "_prepare_sqlite", prepare_without_waiting)
        yield prepare


@pytest.fixture(scope="session")
def seeded_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make one migrated database with the real knowledge; tests copy it."""
    path = tmp_path_factory.mktemp("seeded") / "frontdesk.db"
    _seed(f"sqlite:///{path}")
    return path


def _seed(url: str) -> None:
    """Fill a database with the project's answers as they are: whether they hold has tests of its own."""
    settings = replace(load_settings({}), database_url=url)
    database_command.upgrade(settings)
    knowledge_command.seed(settings, content=_content())


@functools.cache
def _content() -> Content:
    return load_content(load_settings({}).knowledge_path)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresqlServer]:
    """Run a server for the whole run of tests."""
    server = PostgresqlServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def redis_server() -> Iterator[RedisServer]:
    """Run a Redis for one test, which may stop it; who asks for it is marked `redis`."""
    server = RedisServer()
    server.start()
    yield server
    server.kill()


@pytest.fixture(scope="session")
def seeded_postgresql(postgresql: PostgresqlServer) -> AsNew:
    """Give the same on PostgreSQL, as new to each test."""
    return AsNew(postgresql, _seed)


@pytest.fixture
def database_url(database_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """Give the address of a seeded database that only this test has."""
    if database_kind == POSTGRESQL:
        as_new: AsNew = request.getfixturevalue("seeded_postgresql")
        return as_new.url()
    path = tmp_path / "frontdesk.db"
    shutil.copy(request.getfixturevalue("seeded_database"), path)
    return f"sqlite:///{path}"


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    """Give the project's settings with a database that only this test has."""
    memory = tmp_path / "tracker.db"
    return replace(
        load_settings({}),
        database_url=database_url,
        tracker_url=f"sqlite:///{memory}",
        metrics_token=METRICS_TOKEN,
    )


@pytest.fixture
def rasa() -> FakeRasa:
    """Give a stand-in for Rasa."""
    return FakeRasa()


@pytest.fixture
def services(settings: Settings, rasa: FakeRasa) -> Iterator[Services]:
    """Give the real services around the stand-in for Rasa."""
    built = build_services(settings, rasa=cast("RasaClient", rasa))
    yield built
    built.database.close()


@pytest.fixture(scope="session")
def stand_in_twilio() -> Iterator[StandInTwilio]:
    """Run a server that stands where Twilio's would."""
    server = StandInTwilio()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def twilio(stand_in_twilio: StandInTwilio) -> StandInTwilio:
    """Give that server, up and without memory of earlier tests."""
    stand_in_twilio.forget()
    return stand_in_twilio
