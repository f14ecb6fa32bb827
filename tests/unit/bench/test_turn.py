"""How the turn benchmark counts, and what it writes; nothing is timed here."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from time import process_time

import pytest

from bench.turn.chats import QUESTIONS, SMALL_TALK, TurnFailedError
from bench.turn.picture import draw
from bench.turn.report import Measured, page
from bench.turn.rounds import EARLY, LATE, LONG_TURNS, SENDERS, Figures, Load
from bench.turn.starts import Start


class PatientChat:
    """A conversation whose server answers everything, or everything but one message."""

    def __init__(self, unanswered: str | None = None) -> None:
        self._unanswered = unanswered

    def say(self, text: str) -> None:
        """Answer at once."""
        if text == self._unanswered:
            raise TurnFailedError(f"no reply to {text!r}")

    def close(self) -> None:
        """Have nothing to close."""


def measured(name: str, *, turns: int = LONG_TURNS) -> Measured:
    """Make up the figures of a server."""
    figures = Figures(
        single=[[10.0, 20.0], [30.0]],
        cpu=[8.0, 9.0],
        crowd=[40.0] * 4,
        per_second=[90.0, 110.0],
        long=[[5.0] * 30 + [50.0] * (turns - 30)],
    )
    return Measured(
        name=name,
        figures=figures,
        memory={"edge": 100.0, "rasa": 500.0},
        shared_out=450,
        ready_seconds=9,
        train_seconds=5,
    )


def test_the_early_and_the_late_turns_say_the_same():
    """Otherwise a difference could be one of the messages."""
    assert len(QUESTIONS) == len(SMALL_TALK)
    assert LATE.stop - 1 <= LONG_TURNS
    assert [place % len(QUESTIONS) for place in EARLY] == [place % len(QUESTIONS) for place in LATE]


def test_a_round_has_one_sender_eight_senders_and_long_conversations():
    """Each is counted apart."""
    load = Load(PatientChat, QUESTIONS, process_time)

    load.round()

    assert len(load.figures.single[0]) % len(QUESTIONS) == 0
    assert len(load.figures.crowd) % (SENDERS * len(QUESTIONS)) == 0
    assert {len(times) for times in load.figures.long} == {LONG_TURNS}
    assert load.figures.unanswered == 0


def test_a_turn_without_an_answer_is_counted_and_not_timed():
    """A fast failure must not look like a fast answer."""
    load = Load(lambda: PatientChat(unanswered=QUESTIONS[1]), QUESTIONS, process_time)

    load.round()

    assert {len(times) for times in load.figures.long} == {1}
    assert load.figures.unanswered > SENDERS
    assert len(load.figures.failures) == 1


def test_warming_up_refuses_a_server_that_does_not_answer():
    """Measuring it would tell nothing."""
    with pytest.raises(TurnFailedError, match="no reply"):
        Load(lambda: PatientChat(unanswered=QUESTIONS[1]), QUESTIONS, process_time).warm_up()


def test_the_page_shows_how_a_conversation_ages():
    """Turn 5 and turn 500 stand beside each other for both servers."""
    text = page(measured("Frontdesk"), measured("stock Rasa"), machine="a machine", loads=(0.5, 2.0), date="2026-11-21")

    rows = {line.split("|")[1].strip(): line for line in text.splitlines() if line.startswith("|")}
    assert "5.0" in rows["turn 5, p50, ms"]
    assert "50.0" in rows["turn 500, p50, ms"]
    assert "10.00" in rows["turn 500 against turn 5"]
    assert "100.0" in rows[f"{SENDERS} senders, messages/s"]


def test_a_conversation_that_did_not_come_so_far_has_an_empty_cell():
    """A server that slows down is given up after two minutes."""
    ours, slow = measured("Frontdesk"), measured("stock Rasa", turns=100)

    text = page(ours, slow, machine="a machine", loads=(0.5, 2.0), date="2026-11-21")

    row = next(line for line in text.splitlines() if "turn 500, p50, ms" in line)
    assert [cell.strip() for cell in row.split("|")[2:4]] == ["50.0", ""]


def test_memory_and_starts_of_frontdesk_stand_in_the_table():
    """Stock Rasa has no such figures, and its cells stay empty."""
    starts = (Start(serving=9.0, answered=20.0, watcher_mb=21.0), Start(serving=3.0, answered=7.0, watcher_mb=20.0))
    ours = replace(measured("Frontdesk"), held=500, memory_after={"edge": 110.0, "rasa": 510.0}, starts=starts)

    text = page(ours, measured("stock Rasa"), machine="a machine", loads=(0.5, 2.0), date="2026-11-21")

    rows = {line.split("|")[1].strip(): line.split("|")[2:4] for line in text.splitlines() if line.startswith("|")}
    assert [cell.strip() for cell in rows["second start: first answer, s"]] == ["7.0", ""]
    assert [cell.strip() for cell in rows["the same after 500 more conversations, MB"]] == ["620", ""]
    assert "edge 110, rasa 510" in text


def test_many_conversations_are_held_and_not_timed():
    """They are there for what they leave in memory."""
    load = Load(PatientChat, QUESTIONS, process_time)

    load.hold_many(20)

    assert (load.figures.single, load.figures.crowd, load.figures.long) == ([], [], [])


def test_the_picture_is_written(tmp_path: Path):
    """Its ending says that it is a PNG."""
    draw(measured("Frontdesk"), measured("stock Rasa"), tmp_path / "turn.png")

    assert (tmp_path / "turn.png").read_bytes().startswith(b"\x89PNG")
