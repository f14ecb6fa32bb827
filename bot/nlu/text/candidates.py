"""The candidates for questions of a message: its clauses, put together or cut finer where the classifier is surer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.confidence import CLEAR_FROM
from bot.nlu.text.clauses import split_clauses
from bot.nlu.text.lists import carried, halves, items
from bot.nlu.text.question_forms import Clause, joined
from bot.nlu.text.questions import FOLLOW_UPS, SMALL_TALK, Candidate, Thresholds, is_topic, shares
from bot.nlu.text.words import Word

Read = Callable[[Clause], "Candidate | None"]


@dataclass(frozen=True)
class _Classified:
    clause: Clause
    candidate: Candidate


def candidates_of(
    text: str, words: Sequence[Word], whole: Candidate, read: Read, thresholds: Thresholds
) -> list[Candidate]:
    """Find the candidates for questions of a message.

    Args:
        text: What the patient typed.
        words: Its words.
        whole: The message as one question.
        read: Classifies a stretch; None if there is nothing to read, or nothing but names.
        thresholds: When a candidate counts.

    Returns:
        The candidates in order; a single one for a message that is one question.
    """
    clauses = split_clauses(text, words)
    if len(clauses) < 2:
        return [one.candidate for one in _cut(_Classified(Clause(tuple(words), asks=True), whole), read, thresholds)]
    read_clauses = [(clause, read(clause)) for clause in clauses]
    classified = [_Classified(clause, candidate) for clause, candidate in read_clauses if candidate is not None]
    known = {len(words): whole}
    classified = _put_together(classified, lambda clause: known.get(len(clause.words)) or read(clause), thresholds)
    return [half.candidate for one in classified for half in _cut(one, read, thresholds)]


def _put_together(classified: Sequence[_Classified], read: Read, thresholds: Thresholds) -> list[_Classified]:
    """Join what is told to the question that rests on it: "I am pregnant, could I have it?"."""
    done: list[_Classified] = []
    for one in classified:
        before = done[-1] if done else None
        both = _rested_on(before, one, read, thresholds) if before is not None else None
        if both is None:
            done.append(one)
        else:
            done[-1] = both
    return done


def _rested_on(told: _Classified, asked: _Classified, read: Read, thresholds: Thresholds) -> _Classified | None:
    if told.clause.opens or not asked.clause.opens or told.candidate.intent in SMALL_TALK | FOLLOW_UPS:
        return None
    topic_of_its_own = told.clause.asks and told.candidate.confidence >= thresholds.asked
    if topic_of_its_own and asked.candidate.confidence >= CLEAR_FROM:
        return None
    clause = joined(told.clause, asked.clause)
    both = read(clause)
    if both is None or not is_topic(both.intent) or both.confidence < thresholds.asked:
        return None
    if told.clause.asks and both.intent == told.candidate.intent and told.candidate.confidence >= thresholds.shared:
        # "FDA approved? what does it do in a joint": together they ask the first of them again, and drop the second.
        return None
    return _Classified(clause, both) if both.confidence > asked.candidate.confidence else None


def _cut(one: _Classified, read: Read, thresholds: Thresholds) -> list[_Classified]:
    """Cut a clause where both halves are surely about different topics: "cost and recovery time of PRP"."""
    listed = [(clause, read(clause)) for clause in items(one.clause.words)]
    found = [_Classified(clause, candidate) for clause, candidate in listed if candidate is not None]
    if listed and len(found) == len(listed) and _are_topics([each.candidate for each in found], thresholds):
        return found
    for left, right in halves(one.clause.words):
        first = read(left)
        # "Can I drive and go to the gym": what opens the first half may be meant for the second as well.
        for half in (right, carried(left, right)):
            second = read(half) if half is not None and first is not None else None
            if half is None or first is None or second is None:
                continue
            if _are_two(one.candidate, (left, first), (half, second), thresholds, shared=half is not right):
                halved = (_Classified(left, first), _Classified(half, second))
                return [finer for half in halved for finer in _cut(half, read, thresholds)]
    return [one]


def _are_topics(candidates: Sequence[Candidate], thresholds: Thresholds) -> bool:
    """Say whether the items of a list are all questions about different topics."""
    different = {candidate.intent for candidate in candidates}
    return len(different) == len(candidates) and all(
        is_topic(candidate.intent) and candidate.confidence >= thresholds.asked for candidate in candidates
    )


def _are_two(
    whole: Candidate,
    left: tuple[Clause, Candidate],
    right: tuple[Clause, Candidate],
    thresholds: Thresholds,
    *,
    shared: bool,
) -> bool:
    candidates = [left[1], right[1]]
    intents = [candidate.intent for candidate in candidates]
    if intents[0] == intents[1] or not all(is_topic(intent) for intent in intents):
        return False
    # Halves that mean something else than the whole are torn from it.
    if whole.confidence >= thresholds.asked and whole.intent not in intents:
        return False
    # "Is it safe and effective": what opens the first half holds for the second, so both have to be clear.
    open_both = right[0].opens and not shared
    return all(
        candidate.confidence >= _needed(clause, candidate, whole, open_both, thresholds)
        for clause, candidate in (left, right)
    )


def _needed(half: Clause, candidate: Candidate, whole: Candidate, open_both: bool, thresholds: Thresholds) -> float:  # noqa: FBT001
    if half.opens and open_both:
        return thresholds.asked
    needed = thresholds.item if half.asks else thresholds.told
    return min(needed, thresholds.shared) if shares(whole, candidate.intent) else needed
