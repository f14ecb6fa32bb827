"""The check of what the action server answers: plain answers at a glance, others by a schema that is compiled once.

Rasa 3.6 lets jsonschema examine the schema itself again on each action call, which is half of a turn's time.
"""

from __future__ import annotations

import hashlib
import inspect
from functools import lru_cache
from typing import Any

from jsonschema.exceptions import best_match
from jsonschema.protocols import Validator
from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction
from rasa.shared.constants import DOCS_BASE_URL

# The source of the method that is replaced, as Rasa 3.6.21 has it. With another one, this module has to be read again.
KNOWN_SOURCE_SHA256 = "f8cdb4be6812396167ced74161b2ccd65c5ea676ad86d7d359d8c322d9d8dc42"


class ActionCheckError(Exception):
    """Raised when Rasa's own check is no longer the one that this module replaces."""


def install_compiled_check() -> None:
    """Make Rasa check the action server's answers with a schema compiled once.

    Raises:
        ActionCheckError: Rasa's method has changed, so that replacing it might lose a check.
    """
    if RemoteAction._validate_action_result is check_action_result:  # noqa: SLF001 - there is no public way in.
        return
    if source_sha256() != KNOWN_SOURCE_SHA256:
        raise ActionCheckError(
            "Rasa checks the answers of the action server differently now. Compare "
            "RemoteAction._validate_action_result with bot/nlu/changes/action_check.py, then "
            "update KNOWN_SOURCE_SHA256."
        )
    RemoteAction._validate_action_result = check_action_result  # noqa: SLF001 - as above.


def check_action_result(_action: RemoteAction, result: dict[str, Any]) -> bool:
    """Check an answer of the action server, as Rasa's own method does.

    Args:
        _action: The action that was run; the form is the same for all.
        result: What the action server answered.

    Returns:
        True, always.

    Raises:
        jsonschema.ValidationError: The answer does not have the form that Rasa expects.
    """
    error = None if is_plain(result) else best_match(_validator().iter_errors(result))
    if error is not None:
        error.message += (
            ". Failed to validate Action server response from API, make sure your response from the Action endpoint "
            f"is valid. For more information about the format visit {DOCS_BASE_URL}/custom-actions"
        )
        raise error
    return True


def is_plain(result: Any) -> bool:
    """Say whether an answer is a list of replies and of slots to set, and nothing else; then no schema refuses it.

    Every answer of our actions is one. The schema has each event tried as each of 23 kinds.

    Args:
        result: What the action server answered.
    """
    if not isinstance(result, dict):
        return False
    events, responses = result.get("events", []), result.get("responses", [])
    return (
        isinstance(events, list)
        and isinstance(responses, list)
        and all(isinstance(response, dict) for response in responses)
        and all(isinstance(event, dict) and _sets_a_slot(event) for event in events)
    )


def _sets_a_slot(event: dict[str, Any]) -> bool:
    return (
        event.get("event") == "slot"
        and isinstance(event.get("name"), str)
        and "value" in event
        and type(event.get("timestamp")) in {type(None), int, float}
        and isinstance(event.get("metadata"), dict | None)
    )


def source_sha256() -> str:
    """Return the fingerprint of the source of Rasa's own method."""
    source = inspect.getsource(RemoteAction._validate_action_result)  # noqa: SLF001 - as above.
    return hashlib.sha256(source.encode()).hexdigest()


@lru_cache(maxsize=1)
def _validator() -> Validator:
    schema = RemoteAction.action_response_format_spec()
    compiled = validator_for(schema)
    compiled.check_schema(schema)
    return compiled(schema)
