"""Growth is measured on what it says: so many conversations, a steady pace, connections that are open."""

from __future__ import annotations

import threading
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from sqlalchemy import func, select

from bench import machine, picture
from bench.growth import __main__ as growth
from bench.growth import stored
from bench.growth.load import Idle, Load, send
from bot.bootstrap import Services
from bot.cli.processes.running import free_port
from bot.conversations.models import Conversation, Message
from bot.web.app import create_app
from bot.web.door.slow_clients import SERVING


@pytest.fixture
def address(services: Services) -> Iterator[str]:
    """Serve an edge around a stand-in for Rasa."""
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(create_app(services), host="127.0.0.1", port=port, **SERVING))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(30)


@pytest.mark.only_sqlite(reason="the rows are made by SQLite's own words")
def test_so_many_conversations_are_stored(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each with a question and its reply, all of them old enough that no edge takes them for news."""
    monkeypatch.setattr(stored, "BATCH", 30)
    stored.fill(services.settings.database_url, conversations=37)

    with services.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Conversation)) == 37
        assert session.scalar(select(func.count()).select_from(Message)) == 2 * 37
        assert session.scalar(select(func.count()).where(Message.handled_at.is_(None))) == 0


def test_patients_write_at_a_pace_while_others_have_a_chat_open(address: str) -> None:
    """What was answered is counted, what was not too."""
    idle = Idle(address)
    idle.grow_to(5)

    load = send([address], senders=2, seconds=1.5, pace=4.0)

    assert idle.alive() == 5
    assert 0 < len(load.waits) <= 6
    assert load.failed == 0
    idle.close()


def test_a_row_says_what_the_head_names() -> None:
    """The slow end, in milliseconds."""
    load = Load(waits=[0.010] * 98 + [0.5] * 2, failed=1, seconds=10.0)

    row = dict(zip(growth._head(), growth._shown(load), strict=True))

    assert (row["messages"], row["messages/s"], row["failed"]) == ("100", "10.0", "1")
    assert (row["p50 in ms"], row["p99 in ms"]) == ("10", "500")


def test_two_of_each_need_a_postgresql(capsys: pytest.CaptureFixture[str]) -> None:
    """It is said before anything is started."""
    assert growth.main(["edges"]) == 1
    assert "--database" in capsys.readouterr().err


def test_a_table_says_what_was_measured_where_and_is_drawn(tmp_path: Path) -> None:
    """The picture is named in the page, beside the machine and the day."""
    rows = [["1.5", "20.0", "500"], ["3.0", "21.5", "510"]]
    table = growth._table("Soak", ["minutes", "p50 in ms", "edge"], rows, {"wait": ["p50 in ms"]}, note="It is flat.")

    page = growth._page(table, Namespace(what="soak", seconds=90.0))
    picture.draw(table.panels, tmp_path / "growth-soak.png")

    assert "|     1.5 |      20.0 |  500 |" in page
    assert "It is flat." in page
    assert "(growth-soak.png)" in page
    assert machine.description() in page
    assert (tmp_path / "growth-soak.png").read_bytes().startswith(b"\x89PNG")


def test_two_of_each_are_told_by_what_they_are_beside_one() -> None:
    """For each number of senders."""
    head = ["what", "senders", "p50 in ms", "messages/s"]
    rows = [
        ["one", "1", "20", "50.0"],
        ["two", "1", "26", "40.0"],
        ["one", "8", "80", "100.0"],
        ["two", "8", "64", "160"],
    ]

    said = growth._beside(head, rows)

    assert "1 senders: 1.30 times the median, 0.80 times the messages." in said
    assert "8 senders: 0.80 times the median, 1.60 times the messages." in said
