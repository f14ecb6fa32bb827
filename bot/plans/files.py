"""The plan files of data/knowledge/plans: read, and looked through as answers are."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import partial
from pathlib import Path

from pydantic import ValidationError

from bot.claims.rules import check_claims, more_than_advice
from bot.clinic import Clinic
from bot.errors import BrokenContentError, ContentError
from bot.knowledge.files.entries import ClaimEntry
from bot.knowledge.files.readability import grade
from bot.plans.entries import Plan, Plans, Step
from bot.plans.wording import PLACES, filled_for_reading
from bot.reading.mistakes import in_words
from bot.yaml_file import as_written, line_at, plain, read_plain, read_yaml

FOLDER = "plans"
HIGHEST_GRADE = 6.0
"""Below that of answers: it comes unasked, on a small screen, perhaps on a bad day."""
POLICY = "clinic-policy"
LEFT_TO_CLINIC = "as your clinic tells you"
"""What a plan says of medicines: it never says more."""
_SENTENCE = re.compile(r"[^.?!]+(?:[.?!](?!\s|$)[^.?!]*)*[.?!]*")
_DATES = ("{appointment.day}", "{appointment.time}")
_BRACES = re.compile(r"\{([^{}]*)\}")
_CLINIC_VALUES = frozenset(f"clinic.{name}" for name in Clinic.model_fields)


def load_plans(folder: Path) -> Plans:
    """Read the plans.

    Args:
        folder: data/knowledge; it may have no plans.

    Raises:
        BrokenContentError: A file is broken; all that is wrong, each with its line.
    """
    problems: list[ContentError] = []
    plans: dict[tuple[str, str], Plan] = {}
    for path in sorted((folder / FOLDER).glob("*.yml")):
        try:
            plan = Plan.model_validate(read_plain(path))
        except ContentError as error:
            problems.append(error)
            continue
        except ValidationError as error:
            raw = read_yaml(path)
            problems += [
                ContentError(
                    path,
                    f"{'.'.join(map(str, found['loc']))}: {in_words(found, partial(as_written, path))}.",
                    line_at(raw, found["loc"]),
                )
                for found in error.errors()
            ]
            continue
        key = (plan.treatment, plan.language)
        if key in plans:
            problems.append(ContentError(path, f"there is another plan for {' in '.join(key)}; keep one.", 1))
        plans[key] = plan
    if problems:
        raise BrokenContentError(problems)
    return plans


def plan_problems(
    folder: Path,
    clinic: Clinic,
    *,
    treatments: Collection[str],
    sources: Collection[str],
    facts: Collection[str],
) -> list[ContentError]:
    """List what stands in the way of the plans' approval, each with its file and line.

    Args:
        folder: data/knowledge, whose plans can be read.
        clinic: Whose values the plans hold.
        treatments: The treatments there are.
        sources: The ids of the sources there are.
        facts: Those of the facts.
    """
    problems = []
    for path in sorted((folder / FOLDER).glob("*.yml")):
        raw = read_yaml(path)
        plan = Plan.model_validate(plain(raw))
        if plan.treatment not in treatments:
            problem = f"there is no treatment '{plan.treatment}' in treatments.yml."
            problems.append(ContentError(path, problem, line_at(raw, ("treatment",))))
        for place, step in enumerate(plan.messages):
            problems += [
                ContentError(path, f"{step.id}: {text}.", line_at(raw, ("messages", place, *inner)))
                for inner, text in step_problems(step, clinic, sources, facts)
            ]
    return problems


def step_problems(
    step: Step, clinic: Clinic, sources: Collection[str], facts: Collection[str]
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Give what stands in the way of a message's approval, each with its place in the message.

    Args:
        step: The message.
        clinic: Whose values it holds.
        sources: The ids of the sources there are.
        facts: Those of the facts.
    """
    for warning in check_claims(step.words):
        yield ("says",), f"says “{' '.join(warning.found.split())}”: {warning.reason.rstrip('.')}"
    measured = grade(filled_for_reading(step, clinic))
    if measured > HIGHEST_GRADE:
        words = "use shorter words and sentences"
        yield ("says",), f"reads at grade {measured}; at most {HIGHEST_GRADE:g} is allowed: {words}"
    for index, claim in enumerate(step.says):
        for inner, problem in _claim_problems(claim, clinic, sources, facts):
            yield ("says", index, inner), problem


def _claim_problems(
    claim: ClaimEntry, clinic: Clinic, sources: Collection[str], facts: Collection[str]
) -> Iterator[tuple[str, str]]:
    for name in _BRACES.findall(claim.text):
        if name not in PLACES and name not in _CLINIC_VALUES:
            yield "text", f"there is no value '{name}'; there are {', '.join(sorted(PLACES))}, and clinic.yml's"
    for name in claim.cites:
        if name not in facts and name not in sources:
            yield "cites", f"there is no fact or source '{name}'"
        elif name in sources and name != POLICY:
            yield "cites", f"cites {name} without a fact of facts.tsv that shows it"
    more = None if claim.cites else next(filter(None, map(more_than_advice, _told_in(claim.text))), None)
    if more is not None:
        yield "text", f"“{more}” cites nothing, and is no plain advice"
    if re.search(rf"\b{re.escape(clinic.emergency_number)}\b", claim.text):
        yield "text", "holds the emergency number: write {clinic.emergency_number}"


def _told_in(text: str) -> Iterator[str]:
    """Give the sentences that must rest on something: no question, no date, nothing that is left to the clinic."""
    for sentence in _SENTENCE.findall(text):
        if not (sentence.endswith("?") or any(date in sentence for date in _DATES) or LEFT_TO_CLINIC in sentence):
            yield sentence.strip()
