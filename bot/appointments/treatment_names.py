"""What the treatments of a clinic are called by those who write appointments down: the one reader of their names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

from bot.clinic import Clinic
from bot.yaml_file import read_plain

LOOKUP = "treatment"


class TreatmentNames:
    """Finds treatments by their slug, the names of treatments.yml, and the names that patients use for them.

    Args:
        knowledge: data/knowledge; what patients call treatments stands beside it in data/nlu/treatments.yml, which may
            be missing.
        clinic: Which treatments it offers; others are not found.
    """

    def __init__(self, knowledge: Path, clinic: Clinic) -> None:
        self._knowledge = knowledge
        self._clinic = clinic

    @property
    def offered(self) -> list[str]:
        """The treatments that can be found, as one would write them."""
        return [self._short_names[slug] for slug in self._clinic.treatments if slug in self._short_names]

    def called(self, written: str) -> str | None:
        """Give the slug of the treatment that a text is a name of, however it is hyphenated; None if it is of none."""
        slug = self._slugs.get(_plain(written))
        return slug if slug in self._clinic.treatments else None

    def named_in(self, words: str) -> str | None:
        """Give the slug of the treatment that some words name; None if they name none, or several."""
        said = f" {_plain(words)} "
        found = {slug for name, slug in self._slugs.items() if f" {name} " in said} & set(self._clinic.treatments)
        return found.pop() if len(found) == 1 else None

    @cached_property
    def _entries(self) -> list[Mapping[str, object]]:
        return list(read_plain(self._knowledge / "treatments.yml")["treatments"])

    @cached_property
    def _short_names(self) -> dict[str, str]:
        return {str(entry["slug"]): str(entry["short_name"]) for entry in self._entries}

    @cached_property
    def _slugs(self) -> dict[str, str]:
        """Each name in its plain form, with its slug; read when first asked for, since few processes ask."""
        names = dict(_of_patients(self._knowledge.parent / "nlu" / "treatments.yml"))
        for entry in self._entries:
            names |= {_plain(str(entry[key])): str(entry["slug"]) for key in ("name", "short_name", "slug")}
        return names


def _of_patients(path: Path) -> Iterator[tuple[str, str]]:
    """Give the names that messages are searched for; what only hints at a treatment ("my own fat") is none."""
    if not path.is_file():
        return
    blocks = read_plain(path)["nlu"]
    names = {form for block in blocks if block.get("lookup") == LOOKUP for form in _forms(block)}
    for block in blocks:
        yield from ((form, str(block["synonym"])) for form in _forms(block) if "synonym" in block and form in names)


def _forms(block: Mapping[str, object]) -> Iterator[str]:
    forms = (_plain(line.strip().removeprefix("- ")) for line in str(block.get("examples", "")).splitlines())
    yield from filter(None, forms)


def _plain(words: str) -> str:
    """Write names alike: "Stem-Cell", "stem_cell" and "stem cell"."""
    return " ".join(re.findall(r"[^\W_]+", words.casefold()))
