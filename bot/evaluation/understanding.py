"""How well questions are understood: topics, treatments, and which topic is taken for which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bot.evaluation.datasets import TopicQuestion
from bot.evaluation.metrics import Outcome, Share
from bot.evaluation.replies import answers, confidence, told, topics_given, treatments_named
from bot.reply import Reply

Replies = tuple[Reply, ...]

TOPIC_RIGHT = "topic right"
WRONG_TOPIC = "answered with a wrong topic"
TREATMENT_RIGHT = "treatment right"
BOTH_FOUND = "both questions found"


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A question with the topic that is right for it and the one it was taken for.

    `got` is the kind of the first reply where no topic came, as in "clarify".
    """

    wanted: str
    got: str


@dataclass(frozen=True, kw_only=True)
class TopicFigures:
    """How well one topic is found.

    Attributes:
        topic: Its slug.
        count: How many questions of the set have it.
        found: How many questions were taken for it.
        hits: How many of those rightly.
        taken_for: What its questions are most often taken for instead, with how many; None for nothing.
    """

    topic: str
    count: int
    found: int
    hits: int
    taken_for: tuple[str, int] | None

    @property
    def precision(self) -> float | None:
        """How many of those taken for it have it; None when none was."""
        return self.hits / self.found if self.found else None

    @property
    def recall(self) -> float | None:
        """How many of those that have it were found; None when the set has none."""
        return self.hits / self.count if self.count else None

    @property
    def f1(self) -> float | None:
        """The harmonic mean of precision and recall (van Rijsbergen 1979); None when there is nothing to go by."""
        both = self.found + self.count
        return 2 * self.hits / both if both else None


def question_shares(questions: Sequence[TopicQuestion], replies: Sequence[Replies]) -> list[Share]:
    """Measure topics and treatments."""
    topic, wrong, treatment, both = [], [], [], []
    for item, given in zip(questions, replies, strict=True):
        topics = set(topics_given(given))
        if item.both_wanted:
            both.append(_outcome(item, given, right=set(item.topics) <= topics))
        else:
            topic.append(_outcome(item, given, right=bool(topics & set(item.topics))))
            answered = {reply.topic for reply in answers(given)}
            wrong.append(_outcome(item, given, right=not answered or bool(answered & set(item.topics))))
        if item.treatments and topics:
            treatment.append(_treatment_outcome(item, given))
    return [
        Share(name=TOPIC_RIGHT, outcomes=topic),
        Share(name=WRONG_TOPIC, outcomes=wrong, of_errors=True),
        Share(name=TREATMENT_RIGHT, outcomes=treatment),
        Share(name=BOTH_FOUND, outcomes=both),
    ]


def readings(questions: Sequence[TopicQuestion], replies: Sequence[Replies]) -> list[Reading]:
    """Say what each single question was taken for; where two topics are fair, the one that came is right."""
    found = []
    for item, given in zip(questions, replies, strict=True):
        if item.both_wanted:
            continue
        topics = topics_given(given)
        fair = next((topic for topic in topics if topic in item.topics), None)
        got = fair or (topics[0] if topics else given[0].kind.value if given else "nothing")
        found.append(Reading(wanted=fair or item.topics[0], got=got))
    return found


def topic_figures(found: Sequence[Reading], topics: Sequence[str]) -> list[TopicFigures]:
    """Give the figures of each topic, in the order of `topics`."""
    pairs = Counter((reading.wanted, reading.got) for reading in found)
    figures = []
    for topic in topics:
        mistaken = Counter({got: n for (wanted, got), n in pairs.items() if wanted == topic != got})
        figures.append(
            TopicFigures(
                topic=topic,
                count=sum(n for (wanted, _), n in pairs.items() if wanted == topic),
                found=sum(n for (_, got), n in pairs.items() if got == topic),
                hits=pairs[topic, topic],
                taken_for=mistaken.most_common(1)[0] if mistaken else None,
            )
        )
    return figures


def _outcome(item: TopicQuestion, given: Replies, *, right: bool) -> Outcome:
    return Outcome(
        id=item.id,
        text=item.text,
        wanted=(" and " if item.both_wanted else " or ").join(item.topics),
        got=told(given),
        right=right,
        confidence=confidence(given),
        group=item.topics[0],
    )


def _treatment_outcome(item: TopicQuestion, given: Replies) -> Outcome:
    named = treatments_named(given)
    return Outcome(
        id=item.id,
        text=item.text,
        wanted=", ".join(sorted(item.treatments)),
        got=", ".join(sorted(named)) or "none",
        right=named == item.treatments,
        confidence=confidence(given),
    )
