"""A backup holds all that must not be lost; a restore gives all of it back, or changes nothing."""

from __future__ import annotations

import io
import json
import sqlite3
import stat
import tarfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, make_url, select, text

from bot.backup import manifest, postgresql_programs
from bot.backup.postgresql_store import PostgresqlStore
from bot.backup.restoring import opened, restore, what_is_lost
from bot.backup.stores import store_of
from bot.backup.taking import take
from bot.bootstrap import Services, build_services
from bot.cli.commands.database import knows_schema
from bot.cli.main import frontdesk
from bot.cli.testing.postgresql_server import PostgresqlServer
from bot.conversations.models import Conversation, Message
from bot.db.engine import Database, utc_now
from bot.errors import ConflictError
from bot.sealing import new_key, read_keys
from bot.settings import Settings
from tests.factories import a_conversation, encrypted

MEMORY = "CREATE TABLE trackers (conversation_id TEXT PRIMARY KEY, events TEXT NOT NULL, saved_at FLOAT NOT NULL)"


@pytest.fixture
def place(settings: Settings, tmp_path: Path) -> Settings:
    """Give the project's settings in a folder of their own, with a clinic's file and a memory of Rasa's."""
    clinic = tmp_path / "clinic.yml"
    clinic.write_bytes(settings.clinic_path.read_bytes())
    (tmp_path / "var" / "log").mkdir(parents=True)
    (tmp_path / "var" / "log" / "edge.log").write_text("a line\n", encoding="utf-8")
    (tmp_path / "var" / "kept.key").write_text("not to be lost\n", encoding="utf-8")
    memory = tmp_path / "var" / "tracker.db"
    with closing(sqlite3.connect(memory)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(MEMORY)
        connection.execute("INSERT INTO trackers VALUES ('c1', '[]', 1.5)")
        connection.commit()
    return replace(settings, root=tmp_path, clinic_path=clinic, tracker_url=f"sqlite:///{memory}")


def _close(services: Services) -> None:
    services.named_locks.close()
    services.database.close()


def _messages(place: Settings) -> list[str]:
    database = Database.of(place)
    with database.read() as session:
        found = list(session.scalars(select(Message.text).order_by(Message.id)))
    database.close()
    return found


def _restore(place: Settings, path: Path) -> list[str]:
    _leave_alone(place)
    with opened(place, path, knows_schema) as backup:
        return restore(place, backup)


def _leave_alone(place: Settings) -> None:
    """End the connection by which the tests put a database back (`AsNew`): a restore refuses while anybody is on."""
    url = make_url(place.database_url)
    if url.get_backend_name() != "postgresql":
        return
    with psycopg.connect(url.set(drivername="postgresql").render_as_string(hide_password=False)) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


async def test_what_was_saved_comes_back_and_goes_on(services: Services, place: Settings, tmp_path: Path) -> None:
    """Taken while the store is written to; what was said afterwards is gone, the next message gets an answer."""
    conversation_id = await a_conversation(services)
    await services.receive.receive(conversation_id, "Zoë asks: ¿duele? 🙂", "m1")
    before = _messages(place)
    out = tmp_path / "out"
    out.mkdir()

    path, made = take(place, out)
    await services.receive.receive(conversation_id, "said too late", "m2")
    (tmp_path / "var" / "kept.key").unlink()
    (tmp_path / "clinic.yml").write_text("changed", encoding="utf-8")
    with closing(sqlite3.connect(tmp_path / "var" / "tracker.db")) as memory:
        memory.execute("DELETE FROM trackers")
        memory.commit()
    _close(services)
    changed = _restore(place, path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(out.iterdir()) == [path]
    assert [part.name for part in made.parts if part.kind == manifest.FILE] == [
        "files/clinic.yml",
        "files/var/kept.key",
    ]
    assert changed == ["files/clinic.yml", "files/var/kept.key"]
    assert (tmp_path / "clinic.yml.old").read_text(encoding="utf-8") == "changed"
    assert _messages(place) == before
    with closing(sqlite3.connect(tmp_path / "var" / "tracker.db")) as memory:
        assert memory.execute("SELECT conversation_id FROM trackers").fetchall() == [("c1",)]
    again = build_services(services.settings, rasa=services.rasa)
    received = await again.receive.receive(conversation_id, "and now?", "m3")
    assert [reply.text for reply in received.replies] == ["You said: and now?"]
    # The database still refuses to change what the audit log says.
    with pytest.raises(Exception, match="audit"), again.database.write() as session:
        session.execute(text("DELETE FROM audit_entries"))
    _close(again)


async def test_a_store_in_use_is_not_overwritten(services: Services, place: Settings, tmp_path: Path) -> None:
    """An edge that is still up would go on in a file, or in tables, that nobody reads any more."""
    path, _made = take(place, tmp_path / "one.tar.gz")
    with services.database.read() as session:
        session.scalar(select(func.count(Message.id)))

    with opened(place, path, knows_schema) as backup:
        assert what_is_lost(place, backup) == ["store", "memory"]
        with pytest.raises(ConflictError, match=r"store is in use by .*nothing was changed"):
            restore(place, backup)


def _without(name: str, archive: dict[str, bytes]) -> None:
    del archive[name]


def _changed_byte(archive: dict[str, bytes]) -> None:
    (name,) = [name for name in archive if name.startswith("store.")]
    archive[name] = archive[name][:-1] + bytes([archive[name][-1] ^ 1])


def _added(archive: dict[str, bytes]) -> None:
    archive["../outside"] = b"x"


def _of_tomorrow(archive: dict[str, bytes]) -> None:
    told = json.loads(archive[manifest.NAME])
    archive[manifest.NAME] = json.dumps({**told, "schema": "9999_of_tomorrow"}).encode()


def _of_another_kind(archive: dict[str, bytes]) -> None:
    told = json.loads(archive[manifest.NAME])
    told["parts"][0]["engine"] = "another"
    archive[manifest.NAME] = json.dumps(told).encode()


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        (_changed_byte, "checksum is another"),
        (_added, "does not name"),
        (lambda archive: _without("files/clinic.yml", archive), "checksum is another"),
        (lambda archive: _without(manifest.NAME, archive), "no backup of Frontdesk"),
        (_of_tomorrow, "9999_of_tomorrow, which this Frontdesk does not know"),
        (_of_another_kind, "of another, and the one that is set"),
    ],
)
def test_a_spoilt_backup_is_refused(
    spoil: Callable[[dict[str, bytes]], Any], problem: str, place: Settings, tmp_path: Path
) -> None:
    """Before anything is touched."""
    path, _made = take(place, tmp_path / "one.tar.gz")
    with tarfile.open(path) as archive:
        content = {member.name: archive.extractfile(member).read() for member in archive}  # type: ignore[union-attr]
    spoil(content)
    with tarfile.open(path, "w:gz") as archive:
        for name, data in content.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))

    with pytest.raises(ConflictError, match=problem), opened(place, path, knows_schema):
        pass


def test_half_a_file_and_no_file_are_refused(place: Settings, tmp_path: Path) -> None:
    """As after a disk that was full, or a slip in typing."""
    path, _made = take(place, tmp_path / "one.tar.gz")
    path.write_bytes(path.read_bytes()[:4000])

    for source in (path, tmp_path / "none.tar.gz", place.clinic_path):
        with pytest.raises(ConflictError), opened(place, source, knows_schema):
            pass


def test_a_backup_overwrites_nothing_and_leaves_nothing_behind(place: Settings, tmp_path: Path) -> None:
    """An older one may be the good one."""
    out = tmp_path / "out"
    out.mkdir()
    (out / "one.tar.gz").write_text("older", encoding="utf-8")

    with pytest.raises(ConflictError, match="there already"):
        take(place, out / "one.tar.gz")
    with pytest.raises(ConflictError, match="could not be written"):
        take(place, tmp_path / "no folder" / "one.tar.gz")

    assert [path.name for path in out.iterdir()] == ["one.tar.gz"]
    assert (out / "one.tar.gz").read_text(encoding="utf-8") == "older"


def test_programs_that_are_missing_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what to type; one that is too old for the server counts as missing."""
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(ConflictError, match="pg_dump of PostgreSQL 16 is needed, and it is not"):
        postgresql_programs.find_program("pg_dump", 16, packages=tmp_path)

    for version in (15, 17, 18):
        program = tmp_path / str(version) / "bin" / "pg_dump"
        program.parent.mkdir(parents=True)
        program.write_text(f"#!/bin/sh\necho 'pg_dump (PostgreSQL) {version}.2'\n", encoding="utf-8")
        program.chmod(0o755)
    assert postgresql_programs.find_program("pg_dump", 16, packages=tmp_path).parts[-3] == "17"
    with pytest.raises(ConflictError, match=r"only version 18 .*apt-get install postgresql-client-19"):
        postgresql_programs.find_program("pg_dump", 19, packages=tmp_path)


@pytest.fixture
def run(place: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Give a way to type a command on the test's databases."""
    monkeypatch.setenv("FRONTDESK_ROOT", str(place.root))
    monkeypatch.setenv("FRONTDESK_CLINIC", str(place.clinic_path))
    monkeypatch.setenv("FRONTDESK_DATABASE_URL", place.database_url)
    monkeypatch.setenv("FRONTDESK_TRACKER_URL", place.tracker_url)
    _leave_alone(place)

    def typed(*words: object, status: int = 0) -> Result:
        result = CliRunner().invoke(frontdesk, [str(word) for word in words])
        assert result.exit_code == status, result.output
        return result

    return typed


def test_the_commands_save_check_and_restore(run: Callable[..., Result], place: Settings, tmp_path: Path) -> None:
    """What would be overwritten asks for --yes, and the next `up` sets everything up anew."""
    path = tmp_path / "one.tar.gz"
    set_up = place.root / "var" / "set-up.json"
    set_up.write_text("{}", encoding="utf-8")

    saved = run("backup", path)
    whole = run("restore", path, "--check")
    refused = run("restore", path, status=1)
    assert set_up.is_file()
    restored = run("restore", path, "--yes")

    assert "rows in" in saved.output
    assert "whole" in whole.output
    assert "data in the store and the memory already" in refused.output
    assert "Restored." in restored.output
    assert not set_up.exists()


def test_what_cannot_be_loaded_changes_nothing(place: Settings, tmp_path: Path) -> None:
    """The file was good when it was checked; the disk, or the server, was not when it was loaded."""
    store = store_of(place)
    saved = tmp_path / "saved"
    rows = store.save(saved)
    if store.engine == "sqlite":
        saved.unlink()
    else:
        saved.write_bytes(saved.read_bytes()[:-20_000])

    with pytest.raises(ConflictError):
        store.load(saved, rows)

    assert store.save(tmp_path / "again") == rows


def test_what_is_loaded_must_have_the_rows_that_were_saved(place: Settings, tmp_path: Path) -> None:
    """Else what was there stays: a manifest that says more was not written with this database."""
    store = store_of(place)
    rows = store.save(tmp_path / "saved")

    with pytest.raises(ConflictError, match=r"in conversations\. Nothing was changed"):
        store.load(tmp_path / "saved", {**rows, "conversations": 12})

    assert store.save(tmp_path / "again") == rows
    store.load(tmp_path / "again", rows)


@pytest.mark.postgresql
def test_a_restore_that_was_cut_short_is_made_up_for(postgresql: PostgresqlServer, tmp_path: Path) -> None:
    """What it had put aside is what was there; a schema of another name than public is saved and restored alike."""
    name = postgresql.create()
    with postgresql.connect(name) as connection:
        connection.execute('CREATE SCHEMA "rasa memory"; CREATE TABLE "rasa memory".trackers AS SELECT 1 AS one')
    store = PostgresqlStore(make_url(f'{postgresql.url(name)}&options=-csearch_path%3D"rasa\\ memory"'))
    saved = tmp_path / "saved"
    assert store.save(saved) == {"trackers": 1}
    with postgresql.connect(name) as connection:
        connection.execute('ALTER SCHEMA "rasa memory" RENAME TO "rasa memory_before_restore"')
        connection.execute('CREATE SCHEMA "rasa memory"')

    store.load(saved, {"trackers": 1})
    with postgresql.connect(name) as connection:
        connection.execute('DROP SCHEMA "rasa memory" CASCADE')
    assert not store.exists()
    store.load(saved, {"trackers": 1})

    assert store.save(tmp_path / "again") == {"trackers": 1}
    with postgresql.connect(name) as connection:
        schemas = connection.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'rasa%'").fetchall()
    postgresql.drop(name)
    assert schemas == [("rasa memory",)]


async def test_an_encrypted_backup_is_read_with_its_key_alone(place: Settings, tmp_path: Path) -> None:
    """Nothing of it is in the open, the key is not in it, and without the key nothing is overwritten."""
    written = new_key()
    keyed = replace(place, encryption_keys=read_keys(written))
    (tmp_path / "var" / "frontdesk.key").write_text(f"{written}\n", encoding="utf-8")
    database = Database.of(keyed)
    with database.write() as session:
        session.add(Conversation(id="c1", token_hash="x", channel="web", created_at=utc_now()))
        session.flush()
        session.add(Message(conversation_id="c1", text="zanzibarmarker hurts", created_at=utc_now()))
    database.close()

    path, made = take(place, tmp_path / "one.tar.gz")

    with tarfile.open(path) as archive:
        content = b"".join(archive.extractfile(member).read() for member in archive if member.isfile())  # type: ignore[union-attr]
    assert made.encrypted_with == (keyed.encryption_keys[0].id,)
    assert b"zanzibarmarker" not in content
    assert written.encode() not in content
    for settings in (place, encrypted(place)):
        with (
            pytest.raises(ConflictError, match=r"encrypted with the key .* Nothing was changed"),
            opened(settings, path, knows_schema),
        ):
            pass
    _restore(keyed, path)
    assert _messages(keyed) == ["zanzibarmarker hurts"]
