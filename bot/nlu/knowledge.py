"""What the components read from data/knowledge, the folder that a clinic edits."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from bot.errors import ContentError
from bot.paragraphs import answer_id
from bot.yaml_file import line_of, read_plain, read_yaml

TREATMENTS = "data/knowledge/treatments.yml"
TOPICS = "data/knowledge/topics.yml"
ANSWERS = "data/knowledge/answers"
ASKED = "data/knowledge/asked"
LOOK_ALIKE_MEDICINES = "data/knowledge/look_alike_medicines.yml"
_LOOK_ALIKES = "look_alike_medicines"
_ALTERNATIVE, _GENERAL = "alternative", "general"


@dataclass(frozen=True, kw_only=True)
class Paragraph:
    """A paragraph of an answer.

    Attributes:
        answer: The answer's id.
        heading: The answer's topic as a question, and the names of its treatments.
        text: The paragraph as it is written.
        treatments: The treatments that the answer is about.
        general: Whether it is about treatments in general.
        cites: The facts and sources that it rests on.
    """

    answer: str
    heading: str
    text: str
    treatments: frozenset[str] = frozenset()
    general: bool = False
    cites: frozenset[str] = frozenset()


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


def paragraphs(answers: Path, topics: Path, treatments: Path) -> list[Paragraph]:
    """Read every paragraph of every answer: its short text, and its details.

    Args:
        answers: The folder of answers, which `frontdesk knowledge check` holds to its form.
        topics: topics.yml.
        treatments: treatments.yml.

    Raises:
        ContentError: A file is no YAML; names the line.
    """
    questions = {row["slug"]: str(row["question"]) for row in read_plain(topics)["topics"]}
    rows = read_plain(treatments)["treatments"]
    names = {row["slug"]: f"{row['name']} {row['short_name']}" for row in rows}
    general = {row["slug"] for row in rows if row["kind"] == _GENERAL}
    found = []
    for path in sorted(answers.glob("*.yml")):
        file = read_plain(path)
        home = str(file.get("treatment"))
        for answer in file.get("answers") or ():
            about = [*answer.get("treatments", [home]), *answer.get("compared_with", ())]
            asked = questions.get(answer["topic"], "").replace("{treatment}", "")
            heading = " ".join([asked, *(names.get(slug, "") for slug in about)])
            identity = str(answer.get("id") or answer_id(home, answer["topic"]))
            claims = [answer["short"], *answer.get("details", ())]
            found += [
                Paragraph(
                    answer=identity,
                    heading=heading,
                    text=str(claim["text"]),
                    treatments=frozenset(about),
                    general=general >= set(about),
                    cites=frozenset(map(str, claim.get("cites") or ())),
                )
                for claim in claims
            ]
    return found
