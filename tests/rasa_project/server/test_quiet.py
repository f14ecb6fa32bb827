"""Rasa's logs never hold what a patient wrote."""

from __future__ import annotations

import contextlib
import logging
import warnings

import structlog
from rasa.shared.core.domain import Domain
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.server.quiet import configure_logging, leave_out_words


def test_patient_words_are_left_out_of_log_entries():
    """Only their length stays, for whoever looks for a fault."""
    entry = leave_out_words(None, "error", {"event": "rest.message.received.failure", "text": "my knee hurts"})

    assert entry == {"event": "rest.message.received.failure", "text": "<13 characters>"}


def test_nothing_of_a_strange_message_is_printed(capfd):
    """A message that looks like a button's payload and is none makes Rasa warn; the warning must not quote it."""
    configure_logging(logging.WARNING)
    domain = Domain.from_yaml("version: '3.1'\nintents: [greet]")

    for text in ("/my knee {hurts", "/ my secret", "/greet{bad json}rest secret"):
        with contextlib.suppress(ValueError):
            YAMLStoryReader.unpack_regex_message(Message({"text": text}), domain)
    structlog.get_logger("rasa").error("rest.message.received.failure", text="secret", user_text="hurts")
    warnings.warn("secret", UserWarning, stacklevel=1)

    printed = "".join(capfd.readouterr())
    assert "secret" not in printed
    assert "hurts" not in printed


def test_warning_about_the_data_is_printed(capfd):
    """What Rasa finds wrong in data/ must still be seen."""
    from rasa.shared.utils.io import raise_warning

    raise_warning("Slot 'topik' is not in the domain.")

    assert "rasa: warning: Slot 'topik'" in capfd.readouterr().err
