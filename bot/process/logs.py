"""How Frontdesk's processes log: one line for each event, with ids and places and never a patient's words."""

from __future__ import annotations

import logging
import sys
import traceback
from pathlib import Path

import structlog
from structlog.typing import EventDict, WrappedLogger


def configure_logging(*, to_stderr: bool = False) -> None:
    """Set structlog up for this process.

    Args:
        to_stderr: For a command, whose standard output is what it was asked for.
    """
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            errors_without_words,
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        # Looked up at each line: tests and shells put another stream in its place.
        logger_factory=lambda *_names: structlog.PrintLogger(sys.stderr if to_stderr else sys.stdout),
    )


def errors_without_words(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Put an error's kind and places in for its traceback.

    The text of a database error quotes the statement's values, and a colorful traceback shows all local variables.
    """
    if event.pop("exc_info", None):
        error = sys.exception()
        if error is not None:
            event["problem"] = type(error).__name__
            event["where"] = where(error)
    return event


def where(error: BaseException) -> list[str]:
    """Give the innermost places that an error came through, without any values."""
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    return [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
