"""Where what the assistant is to learn stands, and why a question was put aside for it."""

from __future__ import annotations

from enum import Enum


class WhyGathered(str, Enum):
    """Why a question was put aside: what became of it."""

    ASKED_BACK = "asked_back"
    NOT_UNDERSTOOD = "not_understood"
    NO_ANSWER = "no_answer"
    PASSED_ON = "passed_on"
    NOT_HELPED = "not_helped"
    WRONG_TOPIC = "wrong_topic"


class LessonStatus(str, Enum):
    """How far a lesson has come."""

    OPEN = "open"
    WAITING = "waiting"
    READY = "ready"
    LEARNED = "learned"
    REFUSED = "refused"
    UNDONE = "undone"
    DROPPED = "dropped"


class TrainingStatus(str, Enum):
    """What came of a training."""

    RUNNING = "running"
    LIVE = "live"
    REFUSED = "refused"
    FAILED = "failed"
    UNDO_WANTED = "undo_wanted"
    UNDONE = "undone"


NOT_FOR_US = "out_of_scope"
"""The intent of a lesson that says: this is nothing the assistant should answer."""
