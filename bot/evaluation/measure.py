"""Measuring the whole road on labelled sets: what a patient would read, held against what is right."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.bootstrap import Services
from bot.evaluation.both_layers import both_layer_shares
from bot.evaluation.datasets import Datasets, ExpectedTurn, TopicQuestion
from bot.evaluation.dialogue import Dialogue, Talked, talk_all
from bot.evaluation.metrics import Share
from bot.reply import Reply
from bot.vocabulary import ReplyKind

Progress = Callable[[str, int, int], None]
CARDS = {ReplyKind.EMERGENCY, ReplyKind.URGENT}


async def measure(services: Services, sets: Datasets, progress: Progress) -> list[Share]:
    """Measure everything that the sets hold.

    Args:
        services: A running Frontdesk.
        sets: What to measure with.
        progress: Told the name of a set, how many of it are done, and of how many.
    """
    shares = [*red_flag_shares(services, sets), *await both_layer_shares(services, sets)]
    questions = [Dialogue(id=item.id, turns=(item.text,)) for item in sets.questions]
    talked = await _talk(services, questions, "questions", progress)
    shares += question_shares(sets.questions, talked)
    strays = [Dialogue(id=item.id, turns=(item.text,)) for item in sets.out_of_scope]
    shares += out_of_scope_shares(sets, await _talk(services, strays, "out of scope", progress))
    facts = [Dialogue(id=item.id, turns=(item.text,)) for item in sets.facts]
    shares += fact_shares(sets, await _talk(services, facts, "facts", progress))
    dialogues = [Dialogue(id=item.id, turns=tuple(turn.text for turn in item.turns)) for item in sets.dialogues]
    shares += dialogue_shares(sets, await _talk(services, dialogues, "dialogues", progress))
    return [share for share in shares if share.total]


def red_flag_shares(services: Services, sets: Datasets) -> list[Share]:
    """Measure the red-flag layer: recall of each level, and false alarms."""
    emergency, same_day = Share(name="emergency recall"), Share(name="same-day recall")
    alarms = Share(name="false alarms")
    for item in sets.red_flags:
        found = services.receive.card_for(item.text)
        kind = None if found is None else found.reply.kind
        line = f"{item.id} {kind.value if kind else 'nothing'}: {item.text}"
        if item.label == "emergency":
            emergency.count(hit=kind is ReplyKind.EMERGENCY, miss=line)
        elif item.label == "same_day":
            same_day.count(hit=kind is not None, miss=line)
        else:
            # What is listed are the alarms, so a hit is kept as the "miss" line.
            alarms.total += 1
            alarms.hits += kind is not None
            if kind is not None:
                alarms.misses.append(line)
    return [emergency, same_day, alarms]


def question_shares(questions: Sequence[TopicQuestion], talked: Sequence[Talked]) -> list[Share]:
    """Measure topics and treatments."""
    topic, treatment = Share(name="topic right"), Share(name="treatment right")
    wrong = Share(name="answered with a wrong topic")
    both = Share(name="both questions found")
    for item, one in zip(questions, talked, strict=True):
        replies = one.replies[0]
        given = {reply.topic for reply in replies if reply.topic is not None}
        line = f"{item.id} wanted {'/'.join(item.topics)} got {_told(replies)}: {item.text}"
        if item.both_wanted:
            both.count(hit=set(item.topics) <= given, miss=line)
        else:
            topic.count(hit=bool(given & set(item.topics)), miss=line)
            answered = {reply.topic for reply in replies if reply.kind is ReplyKind.ANSWER}
            wrong.total += 1
            if answered and not answered & set(item.topics):
                wrong.hits += 1
                wrong.misses.append(line)
        if item.treatments and given:
            named = {slug for reply in replies for slug in reply.treatments}
            treatment.count(hit=named == item.treatments, miss=f"{line} ({', '.join(sorted(named)) or 'none'})")
    return [topic, wrong, treatment, both]


def out_of_scope_shares(sets: Datasets, talked: Sequence[Talked]) -> list[Share]:
    """Measure how much of what is not ours was answered all the same."""
    answered = Share(name="out of scope answered")
    for item, one in zip(sets.out_of_scope, talked, strict=True):
        replies = one.replies[0]
        wrong = any(reply.kind is ReplyKind.ANSWER for reply in replies)
        answered.total += 1
        answered.hits += wrong
        if wrong:
            answered.misses.append(f"{item.id} {item.label} got {_told(replies)}: {item.text}")
    return [answered]


def fact_shares(sets: Datasets, talked: Sequence[Talked]) -> list[Share]:
    """Measure whether the question about a fact gets the answer that states it, with a citation."""
    facts = Share(name="facts answered and cited")
    for item, one in zip(sets.facts, talked, strict=True):
        replies = one.replies[0]
        hit = any(
            reply.answer_id == item.answer_id and item.sources & {source.id for source in reply.citations}
            for reply in replies
        )
        facts.count(hit=hit, miss=f"{item.id} wanted {item.answer_id} got {_told(replies)}: {item.text}")
    return [facts]


def dialogue_shares(sets: Datasets, talked: Sequence[Talked]) -> list[Share]:
    """Measure the turns of dialogues."""
    turns = Share(name="dialogue turns right")
    for item, one in zip(sets.dialogues, talked, strict=True):
        for number, (expected, replies) in enumerate(zip(item.turns, one.replies, strict=True), 1):
            line = f"{item.id}.{number} got {_told(replies)}: {expected.text}"
            turns.count(hit=_as_expected(expected, replies), miss=line)
    return [turns]


def _as_expected(expected: ExpectedTurn, replies: Sequence[Reply]) -> bool:
    kinds = {reply.kind.value for reply in replies}
    topics = {reply.topic for reply in replies}
    named = {slug for reply in replies for slug in reply.treatments}
    return (
        (expected.kind is None or expected.kind in kinds)
        and (expected.topic is None or expected.topic in topics)
        and (expected.treatments is None or expected.treatments <= named)
    )


def _told(replies: Sequence[Reply]) -> str:
    return "+".join(f"{reply.kind.value}({reply.topic})" if reply.topic else reply.kind.value for reply in replies)


async def _talk(services: Services, dialogues: Sequence[Dialogue], name: str, progress: Progress) -> list[Talked]:
    talked = []
    async for one in talk_all(services, dialogues):
        talked.append(one)
        progress(name, len(talked), len(dialogues))
    return talked
