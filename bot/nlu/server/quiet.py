"""What Rasa's process prints: what went wrong, never what a patient wrote."""

from __future__ import annotations

import logging
import os
import sys
import warnings
from collections.abc import Mapping, MutableMapping
from typing import Any, TextIO

from bot.nlu.changes import stand_in

# Rasa's log entries carry the patient's words under these names (rasa.utils.log_utils lists them for its own use).
_WORDS_OF_PATIENTS = frozenset(
    [
        "text",
        "response_text",
        "user_text",
        "slot_values",
        "parse_data_text",
        "parse_data_entities",
        "prediction_events",
        "tracker_latest_message",
        "prefilled_slots",
        "message",
        "response",
        "slot_candidates",
        "rasa_event",
        "rasa_events",
        "tracker_states",
        "current_states",
        "old_states",
        "successes",
        "current_entity",
        "next_entity",
        "states",
        "entity",
        "token_text",
        "user_message",
        "json_message",
        "events",
        "parse_data",
        "sender_message",
    ]
)
# Rasa's own warnings come from this file; those of its pinned libraries are deprecations that nothing here can change.
_RASA_WARNINGS = "rasa/shared/utils/io.py"
_UNSHOWN_WARNINGS = (
    # It quotes the patient's message when that looks like a button's payload and is none.
    "Failed to parse arguments in line",
    # Rasa looks for its own components only; the tables are read by bot.nlu.components.entity_rules.
    "You have defined training data consisting of lookup tables",
    "You have defined synonyms in your training data",
)


def prepare_environment(*, with_tensorflow: bool = False) -> None:
    """Do what must be done before Rasa is imported: no telemetry, no chatter, and no TensorFlow.

    Args:
        with_tensorflow: For what runs in the environment that has it: fine-tuning, and stock Rasa for comparison.
    """
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
    warnings.showwarning = show_warning
    if with_tensorflow:
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
        os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
        os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
    else:
        stand_in.install()


def configure_logging(level: int = logging.WARNING) -> None:
    """Log from `level` on, with the patients' words left out.

    Args:
        level: The lowest level that is printed.
    """
    import structlog
    from rasa.utils.common import configure_logging_and_warnings
    from rasa.utils.log_utils import configure_structlog

    configure_logging_and_warnings(level)
    configure_structlog(level)
    settings = structlog.get_config()
    structlog.configure(processors=[leave_out_words, *settings["processors"]])
    # Access logs would hold conversation ids on every line and tell nothing that the edge does not.
    logging.getLogger("sanic.access").setLevel(logging.ERROR)


def leave_out_words(_logger: Any, _method: str, entry: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """Replace what a patient wrote in a log entry by its length (a structlog processor)."""
    for name in _WORDS_OF_PATIENTS & entry.keys():
        entry[name] = f"<{len(str(entry[name]))} characters>"
    return entry


def show_warning(  # noqa: PLR0917 - the signature of warnings.showwarning.
    message: Warning | str,
    category: type[Warning],  # noqa: ARG001
    filename: str,
    lineno: int,  # noqa: ARG001
    file: TextIO | None = None,  # noqa: ARG001
    line: str | None = None,  # noqa: ARG001
) -> None:
    """Print Rasa's own warnings, one line each, and no others (it stands in for `warnings.showwarning`)."""
    if is_shown(str(message), filename):
        print(f"rasa: warning: {message}", file=sys.stderr, flush=True)


def is_shown(text: str, filename: str) -> bool:
    """Say whether a warning is one of Rasa's own about the project.

    Args:
        text: What it says.
        filename: The file that raised it.
    """
    return filename.endswith(_RASA_WARNINGS) and not text.startswith(_UNSHOWN_WARNINGS)
