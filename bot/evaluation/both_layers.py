"""Measuring the two layers that look for danger: the red-flag rules, and what Rasa learned, together and apart."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bot.bootstrap import Services
from bot.evaluation.datasets import Datasets
from bot.evaluation.metrics import Share
from bot.vocabulary import Intents, ReplyKind

AT_ONCE = 8
_EMERGENCIES = frozenset({Intents.REPORT_EMERGENCY, Intents.REPORT_CRISIS})


async def both_layer_shares(services: Services, sets: Datasets) -> list[Share]:
    """Measure recall of each level and false alarms of both layers, and what the second one adds.

    Args:
        services: A running Frontdesk.
        sets: What to measure with: the messages about danger, and the questions, of which none is one.
    """
    emergency, same_day = Share(name="both layers: emergency recall"), Share(name="both layers: same-day recall")
    alone = Share(name="second layer alone: recall")
    caught = Share(name="missed by the rules, caught by the second layer")
    alarms, on_questions = Share(name="both layers: false alarms"), Share(name="both layers: false alarms on questions")
    reports = await _reports(services, [item.text for item in sets.red_flags])
    for item, report in zip(sets.red_flags, reports, strict=True):
        card = services.receive.card_for(item.text)
        kind = None if card is None else card.reply.kind
        line = f"{item.id} rules {kind.value if kind else 'nothing'}, second {report or 'nothing'}: {item.text}"
        raised = card is not None or report is not None
        if item.label is None:
            _count_alarm(alarms, line, raised=raised)
            continue
        # A card of the rules ends the turn, so the second layer cannot make an urgent one an emergency.
        is_emergency = kind is ReplyKind.EMERGENCY or (kind is None and report in _EMERGENCIES)
        (emergency if item.label == "emergency" else same_day).count(
            hit=is_emergency if item.label == "emergency" else raised, miss=line
        )
        alone.count(hit=report is not None, miss=line)
        if card is None:
            caught.count(hit=report is not None, miss=line)
    questions = [item.text for item in sets.questions]
    for text, report in zip(questions, await _reports(services, questions), strict=True):
        raised = report is not None or services.receive.card_for(text) is not None
        _count_alarm(on_questions, f"second {report or 'nothing'}: {text}", raised=raised)
    return [emergency, same_day, alone, caught, alarms, on_questions]


def _count_alarm(alarms: Share, line: str, *, raised: bool) -> None:
    # What is listed are the alarms, so a hit is kept as the "miss" line.
    alarms.total += 1
    alarms.hits += raised
    if raised:
        alarms.misses.append(line)


async def _reports(services: Services, texts: Sequence[str]) -> list[str | None]:
    limit = asyncio.Semaphore(AT_ONCE)

    async def one(text: str) -> str | None:
        async with limit:
            return await services.rasa.report(text)

    return await asyncio.gather(*(one(text) for text in texts))
