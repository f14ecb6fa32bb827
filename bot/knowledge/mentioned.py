"""The names of conditions, body parts and medicines that messages mention, and which of them is a kind of which."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.errors import ContentError
from bot.yaml_file import line_of, read_plain, read_yaml

FILE = "wider_names.yml"
_KEY = "wider_names"


@dataclass(frozen=True, kw_only=True)
class Mentioned:
    """What messages mention, by the names of data/nlu.

    Attributes:
        conditions: Conditions, and situations such as a pregnancy.
        body_parts: Body parts.
        medicines: Medicines.
        asides: What `heard.yml` listens for: one thing that a topic is asked for, or how the patient feels.
        wider: For a name, those that it is a kind or a part of: who takes warfarin takes a blood thinner.
    """

    conditions: frozenset[str] = frozenset()
    body_parts: frozenset[str] = frozenset()
    medicines: frozenset[str] = frozenset()
    asides: frozenset[str] = frozenset()
    wider: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def from_folder(cls, folder: Path) -> Mentioned:
        """Read the names from data/nlu beside data/knowledge, and wider_names.yml; each may be missing.

        Args:
            folder: data/knowledge.

        Raises:
            ContentError: A file is broken, or wider_names.yml names what is not there.
        """
        conditions, body_parts, medicines = (
            _synonyms(folder.parent / "nlu" / f"{kind}.yml") for kind in ("conditions", "body_parts", "medicines")
        )
        wider = _wider(folder / FILE, conditions | body_parts | medicines)
        return cls(conditions=conditions, body_parts=body_parts, medicines=medicines, wider=wider)

    @property
    def names(self) -> frozenset[str]:
        """All that a paragraph may be about."""
        return self.conditions | self.body_parts | self.medicines | self.asides

    def narrowest(self, named: Iterable[str]) -> list[str]:
        """Give names without those that another says more closely: "tennis elbow", not the elbow too."""
        names = list(dict.fromkeys(named))
        return [name for name in names if not any(self.is_wider(name, other) for other in names)]

    def is_wider(self, name: str, other: str) -> bool:
        """Tell whether the second name is a kind or a part of the first."""
        return name in self.wider.get(other, ()) or set(name.split("_")) < set(other.split("_"))


def _synonyms(path: Path) -> frozenset[str]:
    if not path.is_file():
        return frozenset()
    return frozenset(str(block["synonym"]) for block in read_plain(path)["nlu"] if "synonym" in block)


def _wider(path: Path, known: frozenset[str]) -> dict[str, tuple[str, ...]]:
    if not path.is_file():
        return {}
    groups = read_yaml(path).get(_KEY)
    if not isinstance(groups, dict) or not all(isinstance(names, list) for names in groups.values()):
        raise ContentError(path, f"must hold lists under '{_KEY}:', as in 'nsaids: [ibuprofen, naproxen]'.", 1)
    wider: dict[str, list[str]] = {}
    for wide, names in groups.items():
        for name in (wide, *names):
            if known and name not in known:
                raise ContentError(path, f"there is no name '{name}' in data/nlu.", line_of(groups, wide))
        for name in names:
            wider.setdefault(str(name), []).append(str(wide))
    return {name: tuple(wides) for name, wides in wider.items()}
