"""What an answer says first when the patient named a condition or a body part: whether its sources name it too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.knowledge.mentioned import Mentioned
from bot.responses import FixedResponses
from bot.vocabulary import CONDITIONS_TREATED, EFFECTIVENESS, Responses

ABOUT_CONDITIONS = frozenset({CONDITIONS_TREATED, EFFECTIVENESS})
"""Topics on which a condition is what the patient wants helped; elsewhere it may be history ("I have diabetes")."""


def condition_lead(
    places: Sequence[str],
    listed: Sequence[str],
    *,
    treatment: str,
    names: Mapping[str, str],
    mentioned: Mentioned,
    responses: FixedResponses,
) -> tuple[str, bool]:
    """Say whether the sources name what the patient asked about.

    Args:
        places: Conditions and body parts that the patient named; at least one.
        listed: Those that the sources on the treatment name.
        treatment: The treatment in words.
        names: How conditions are called, where that is not their name with spaces.
        mentioned: Says what another name says more closely.
        responses: The fixed wordings.

    Returns:
        The sentence, and whether anything asked about is listed, or a kind or a part of it: knee arthritis is
        arthritis.
    """
    found = [name for name in places if any(one == name or mentioned.is_wider(name, one) for one in listed)]
    wording = Responses.CONDITION_LISTED if found else Responses.CONDITION_NOT_LISTED
    said = mentioned.narrowest(found or places)
    called = [names.get(name, name.replace("_", " ")) for name in said]
    joined = " or ".join(part for part in (", ".join(called[:-1]), called[-1]) if part)
    return responses.text(wording, treatment=treatment, conditions=joined), bool(found)
