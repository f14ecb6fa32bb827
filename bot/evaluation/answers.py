"""How well the bot answers beyond single topics: what is none of its business, facts, and dialogues."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.evaluation.datasets import ExpectedDialogue, ExpectedTurn, FactAsked, FactQuestion, LabelledText
from bot.evaluation.metrics import Outcome, Share
from bot.evaluation.replies import answers, confidence, told, topics_given, treatments_named
from bot.reply import Reply

Replies = tuple[Reply, ...]

OUT_OF_SCOPE_ANSWERED = "out of scope answered"
FACTS_CITED = "facts answered and cited"
SINGLE_FACTS_TOLD = "single facts told"
SINGLE_FACTS_FIRST = "single facts told first of all"
TURNS_RIGHT = "dialogue turns right"


def out_of_scope_share(items: Sequence[LabelledText], replies: Sequence[Replies]) -> Share:
    """Measure how much of what is not ours was answered all the same."""
    outcomes = [
        Outcome(
            id=item.id,
            text=item.text,
            wanted="no answer",
            got=told(given),
            right=not answers(given),
            confidence=confidence(given),
            group=item.label or "",
        )
        for item, given in zip(items, replies, strict=True)
    ]
    return Share(name=OUT_OF_SCOPE_ANSWERED, outcomes=outcomes, of_errors=True)


def fact_share(items: Sequence[FactQuestion], replies: Sequence[Replies]) -> Share:
    """Measure whether the question about a fact gets the answer that states it, with a citation."""
    outcomes = [
        Outcome(
            id=item.id,
            text=item.text,
            wanted=item.answer_id,
            got=told(given),
            right=any(
                reply.answer_id == item.answer_id and item.sources & {source.id for source in reply.citations}
                for reply in given
            ),
            confidence=confidence(given),
        )
        for item, given in zip(items, replies, strict=True)
    ]
    return Share(name=FACTS_CITED, outcomes=outcomes)


def told_shares(items: Sequence[FactAsked], replies: Sequence[Replies]) -> tuple[Share, Share]:
    """Measure whether a question about a single fact gets approved answers that tell it, and in their first words."""

    def anywhere(given: Replies) -> str:
        return " ".join(reply.text for reply in answers(given))

    def first(given: Replies) -> str:
        return next((reply.short or reply.text for reply in answers(given)), "")

    return (
        _told_share(SINGLE_FACTS_TOLD, items, replies, anywhere),
        _told_share(SINGLE_FACTS_FIRST, items, replies, first),
    )


def _told_share(
    name: str, items: Sequence[FactAsked], replies: Sequence[Replies], words: Callable[[Replies], str]
) -> Share:
    outcomes = [
        Outcome(
            id=item.id,
            text=item.text,
            wanted=item.told.pattern,
            got=told(given),
            right=bool(item.told.search(words(given))),
            confidence=confidence(given),
        )
        for item, given in zip(items, replies, strict=True)
    ]
    return Share(name=name, outcomes=outcomes)


def dialogue_share(items: Sequence[ExpectedDialogue], replies: Sequence[Sequence[Replies]]) -> Share:
    """Measure the turns of dialogues."""
    outcomes = [
        Outcome(
            id=f"{item.id}.{number}",
            text=turn.text,
            wanted=_wanted(turn),
            got=told(given),
            right=_as_expected(turn, given),
            confidence=confidence(given),
            group=item.id,
        )
        for item, turns in zip(items, replies, strict=True)
        for number, (turn, given) in enumerate(zip(item.turns, turns, strict=True), 1)
    ]
    return Share(name=TURNS_RIGHT, outcomes=outcomes)


def _wanted(turn: ExpectedTurn) -> str:
    named = f" about {', '.join(sorted(turn.treatments))}" if turn.treatments else ""
    return f"{turn.kind or 'any'}({turn.topic}){named}" if turn.topic else f"{turn.kind or 'any'}{named}"


def _as_expected(turn: ExpectedTurn, replies: Replies) -> bool:
    return (
        (turn.kind is None or turn.kind in {reply.kind.value for reply in replies})
        and (turn.topic is None or turn.topic in topics_given(replies))
        and (turn.treatments is None or turn.treatments <= treatments_named(replies))
    )
