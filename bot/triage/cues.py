"""The kinds of words that say how a report is meant, and the single words that steer how far they reach."""

from __future__ import annotations

from dataclasses import dataclass

KINDS = (
    "negation", "firm_negation", "short_negation", "not_negation", "fine_after",
    "past", "past_short", "not_past", "past_time", "present", "right_now", "resolved", "long_standing",
    "hypothetical", "not_hypothetical", "question_opening", "normal_question", "not_question",
    "risk_question", "strong_question", "chance_of", "risk_after", "someone_else", "acquaintance", "help_question",
    "since_procedure", "found_by_doctor", "known_disease", "under_treatment",
    "fine_here", "year", "month", "weeks_ago", "onset", "lifelong", "figure", "declined",
)  # fmt: skip
WHOLE_KINDS = (
    "worsening",
    "operation",
    "lasting",
    "recent",
    "cleared",
    "own_case",
    "returned",
    "recovered",
    "fiction",
)  # Count wherever they stand.
WORD_LISTS = ("new_thought", "personal", "first_person", "aux", "verbs", "states", "asked_about")


@dataclass(frozen=True, kw_only=True, slots=True)
class CueWords:
    """The single words that steer how far cues reach."""

    new_thought: frozenset[str]
    personal: frozenset[str]
    first_person: frozenset[str]
    aux: frozenset[str]
    verbs: frozenset[str]
    states: frozenset[str]
    asked_about: frozenset[str]
