"""The wordings that patients agree to before they get texts that they did not ask for, by consent.yml."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.errors import BrokenContentError, ContentError
from bot.reading.mistakes import in_words
from bot.settings import ROOT
from bot.yaml_file import line_at, plain, read_yaml

FILE = "consent.yml"


class Wording(BaseModel):
    """A wording, the name it is known by for ever, and since when it is asked with."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, coerce_numbers_to_str=True)

    version: str = Field(min_length=1, max_length=40)
    since: dt.date = Field(alias="from")
    text: str = Field(min_length=40)


def wordings_of(folder: Path) -> tuple[Wording, ...]:
    """Read the wordings of a content folder; one that has none of its own goes by those of the project.

    Raises:
        ContentError: The file is broken; names each place.
    """
    own = folder / FILE
    return read_wordings(own if own.is_file() else ROOT / "data" / "knowledge" / FILE)


def read_wordings(path: Path) -> tuple[Wording, ...]:
    """Read the wordings, the one that is asked with now last.

    Raises:
        ContentError: The file is broken; names each place.
    """
    raw = read_yaml(path)
    items = plain(raw.get("consents"))
    if not isinstance(items, list) or not items:
        raise ContentError(path, "must hold a list under 'consents:'.", 1)
    wordings: list[Wording] = []
    problems: list[ContentError] = []
    for index, item in enumerate(items):
        try:
            wordings.append(Wording.model_validate(item))
        except ValidationError as error:
            problems += [
                ContentError(
                    path,
                    f"{'.'.join(map(str, found['loc']))}: {in_words(found)}.",
                    line_at(raw, ("consents", index, *found["loc"])),
                )
                for found in error.errors()
            ]
    names = [wording.version for wording in wordings]
    if len(set(names)) < len(names):
        problems.append(ContentError(path, "two wordings have the same version; give each its own.", 1))
    if problems:
        raise BrokenContentError(problems)
    return tuple(wordings)
