"""What the danger model learns from: the reports of data/nlu, data/danger, and real posts where they are at hand."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.loading import load_data

from bot.encoder.adapter import text_key
from bot.reading.spoken import spoken

_LEVEL_OF_INTENT = {"report_urgent": "urgent", "report_emergency": "emergency", "report_crisis": "crisis"}
_NEAR = frozenset({"report_symptom", "personal_medical_advice"})
"""Intents that speak of something that is wrong, and so are read whole with each epoch like the reports."""
_NEAR_FILES = "reports"
"""Files of data/nlu with it in their name hold reports and what is near to one."""
_LEVEL_OF_LABEL = {"none": "none", "same_day": "urgent", "emergency": "emergency"}
_SELF_HARM = "self_harm"
_ASKED = re.compile(
    r"(?:can|could|should|may|must|will|would|do|did) (?:i|we) (?:still |also |really )?"
    r"(?:have to |need to |be able to |get to )?(?P<what>[a-z]{3,} [^?.!]+)[?.! ]*$",
    re.IGNORECASE,
)
_WISHES = (
    "i dont want to", "I don't want to", "i really dont want to", "i do not want to", "i dont wanna", "we dont want to",
    "i dont want him to", "I don't want her to", "i don't want my wife to", "my dad doesnt want to",
    "she doesn't want to", "my husband does not want to", "im not going to", "I'm not gonna", "i cant wait to",
    "i hope i dont have to", "im tired of having to", "im sick of having to", "id hate to", "i never want to",
    "I wouldn't want to", "no need to",
)  # fmt: skip
_LONGEST_WISH = 12
"""Words: what is wished in a chat is short."""
_POST_COUNTS = 1.5
"""How much a real post counts: more than what somebody made up."""


@dataclass(frozen=True, kw_only=True)
class DangerExample:
    """A text, and what it is.

    Attributes:
        text: In its plain form.
        level: One of `DANGER_LEVELS`.
        sign: The sign that it tells of; empty where nobody said.
        counts: How much it counts.
        is_ordinary: Whether it is a plain question or small talk, which is read in one epoch alone.
    """

    text: str
    level: str
    sign: str = ""
    counts: float = 1.0
    is_ordinary: bool = False


def danger_examples(nlu: Path, folder: Path, corpus: Path | None) -> list[DangerExample]:
    """Return all examples, none twice.

    Args:
        nlu: data/nlu.
        folder: data/danger.
        corpus: Where labelled_posts.tsv and unlabelled_posts.tsv are; None to go without.

    Raises:
        OSError: A file is missing.
        KeyError: A file has other columns, or a label that is none.
    """
    signs = {int(row["key"]): row["sign"] for row in _rows(folder / "signs.tsv")}
    found = [example for path in sorted(nlu.rglob("*.yml")) for example in _of_file(path, signs)]
    for name in ("chats.tsv", "posts.tsv", "twins.tsv", "wishes.tsv", "statements.tsv"):
        found += labelled(folder / name)
    found += plain_wishes(found)
    if corpus is not None:
        found += _posts(folder, corpus)
    return list({example.text: example for example in found if example.text}.values())


def _of_file(path: Path, signs: Mapping[int, str]) -> Iterator[DangerExample]:
    is_near = _NEAR_FILES in path.name
    for one in load_data(str(path)).intent_examples:
        text, intent = str(one.get(TEXT)), str(one.get(INTENT))
        yield DangerExample(
            text=spoken(text),
            level=_LEVEL_OF_INTENT.get(intent, "none"),
            sign=signs.get(text_key(text), ""),
            is_ordinary=not is_near and intent not in _NEAR,
        )


def _posts(folder: Path, corpus: Path) -> Iterator[DangerExample]:
    """Give the real posts that have a clear label; their text stays outside the project."""
    rows = _rows(corpus / "labelled_posts.tsv")
    texts = {row["id"]: row["text"] for row in _rows(corpus / "unlabelled_posts.tsv")}
    rows += [{**row, "text": texts[row["id"]]} for row in _rows(folder / "labels_of_posts.tsv")]
    for row in rows:
        if row["level"] in _LEVEL_OF_LABEL:
            yield DangerExample(text=spoken(row["text"]), level=_LEVEL_OF_LABEL[row["level"]], counts=_POST_COUNTS)


def plain_wishes(examples: Iterable[DangerExample]) -> list[DangerExample]:
    """Turn plain questions round into what somebody does not want, or is tired of: "can I drive home" and the like.

    Words of self-harm often begin so too, and a model that has read few others takes every such beginning for them.

    Args:
        examples: Of which the ordinary ones are taken.
    """
    found = []
    for one in examples:
        asked = _ASKED.match(one.text) if one.is_ordinary and one.level == "none" else None
        if asked is not None and len(asked["what"].split()) <= _LONGEST_WISH:
            wish = f"{_WISHES[text_key(one.text) % len(_WISHES)]} {asked['what']}"
            found.append(DangerExample(text=spoken(wish), level="none"))
    return found


def labelled(path: Path) -> list[DangerExample]:
    """Return the examples of one table of data/danger.

    Raises:
        OSError: It is missing.
        KeyError: It has other columns, or a label that is none.
    """
    return [_labelled(row) for row in _rows(path)]


def _labelled(row: Mapping[str, str]) -> DangerExample:
    level = _LEVEL_OF_LABEL[row["level"]]
    is_crisis = level != "none" and row["sign"] == _SELF_HARM
    return DangerExample(
        text=spoken(row["text"]),
        level="crisis" if is_crisis else level,
        sign=row["sign"] if level != "none" else "",
    )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
