"""Measuring the whole road on labelled sets: what a patient would read, held against what is right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.bootstrap import Services
from bot.evaluation.answers import dialogue_share, fact_share, out_of_scope_share, told_shares
from bot.evaluation.calibration import Judged
from bot.evaluation.datasets import Datasets
from bot.evaluation.dialogue import Dialogue, talk_all
from bot.evaluation.metrics import Share
from bot.evaluation.red_flags import levels_of_road, red_flag_shares
from bot.evaluation.replies import answers
from bot.evaluation.understanding import Reading, Replies, question_shares, readings

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, kw_only=True)
class Measured:
    """Everything that was measured through the whole road.

    Attributes:
        red_flags: Figures of danger; empty where the set is.
        shares: All other figures whose set is not empty.
        readings: What each single question was taken for.
        served: Confidence and rightness of each answer that was given to a question or to what is out of scope.
    """

    red_flags: tuple[Share, ...]
    shares: tuple[Share, ...]
    readings: tuple[Reading, ...]
    served: tuple[Judged, ...]


async def measure(services: Services, sets: Datasets, progress: Progress) -> Measured:
    """Measure everything that the sets hold.

    Args:
        services: A running Frontdesk.
        sets: What to measure with.
        progress: Told the name of a set, how many of it are done, and of how many.
    """

    async def ask(items: Sequence[_Item], name: str) -> list[Replies]:
        said = [Dialogue(id=item.id, turns=(item.text,)) for item in items]
        return [turns[0] for turns in await _talk(services, said, name, progress)]

    flags = await ask(sets.red_flags, "red flags")
    questions = await ask(sets.questions, "questions")
    strays = await ask(sets.out_of_scope, "out of scope")
    facts = await ask(sets.facts, "facts")
    single_facts = await ask(sets.single_facts, "single facts")
    spoken = [Dialogue(id=item.id, turns=tuple(turn.text for turn in item.turns)) for item in sets.dialogues]
    dialogues = await _talk(services, spoken, "dialogues", progress)
    shares = [
        *question_shares(sets.questions, questions),
        out_of_scope_share(sets.out_of_scope, strays),
        fact_share(sets.facts, facts),
        *told_shares(sets.single_facts, single_facts),
        dialogue_share(sets.dialogues, dialogues),
    ]
    return Measured(
        red_flags=_filled(red_flag_shares(sets.red_flags, levels_of_road(flags))),
        shares=_filled(shares),
        readings=tuple(readings(sets.questions, questions)),
        served=(
            *(
                one
                for item, given in zip(sets.questions, questions, strict=True)
                for one in _served(given, item.topics)
            ),
            *(one for given in strays for one in _served(given, ())),
        ),
    )


class _Item(Protocol):
    @property
    def id(self) -> str: ...

    @property
    def text(self) -> str: ...


def _served(given: Replies, topics: Sequence[str]) -> list[Judged]:
    return [
        Judged(confidence=reply.confidence, right=reply.topic in topics)
        for reply in answers(given)
        if reply.confidence is not None
    ]


def _filled(shares: Sequence[Share]) -> tuple[Share, ...]:
    return tuple(share for share in shares if share.total)


async def _talk(
    services: Services, dialogues: Sequence[Dialogue], name: str, progress: Progress
) -> list[tuple[Replies, ...]]:
    replies = []
    async for one in talk_all(services, dialogues):
        replies.append(one.replies)
        progress(name, len(replies), len(dialogues))
    return replies
