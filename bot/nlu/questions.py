"""Which questions a message asks, once the whole of it and its clauses have been classified."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.nlu.entity_matcher import FoundEntity
from bot.nlu.intent_model import RankedIntent

Values = Mapping[str, tuple[str, ...]]

# What people say around a question; it needs no reply of its own when a question stands beside it.
SMALL_TALK = frozenset({"greet", "goodbye", "thank_you", "affirm", "deny", "bot_challenge", "helpful", "not_helpful"})
# What is told about oneself often looks like one of these; only a question makes it one.
_NEED_ASKING = frozenset({"personal_medical_advice", "out_of_scope"})

# What goes on about the last answer; beside a clause of the same message it goes on about that one instead.
FOLLOW_UPS = frozenset({"tell_more", "switch_treatment"})


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A stretch of a message that may be a question.

    Attributes:
        start: Where it begins in the message's text.
        end: Where it ends (exclusive).
        asks: Whether it has the form of a question.
        ranking: Its likeliest intents, likeliest first.
        values: The values of the entities it names, by kind.
    """

    start: int
    end: int
    asks: bool
    ranking: tuple[RankedIntent, ...]
    values: Values = field(default_factory=dict)

    @property
    def intent(self) -> str:
        """Its likeliest intent."""
        return self.ranking[0].name

    @property
    def confidence(self) -> float:
        """How sure its likeliest intent is."""
        return self.ranking[0].confidence


@dataclass(frozen=True, kw_only=True)
class Thresholds:
    """When a clause counts as a question of its own.

    Attributes:
        asked: The confidence that a clause with the form of a question needs.
        told: The confidence that any other clause needs when some clause has the form of a question.
    """

    asked: float
    told: float


def choose_questions(whole: Candidate, clauses: Sequence[Candidate], thresholds: Thresholds) -> list[Candidate]:
    """Choose what to reply to: some of the clauses, or the message as one question.

    Args:
        whole: The message as one question.
        clauses: Its clauses, in order.
        thresholds: When a clause counts.

    Returns:
        At least one question, in order; what a clause leaves open is filled in from the rest of the message.
    """
    if len(clauses) < 2:  # One clause is the message itself.
        return [whole]
    sure = [clause for clause in clauses if clause.intent not in FOLLOW_UPS and _is_sure(clause, clauses, thresholds)]
    chosen = _merged([clause for clause in sure if clause.intent not in SMALL_TALK] or sure)
    if not chosen:
        return [whole]
    if len(chosen) == 1 and whole.confidence > chosen[0].confidence and whole.intent not in SMALL_TALK:
        return [whole]
    return [_completed(question, clauses) for question in chosen]


def are_questions_of_their_own(parts: Sequence[Candidate], thresholds: Thresholds) -> bool:
    """Say whether every item of a list ("side effects and cost of PRP") is surely another question about a topic.

    Args:
        parts: The items.
        thresholds: When a clause counts.
    """
    topics = {part.intent for part in parts if part.confidence >= thresholds.asked and part.intent.startswith("ask_")}
    return len(parts) > 1 and len(topics) == len(parts)


def _is_sure(clause: Candidate, clauses: Sequence[Candidate], thresholds: Thresholds) -> bool:
    only_tells = not clause.asks and any(other.asks for other in clauses)
    if only_tells and clause.intent in _NEED_ASKING:
        return False
    return clause.confidence >= (thresholds.told if only_tells else thresholds.asked)


def _merged(questions: Sequence[Candidate]) -> list[Candidate]:
    """Make one of clauses that ask the same, unless they ask it about different treatments."""
    merged: list[Candidate] = []
    for question in questions:
        for index, other in enumerate(merged):
            treatments = {question.values.get("treatment", ()), other.values.get("treatment", ())} - {()}
            if other.intent == question.intent and len(treatments) <= 1:
                merged[index] = _joined(other, question)
                break
        else:
            merged.append(question)
    return merged


def _joined(first: Candidate, second: Candidate) -> Candidate:
    surer = first if first.confidence >= second.confidence else second
    values = {
        kind: tuple(dict.fromkeys((*first.values.get(kind, ()), *second.values.get(kind, ()))))
        for kind in {**first.values, **second.values}
    }
    return replace(surer, values=values)


def _completed(question: Candidate, clauses: Sequence[Candidate]) -> Candidate:
    """Fill in the entities that a clause leaves open.

    The treatment comes from the nearest clause before it, else after it; conditions, body parts and medicines only
    from what was told before it ("I take Eliquis. Do I have to stop?").
    """
    before = [clause for clause in clauses if clause.start < question.start][::-1]
    after = [clause for clause in clauses if clause.start > question.start]
    values = dict(question.values)
    for kind in ("treatment", "condition", "body_part", "medicine"):
        near = [*before, *after] if kind == "treatment" else [clause for clause in before if not clause.asks]
        if not values.get(kind):
            values[kind] = next((clause.values[kind] for clause in near if clause.values.get(kind)), ())
    return replace(question, values=values)


def values_between(entities: Sequence[FoundEntity], start: int, end: int) -> dict[str, tuple[str, ...]]:
    """Return the values of the entities in a stretch of text, by kind, each once, in order.

    Args:
        entities: The entities of the whole message.
        start: Where the stretch begins.
        end: Where it ends (exclusive).
    """
    values: dict[str, tuple[str, ...]] = {}
    for entity in entities:
        if start <= entity.start and entity.end <= end:
            values[entity.kind] = tuple(dict.fromkeys((*values.get(entity.kind, ()), entity.value)))
    return values
