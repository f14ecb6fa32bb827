"""All with a key, and real processes: what patients and staff write is used as ever, and to be read in no file."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from bot.settings import ROOT
from tests.end_to_end.keyed_installation import (
    EMAIL,
    MARKER,
    PHONE,
    QUESTION,
    Desk,
    Installation,
    in_backup,
    nothing_starts_without_the_key,
    transcript,
)

pytestmark = pytest.mark.slow(reason="starts a Frontdesk five times")


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """Give one that holds nothing yet."""
    one = Installation(tmp_path, {})
    try:
        yield one
    finally:
        one.stop()


def test_from_plain_to_encrypted_to_a_restore(installation: Installation, tmp_path: Path) -> None:
    """An installation in use gets a key: then nothing in its files is to be read, and everything still works."""
    with ExitStack() as opened:
        plain = installation.with_key(None)
        plain.start()
        email, password = plain.email, plain.password
        before = Desk(plain, opened, email, password)
        before.works()
        assert installation.files_with(MARKER), "without a key it stands there: what looks for it finds it"
        # Beside one that runs without the key nothing is encrypted.
        keyed = installation.with_key("right")
        keyed.run("keys", "make", str(installation.keys / "right"))
        with pytest.raises(Exception, match="returned non-zero"):
            keyed.run("keys", "encrypt")
        plain.interrupt()

        keyed.start()
        assert "messages" in keyed.run("keys", "encrypt").stdout
        assert installation.files_with(MARKER, PHONE) == []
        after = Desk(keyed, opened, email, password)
        after.works()
        for desk in (before, after):
            after.finds(desk.chat.conversation_id)
        assert f"does the {MARKER} ramp" in after.learns()
        for path in ("/staff/knowledge/learning", "/staff/safety"):
            after.reads(path)
        # Two patients have written: what is counted, and which chats stand behind a figure, comes of encrypted rows.
        assert re.search(r'data-testid="summary">[^<]*\b2 chats', after.reads("/staff/figures?days=7"))
        assert f"Ticket {after.chat.ticket}<" in after.reads("/staff/figures/chats?days=7")
        assert keyed.run("report", "--json").stdout.startswith("{")
        exported = Path(keyed.run("patients", "export", EMAIL, "--out", str(tmp_path / "zoe.zip")).stdout.strip())
        with zipfile.ZipFile(io.BytesIO(exported.read_bytes())) as archive:
            assert QUESTION in json.dumps(json.loads(archive.read("data.json")))
        assert installation.files_with(MARKER, PHONE) == []

        told = transcript(keyed, after.chat)
        backup = tmp_path / "one.tar.gz"
        keyed.run("backup", str(backup))
        assert MARKER.encode() not in in_backup(backup)
        keyed.run("keys", "rotate")
        assert transcript(keyed, after.chat) == told
        after.finds(before.chat.conversation_id)
        keyed.run("patients", "forget", EMAIL, "--reason", "asked for it in writing", "--yes")
        assert after.chat.conversation_id not in after.posts("/staff/conversations", words=MARKER).text
        keyed.interrupt()
        assert installation.files_with(MARKER, PHONE) == []

    nothing_starts_without_the_key(installation)
    missing = installation.with_key("nosuch").start_another()
    assert (missing.returncode, "cannot be read" in missing.stderr) == (1, True), missing.stderr
    assert str(ROOT) not in missing.stderr
    wrong = installation.with_key("wrong")
    with pytest.raises(Exception, match="returned non-zero"):
        wrong.run("restore", str(backup), "--yes")
    keyed.run("restore", str(backup), "--yes")
    keyed.start()
    assert transcript(keyed, after.chat) == told
    assert installation.files_with(MARKER, PHONE) == []
