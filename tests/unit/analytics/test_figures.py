"""Figures are those that somebody counts by hand."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.analytics.figures import Figures, figures_of
from bot.analytics.tables import Table, summary, tables
from bot.bootstrap import Services
from bot.conversations.models import Message
from bot.knowledge.reviewing.review import Editor
from bot.staff.actor import Actor
from bot.vocabulary import Judgement
from tests.factories import a_staff_member
from tests.unit.analytics.small_clinic import FORTNIGHT, LATER, SECRET, fill


@pytest.fixture
def figures(services: Services) -> Figures:
    """Give the figures of the small clinic."""
    fill(services.database)
    return figures_of(services.database, FORTNIGHT, now=LATER)


@pytest.fixture
def counted(figures: Figures) -> dict[str, Table]:
    """Give them as tables."""
    return tables(figures)


def _rows(table: Table) -> dict[object, tuple[object, ...]]:
    return {row[0]: row[1:] for row in table.rows}


def test_at_a_glance(figures: Figures, counted: dict[str, Table]):
    """Twelve chats; what lies a minute before or after the period counts for nothing."""
    assert _rows(counted["glance"]) == {
        "Chats": (12,),
        "Safely contained chats": (3,),
        "Safely contained, in 100 chats": (25.0,),
        "Questions": (13,),
        "Questions answered": (8,),
        "Questions answered, in 100": (61.5,),
        "Tickets opened": (3,),
        "Thumbs up": (1,),
        "Thumbs down": (1,),
        "Cards": (2,),
        "Checks": (2,),
        "Opted out of text messages": (1,),
    }
    assert summary(figures) == (
        "In 14 days: 8 of 13 questions answered; 12 chats, of which the assistant safely dealt with 25 in 100 by "
        "itself; 3 chats passed on to staff; 0 answers reported as wrong or on something else; 2 cards."
    )


def test_questions_by_week(counted: dict[str, Table]):
    """A message with two questions counts twice; a card, a check and a STOP are no answers to questions."""
    assert counted["weeks"].columns[1:] == (
        "Questions",
        "Answered",
        "Asked back",
        "Not understood",
        "No approved answer",
        "Not for the assistant",
    )
    assert counted["weeks"].rows == (("2026-03-02", 5, 2, 0, 3, 0, 0), ("2026-03-09", 8, 6, 1, 0, 1, 0))


def test_topics_by_treatment_and_week(counted: dict[str, Table]):
    """The table by week adds up to the one of the whole time."""
    assert counted["topics"].columns == ("Topic", "Questions", "Answered", "In general", "PRP")
    assert counted["topics"].rows == (("Safety", 7, 7, 0, 7), ("Cost", 2, 1, 1, 1))
    assert [row for row in counted["asked"].rows if row[1] != "No topic"] == [
        ("2026-03-02", "Safety", "PRP", "Answered", 2),
        ("2026-03-09", "Cost", "In general", "Answered", 1),
        ("2026-03-09", "Cost", "PRP", "No approved answer", 1),
        ("2026-03-09", "Safety", "PRP", "Answered", 5),
    ]
    assert sum(int(str(row[-1])) for row in counted["asked"].rows) == 13


def test_safe_containment(counted: dict[str, Table]):
    """Every chat stands in one row; the thumbs down of a later day counts against the chat."""
    assert counted["containment"].rows == (
        ("Safely contained", 3, 25.0),
        ("No question answered", 5, 41.7),
        ("A card, an open check or a missed danger", 1, 8.3),
        ("Passed on to staff", 1, 8.3),
        ("An answer did not help, or was on another topic", 1, 8.3),
        ("A question left open", 1, 8.3),
        ("All", 12, 100.0),
    )


def test_what_staff_say_later_counts_against_a_chat(services: Services):
    """A danger that was missed, and an answer on another topic, in two of the three that looked safely contained."""
    fill(services.database)
    ana = a_staff_member(services.database)
    asked, _answer = _first_and_last_of(services, "helped")
    services.judging.say(asked, Judgement.MISSED, Actor(staff_member_id=ana, name="Ana"))
    _asked, off_topic = _first_and_last_of(services, "reworded")
    editor = Editor(id=ana, name="Ana", role="agent", may_write=False, may_approve=False, is_clinician=False)
    services.lessons.wrong_topic("reworded", off_topic, editor)

    rows = _rows(tables(figures_of(services.database, FORTNIGHT, now=LATER))["containment"])

    assert rows["Safely contained"] == (1, 8.3)
    assert rows["A card, an open check or a missed danger"] == (2, 16.7)
    assert rows["An answer did not help, or was on another topic"] == (2, 16.7)
    assert rows["All"] == (12, 100.0)


def _first_and_last_of(services: Services, chat: str) -> tuple[int, int]:
    with services.database.read() as session:
        ids = session.scalars(select(Message.id).where(Message.conversation_id == chat).order_by(Message.id)).all()
    return ids[0], ids[-1]


def test_why_chats_were_passed_on(counted: dict[str, Table]):
    """By the reason of their tickets."""
    assert {name: count for name, (count, _share) in _rows(counted["passed_on"]).items() if count} == {
        "Asked for a person": 1,
        "Not understood twice": 1,
        "Red flag": 1,
    }


def test_how_long_staff_took(counted: dict[str, Table]):
    """The first reply in 10 minutes, within the promised 15; a booking 20 minutes after a promise of 5; one waits."""
    assert _rows(counted["staff_times"]) == {
        "Urgent": (1, 20.0, 20.0, 20.0, 20.0, 0, 1, 0.0),
        "Soon": (1, 10.0, 10.0, 30.0, 30.0, 1, 0, 100.0),
        "Routine": (1, None, None, None, None, 0, 1, 0.0),
    }


def test_thumbs(counted: dict[str, Table]):
    """By the day they were given on."""
    assert {name: row[0] for name, row in _rows(counted["thumbs"]).items() if row[0]} == {
        "Yes, it helped": 1,
        "No: no reason given": 1,
    }
    assert counted["judged_answers"].rows == (("prp.safety", 1, 1),)


def test_checks_and_cards_by_sign(counted: dict[str, Table]):
    """Two checks, one without an answer; one card seen to, one that was not about the patient now."""
    assert counted["dangers"].rows == (("Fever", 2, 0, 1, 1, 2, 1, 1, 0, 0),)


def test_channels(counted: dict[str, Table]):
    """Nobody is contained by text message here."""
    assert counted["channels"].rows == (("Web chat", 9, 3, 33.3), ("SMS", 3, 0, 0.0))


def test_hours_are_those_of_the_clinics_clock(counted: dict[str, Table]):
    """Nine in the morning is nine on both sides of the night in which the clocks go forward."""
    hours = {name: row[0] for name, row in _rows(counted["hours"]).items() if row[0]}

    assert hours == {"00:00": 2, "08:00": 4, "09:00": 5, "14:00": 2, "23:00": 3}


def test_what_was_not_understood_is_grouped(figures: Figures, counted: dict[str, Table]):
    """Two ask the same in other letters; the newest leads to its conversation or its ticket."""
    assert counted["not_understood"].rows == (("Group 1", 2), ("Group 2", 1))
    assert [(one.conversation_id, one.ticket_id is not None) for one in figures.unclear[0]] == [
        ("reworded", False),
        ("lost", True),
    ]


def test_no_word_of_a_patient_stands_in_a_table(counted: dict[str, Table]):
    """Nor of staff."""
    assert SECRET not in repr(counted)
    assert "park" not in repr(counted)


def test_a_time_without_patients_has_figures_too(services: Services):
    """All of them nought, and none is divided by it."""
    figures = figures_of(services.database, FORTNIGHT, now=LATER)

    assert figures.is_empty
    assert summary(figures) == "In 14 days nobody has written."
    assert {row[1] for row in tables(figures)["glance"].rows} == {0, None}
