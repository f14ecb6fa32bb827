"""What an answer must be besides well formed: plain to read, and without a promise."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from bot.claims.rules import check_claims, more_than_advice
from bot.clinic import Clinic
from bot.knowledge.files.content import Content
from bot.knowledge.files.entries import AnswerEntry, ParagraphEntry
from bot.knowledge.files.filler import repeated, slow_start
from bot.knowledge.files.readability import HIGHEST_GRADE, grade
from bot.knowledge.files.sources import source_problems
from bot.knowledge.files.standing_alone import leaning
from bot.reply import SMS_LETTERS
from bot.responses import FixedResponses


def spoken(entry: AnswerEntry, clinic: Clinic, unset: Callable[[str], str]) -> str:
    """Give an answer's text as a patient reads it, the clinic's own values filled in."""
    return "\n\n".join(clinic.fill(part, unset) for part in entry.texts())


def problems_of(entry: AnswerEntry, clinic: Clinic, unset: Callable[[str], str]) -> list[str]:
    """List what stands in the way of an answer's approval, besides its names."""
    found = [
        f"says “{' '.join(warning.found.split())}”: {warning.reason}"
        for warning in check_claims(" \n".join(entry.texts()))
    ]
    found += text_message_problems(entry)
    found += uncited(entry)
    found += [leans for claim in entry.details if (leans := leaning_problem(claim)) is not None]
    found += [leans for claim in entry.details if (leans := leaning_drawing(claim)) is not None]
    start = slow_start(entry)
    found += [] if start is None else [start]
    number = clinic.emergency_number
    if any(
        re.search(rf"\b(?:call|dial|ring)\b[^.]{{0,20}}\b{re.escape(number)}\b", text, re.I) for text in entry.texts()
    ):
        found.append(f"holds the emergency number {number}: write {{clinic.emergency_number}}")
    measured = grade(spoken(entry, clinic, unset))
    if measured > HIGHEST_GRADE:
        found.append(
            f"reads at grade {measured}; at most {HIGHEST_GRADE:g} is allowed: use shorter words and sentences"
        )
    return found


def uncited(entry: AnswerEntry) -> list[str]:
    """List what an answer says without a source that is more than what to ask, tell us or do."""
    return [
        f"says “{more}” without a source, which is more than plain advice"
        for claim in entry.details
        if not claim.cites and (more := more_than_advice(claim.text)) is not None
    ]


def text_message_problems(entry: AnswerEntry) -> list[str]:
    """Say why what a text message says of an answer cannot be read alone, or is too long to be sent.

    That is its own words for that, else its short answer.
    """
    if entry.sms is not None:
        leans = leaning(entry.sms.text)
        return [] if leans is None else [f"has a text message that leans on the answer (“{leans}”): let it stand alone"]
    found = []
    leans = leaning(entry.short.text)
    if leans is not None:
        found.append(f"has a short answer that a text message cannot say (“{leans}”): let it stand alone, or write sms")
    letters = len(entry.short.text)
    if letters > SMS_LETTERS:
        found.append(f"has a short answer of {letters} letters; a text message says {SMS_LETTERS} at most: write sms")
    return found


def leaning_drawing(claim: ParagraphEntry) -> str | None:
    """Say why the words for a drawing do not stand for it; None if they do, or there is none."""
    words = None if claim.drawing is None else leaning(claim.drawing.alt)
    if words is None:
        return None
    return f"has words for a drawing that lean on the paragraph (“{words}”): let them stand alone"


def leaning_problem(claim: ParagraphEntry) -> str | None:
    """Say why a paragraph about a condition cannot be read alone; None if it can, or never is."""
    words = leaning(claim.text) if claim.about else None
    if words is None:
        return None
    return f"has a paragraph about {', '.join(claim.about)} that leans on its neighbour (“{words}”): let it stand alone"


def content_problems(content: Content, clinic: Clinic, responses: FixedResponses) -> Sequence[str]:
    """List what is wrong with the wording of a whole content folder, each with the answer's or the source's id."""
    of_each = [
        f"{entry.id}: {problem}."
        for entry in content.answers
        for problem in problems_of(entry, clinic, responses.unset)
    ]
    of_each += [
        f"{entry.id}: says when to call in words of its own (“{sentence}”): take those of when_to_call.yml."
        for entry in content.answers
        for sentence in content.when_to_call.said_otherwise(entry)
    ]
    of_each += [
        f"{entry.id}: says when to call, but its text message does not: end sms with the short words of it."
        for entry in content.answers
        if content.when_to_call.unsaid_by_text(entry)
    ]
    of_sources = [f"{problem}." for source in content.sources for problem in source_problems(source)]
    of_many = [
        f"“{sentence}” stands in {len(ids)} answers ({', '.join(ids)}): say it in fewer."
        for sentence, ids in repeated(
            (entry for entry in content.answers if not entry.is_draft), besides=content.when_to_call.words
        )
    ]
    return [*of_each, *of_sources, *of_many]
