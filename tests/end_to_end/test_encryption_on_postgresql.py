"""With a key on PostgreSQL: the disk of its server shows nothing of patients; backup, restore and a new key work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from bot.cli.testing.postgresql_server import CAREFUL, PostgresqlServer
from tests.end_to_end.keyed_installation import (
    MARKER,
    PHONE,
    Desk,
    Installation,
    files_with,
    in_backup,
    nothing_starts_without_the_key,
    transcript,
)

pytestmark = [pytest.mark.slow(reason="starts a Frontdesk twice"), pytest.mark.postgresql]


class OnPostgresql:
    """An installation whose two databases are on a server of its own, as one is installed: with its whole log."""

    def __init__(self, folder: Path) -> None:
        self.server = PostgresqlServer({**CAREFUL, "fsync": "off"})
        self.server.start()
        self._name = self.server.create()
        url = self.server.url(self._name)
        memory = f"{url}&options=-csearch_path%3Dmemory"
        self.installation = Installation(folder, {"FRONTDESK_DATABASE_URL": url, "FRONTDESK_TRACKER_URL": memory})

    def on_disk_with(self, *words: str) -> list[str]:
        """Name the files with one of these words that are left when the server has written all out and stopped."""
        with self.server.connect(self._name) as connection:
            # As the server does by itself sooner or later: samples of the columns' values go into a table of its own.
            connection.execute("ANALYZE")
            connection.execute("CHECKPOINT")
        self.server.halt()
        found = [*files_with([self.server.folder], *words), *self.installation.files_with(*words)]
        self.server.start()
        return found

    def stop(self) -> None:
        """Make sure that nothing of it is left."""
        self.installation.stop()
        self.server.stop()


@pytest.fixture
def on_postgresql(tmp_path: Path) -> Iterator[OnPostgresql]:
    """Give one that holds nothing yet."""
    one = OnPostgresql(tmp_path)
    try:
        yield one
    finally:
        one.stop()


def test_nothing_is_to_be_read_on_the_disk_of_the_server(on_postgresql: OnPostgresql, tmp_path: Path) -> None:
    """Neither in tables and indexes nor in the log; the key alone opens a backup, and another key takes its place."""
    installation, right = on_postgresql.installation, on_postgresql.installation.keys / "right"
    keyed = installation.with_key("right")
    keyed.run("keys", "make", str(right))
    with ExitStack() as opened:
        keyed.start()
        email, password = keyed.email, keyed.password
        desk = Desk(keyed, opened, email, password)
        desk.works()
        desk.finds(desk.chat.conversation_id)
        told = transcript(keyed, desk.chat)
        backup = tmp_path / "one.tar.gz"
        keyed.run("backup", str(backup))
        keyed.interrupt()
    assert MARKER.encode() not in in_backup(backup)
    # What is plain is found in tables and in the log, so that what looks for the marker would find that.
    found = on_postgresql.on_disk_with(email)
    assert any("/base/" in path for path in found), found
    assert any("/pg_wal/" in path for path in found), found
    assert on_postgresql.on_disk_with(MARKER, PHONE) == []

    nothing_starts_without_the_key(installation)
    with pytest.raises(Exception, match="returned non-zero"):
        installation.with_key("wrong").run("restore", str(backup), "--yes")
    keyed.run("restore", str(backup), "--yes")

    old = right.read_text(encoding="utf-8")
    keyed.run("keys", "make", str(right))
    keyed.run("keys", "rotate")
    right.write_text(right.read_text(encoding="utf-8").removesuffix(old), encoding="utf-8")
    keyed.run("keys", "rotate")
    (installation.keys / "old").write_text(old, encoding="utf-8")
    refused = installation.with_key("old").start_another()
    assert (refused.returncode, "the one that is set is" in refused.stderr) == (1, True), refused.stderr

    with ExitStack() as opened:
        keyed.start()
        assert transcript(keyed, desk.chat) == told
        again = Desk(keyed, opened, email, password)
        again.works()
        for each in (desk, again):
            again.finds(each.chat.conversation_id)
        keyed.interrupt()
    assert on_postgresql.on_disk_with(MARKER, PHONE) == []
