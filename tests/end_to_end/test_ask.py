"""`./frontdesk ask` beside a running Frontdesk: the same answers as a patient gets, and nothing of it before staff."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.cli.commands.ask import PUBLIC_FIELDS
from tests.end_to_end.running import RunningFrontdesk
from tests.factories import EMERGENCY

pytestmark = pytest.mark.slow(reason="starts a command that starts Rasa")

TURNS = ["Is PRP safe?", "can I talk to a person please", "my number is 312 555 0111", EMERGENCY]


def _stored(frontdesk: RunningFrontdesk) -> list[int]:
    """Count what staff would see, hear and be counted by."""
    tables = ("conversations", "messages", "tickets", "notifications")
    with closing(sqlite3.connect(frontdesk.database)) as store:
        return [int(store.execute(f"SELECT count(*) FROM {table}").fetchone()[0]) for table in tables]  # noqa: S608


def _ask(frontdesk: RunningFrontdesk, tmp_path: Path, *options: str) -> tuple[list[list[str]], str]:
    """Ask a dialogue; give the kinds of the replies to each turn, and what was said on the side."""
    file = tmp_path / "dialogue.jsonl"
    file.write_text(json.dumps({"id": "d", "turns": TURNS}) + "\n", encoding="utf-8")
    done = frontdesk.run("ask", "--jsonl", str(file), *options)
    (line,) = [json.loads(line) for line in done.stdout.splitlines()]
    assert set(line) == {"id", "replies"}
    assert all(tuple(reply) == PUBLIC_FIELDS for turn in line["replies"] for reply in turn)
    assert line["replies"][1][0]["ticket"] > 0
    return [[reply["kind"] for reply in turn] for turn in line["replies"]], done.stderr


def test_what_is_asked_from_the_terminal_reaches_staff_only_when_told_to(frontdesk: RunningFrontdesk, tmp_path: Path):
    """The Rasa and the actions that serve patients answer, and open the tickets elsewhere."""
    before = _stored(frontdesk)

    tried, said = _ask(frontdesk, tmp_path)

    assert tried == [["answer"], ["escalated", "escalated"], ["escalated"], ["emergency"]]
    assert _stored(frontdesk) == before
    assert "tickets are not sent to staff" in said
    assert list((frontdesk.project / "var" / "trials").iterdir()) == []

    live, said = _ask(frontdesk, tmp_path, "--live")

    assert live == tried
    assert _stored(frontdesk)[2] == before[2] + 1
    assert "tickets" not in said
