"""What the components read from data/knowledge, the folder that a clinic edits."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from bot.errors import ContentError
from bot.yaml_file import line_of, read_yaml

TREATMENTS = "data/knowledge/treatments.yml"
LOOK_ALIKE_MEDICINES = "data/knowledge/look_alike_medicines.yml"
_LOOK_ALIKES = "look_alike_medicines"
_ALTERNATIVE = "alternative"


@lru_cache
def look_alike_medicines(path: Path) -> frozenset[str]:
    """Read the medicines whose names must not be taken for another's.

    Args:
        path: look_alike_medicines.yml.

    Raises:
        ContentError: Something in it is wrong; names the line.
    """
    names = read_yaml(path).get(_LOOK_ALIKES)
    if not isinstance(names, list) or not names:
        raise ContentError(path, f"must hold a list of names under '{_LOOK_ALIKES}:'.", 1)
    for place, name in enumerate(names):
        if not isinstance(name, str) or not name.isalpha() or not name.islower():
            raise ContentError(path, f"{name!r} is no word in small letters.", line_of(names, place))
    return frozenset(str(name) for name in names)


@lru_cache
def alternatives(path: Path) -> frozenset[str]:
    """Read the treatments that the clinic only compares with.

    Args:
        path: treatments.yml, which `frontdesk knowledge check` holds to its form.

    Raises:
        ContentError: It has no list of treatments with a kind each; names the line.
    """
    treatments = read_yaml(path).get("treatments")
    if not isinstance(treatments, list):
        raise ContentError(path, "must hold a list under 'treatments:'.", 1)
    for place, treatment in enumerate(treatments):
        if not isinstance(treatment, dict) or not {"slug", "kind"} <= treatment.keys():
            raise ContentError(path, "each treatment needs a slug and a kind.", line_of(treatments, place))
    return frozenset(str(treatment["slug"]) for treatment in treatments if treatment["kind"] == _ALTERNATIVE)
