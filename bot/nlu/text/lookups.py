"""The surface forms of entities as Rasa's training data lists them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils.io import read_file


@dataclass(frozen=True)
class Lookup:
    """One kind of entity.

    Attributes:
        kind: The entity's name, such as `treatment`.
        values: What each surface form stands for.
    """

    kind: str
    values: Mapping[str, str]


def lookups_of(training_data: TrainingData) -> list[Lookup]:
    """Return the lookup tables, each form with its synonym's value.

    A form without a synonym stands for itself, written as a slug ("heel spur" -> `heel_spur`).

    Args:
        training_data: What Rasa has read from `data/nlu`.
    """
    synonyms = {form.lower(): value for form, value in training_data.entity_synonyms.items()}
    return [
        Lookup(table["name"], {form: synonyms.get(form.lower(), _slug(form)) for form in _forms(table["elements"])})
        for table in training_data.lookup_tables
    ]


def _forms(elements: str | list[str]) -> list[str]:
    # A lookup table is a list of forms, or the name of a file with one on each line.
    forms = read_file(elements).splitlines() if isinstance(elements, str) else elements
    return [str(form).strip() for form in forms if str(form).strip()]


def _slug(form: str) -> str:
    return "_".join(form.lower().replace("-", " ").split())
