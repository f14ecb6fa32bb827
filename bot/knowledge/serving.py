"""Which answer a patient gets: what may be served at all, and which of several answers wins. Nothing else decides it.

`store` puts `Rules` to the database, whoever looks answers up asks `winner` or `comparison_of`: a patient's question, a
text that staff insert, the grid of coverage, the trial of a draft, and the search for related topics.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.clinic import Clinic
from bot.knowledge.models import AnswerVersion


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What may be served: the approved version that was written last, while its review lasts.

    Attributes:
        today: The day it is at the clinic; a review that ran out before it ends the service.
        samples: Whether sample answers, which no clinician has reviewed, are served too; never in production.
    """

    today: dt.date
    samples: bool


RulesNow = Callable[[], Rules]
"""Gives the rules of this moment: the day changes while Frontdesk runs."""


def rules_of(clinic: Clinic, *, production: bool) -> RulesNow:
    """Say what a clinic serves: in production nothing that no clinician has reviewed."""
    return lambda: Rules(today=clinic.today(), samples=not production)


@dataclass(frozen=True, kw_only=True)
class ServedAnswer:
    """An answer with the version that may be served today."""

    answer_id: str
    topic: str
    treatments: tuple[str, ...]
    compared_with: tuple[str, ...]
    is_general: bool
    version: AnswerVersion


def winner(answers: Iterable[ServedAnswer], *, treatment: str, topic: str) -> ServedAnswer | None:
    """Give the answer to a question about one treatment, of those that may be served; None if there is none.

    The treatment's own answer comes before a general one, and one for fewer treatments before one for more; an answer
    is never given for a treatment that it does not list.
    """
    fitting = [answer for answer in answers if answer.topic == topic and treatment in answer.treatments]
    return min(fitting, key=lambda one: (one.is_general, len(one.treatments), one.answer_id), default=None)


def comparison_of(
    answers: Iterable[ServedAnswer], *, treatments: Iterable[str], alternatives: Iterable[str], topic: str
) -> ServedAnswer | None:
    """Give the answer that compares exactly these treatments and alternatives, or None."""
    wanted = (frozenset(treatments), frozenset(alternatives))
    fitting = [answer for answer in answers if answer.topic == topic and compared_in(answer) == wanted]
    return min(fitting, key=lambda one: one.answer_id, default=None)


def compared_in(answer: ServedAnswer) -> tuple[frozenset[str], frozenset[str]]:
    """Give what a comparison is about: the treatments and the alternatives."""
    return frozenset(answer.treatments), frozenset(answer.compared_with)
