"""What an answer says first when the patient named a condition or a body part: whether its sources name it too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.errors import ContentError
from bot.responses import FixedResponses
from bot.vocabulary import CONDITIONS_TREATED, EFFECTIVENESS, Responses
from bot.yaml_file import plain, read_yaml

ABOUT_CONDITIONS = frozenset({CONDITIONS_TREATED, EFFECTIVENESS})
"""Topics on which a condition is what the patient wants helped; elsewhere it may be history ("I have diabetes")."""


def read_names(path: Path) -> dict[str, str]:
    """Read how conditions are called in replies, where that is not their name in data/nlu with spaces.

    Args:
        path: A YAML file with `names:`, name in data/nlu to words; it may be missing.

    Raises:
        ContentError: The file is broken.
    """
    if not path.is_file():
        return {}
    names = plain(read_yaml(path).get("names"))
    if not isinstance(names, dict) or not all(isinstance(words, str) for words in names.values()):
        raise ContentError(path, "must hold 'names:' with one text for each name, as in 'acl_tear: ACL tear'.", 1)
    return names


def condition_lead(
    conditions: Sequence[str],
    body_parts: Sequence[str],
    listed: Sequence[str],
    *,
    treatment: str,
    names: Mapping[str, str],
    responses: FixedResponses,
) -> tuple[str, bool]:
    """Say whether the sources name what the patient asked about.

    Args:
        conditions: Conditions that the patient named.
        body_parts: Body parts that the patient named; at least one of either.
        listed: Those that the sources on the treatment name.
        treatment: The treatment in words.
        names: How conditions are called, where that is not their name with spaces.
        responses: The fixed wordings.

    Returns:
        The sentence, and whether anything asked about is listed.
    """
    # The condition says more than the body part it lies in: "tennis elbow", not "tennis elbow or the elbow".
    found = [name for name in conditions if name in listed] or [name for name in body_parts if name in listed]
    wording = Responses.CONDITION_LISTED if found else Responses.CONDITION_NOT_LISTED
    called = [names.get(name, name.replace("_", " ")) for name in dict.fromkeys(found or conditions or body_parts)]
    joined = " or ".join(part for part in (", ".join(called[:-1]), called[-1]) if part)
    return responses.text(wording, treatment=treatment, conditions=joined), bool(found)
