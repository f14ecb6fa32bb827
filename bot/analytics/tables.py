"""The figures as tables, one form for page, spreadsheet and terminal: a cell says the same in all three."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.analytics.dangers import CardEnd
from bot.analytics.figures import HOURS, QUESTIONS, Figures
from bot.analytics.staff_times import percentile
from bot.analytics.store import Against
from bot.labels import CHANNEL_LABELS, FEEDBACK_REASONS, NO_FEEDBACK_REASON, REASON_LABELS
from bot.vocabulary import Channel, Counted, FeedbackReason, SafetyAnswer, Urgency

Cell = str | int | float | None
Row = tuple[Cell, ...]

COUNTED = {
    Counted.ANSWERED: "Answered",
    Counted.ASKED_BACK: "Asked back",
    Counted.NOT_UNDERSTOOD: "Not understood",
    Counted.NO_ANSWER: "No approved answer",
    Counted.DECLINED: "Not for the assistant",
}
AGAINST = {
    Against.NOT_ANSWERED: "No question answered",
    Against.DANGER: "A card, an open check or a missed danger",
    Against.PASSED_ON: "Passed on to staff",
    Against.NOT_HELPFUL: "An answer did not help, or was on another topic",
    Against.LEFT_OPEN: "A question left open",
}
ONLY_IN_FILES = frozenset({"asked"})
"""Too long to be read anywhere but in a spreadsheet."""
NO_TOPIC, IN_GENERAL = "No topic", "In general"


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table of figures.

    Attributes:
        slug: Its name in addresses and of its file.
        title: Its heading.
        columns: The names of its columns; the first says what a row is.
        rows: As many cells each; None where there is nothing to say.
        note: What one must know to read it.
    """

    slug: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    note: str = ""


def tables(figures: Figures) -> dict[str, Table]:
    """Give all tables by their slugs, in the order in which they are read."""
    return {table.slug: table for table in (make(figures) for make in _TABLES)}


def said(cell: Cell) -> str:
    """Give a cell as people read it."""
    if cell is None:
        return "none"
    return f"{cell:,}" if isinstance(cell, int | float) else cell


def summary(figures: Figures) -> str:
    """Give the figures in a sentence."""
    kept = figures.containment
    days, share = figures.period.days, kept.share
    if share is None:
        return f"In {_days(days)} nobody has written."
    wrong = figures.not_helpful[FeedbackReason.NOT_MY_QUESTION] + figures.not_helpful[FeedbackReason.LOOKS_WRONG]
    answered = figures.replies[Counted.ANSWERED]
    asked = f"{answered:,} of {_many(figures.questions, 'question')} answered; " if figures.questions else ""
    return (
        f"In {_days(days)}: {asked}{_many(kept.chats.total(), 'chat')}, of which the assistant safely dealt with "
        f"{percent(share):g} in 100 by itself; {_many(figures.passed_on.total(), 'chat')} passed on to staff; "
        f"{_many(wrong, 'answer')} reported as wrong or on something else; {_many(figures.cards, 'card')}."
    )


def percent(share: float) -> float:
    """Give a share as so many in a hundred, with one decimal."""
    return round(100 * share, 1)


def _share(part: int, whole: int) -> float | None:
    return percent(part / whole) if whole else None


def _days(days: int) -> str:
    return "one day" if days == 1 else f"{days} days"


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _at_a_glance(figures: Figures) -> Table:
    kept = figures.containment
    rows: list[Row] = [
        ("Chats", kept.chats.total()),
        ("Safely contained chats", kept.contained.total()),
        ("Safely contained, in 100 chats", None if kept.share is None else percent(kept.share)),
        ("Questions", figures.questions),
        ("Questions answered", figures.replies[Counted.ANSWERED]),
        ("Questions answered, in 100", _share(figures.replies[Counted.ANSWERED], figures.questions)),
        ("Tickets opened", figures.passed_on.total()),
        ("Thumbs up", figures.helpful),
        ("Thumbs down", figures.not_helpful.total()),
        ("Cards", figures.cards),
        ("Checks", sum(danger.checks.total() for danger in figures.dangers)),
        ("Opted out of text messages", figures.replies[Counted.OPTED_OUT]),
    ]
    return Table(slug="glance", title="At a glance", columns=("Figure", "Count"), rows=tuple(rows))


def _weeks(figures: Figures) -> Table:
    counted = [Counter[Counted]() for _ in figures.weeks]
    for week, counts in zip(figures.weeks, counted, strict=True):
        for row in week.asked:
            counts[row.counted_as] += row.count
    rows: list[Row] = [
        (week.label, sum(counts[kind] for kind in QUESTIONS), *(counts[kind] for kind in QUESTIONS))
        for week, counts in zip(figures.weeks, counted, strict=True)
    ]
    columns = ("Week from", "Questions", *(COUNTED[kind] for kind in QUESTIONS))
    return Table(slug="weeks", title="Questions by week, and how they ended", columns=columns, rows=tuple(rows))


def _topics(figures: Figures) -> Table:
    counts: dict[str, Counter[str]] = {}
    answered: Counter[str] = Counter()
    for week in figures.weeks:
        for row in week.asked:
            if row.counted_as in QUESTIONS and row.topic is not None:
                title = figures.topics.get(row.topic, row.topic)
                counts.setdefault(title, Counter())[_treatments(figures, row.treatments)] += row.count
                answered[title] += row.count if row.counted_as is Counted.ANSWERED else 0
    treatments = sorted({name for counter in counts.values() for name in counter})
    most_first = sorted(counts.items(), key=lambda item: (-item[1].total(), item[0]))
    rows: list[Row] = [
        (title, counter.total(), answered[title], *(counter[name] for name in treatments))
        for title, counter in most_first
    ]
    return Table(
        slug="topics",
        title="What was asked about",
        columns=("Topic", "Questions", "Answered", *treatments),
        rows=tuple(rows),
        note="Questions whose topic was understood. Week by week they stand in the table “asked”.",
    )


def _asked(figures: Figures) -> Table:
    rows: Counter[tuple[str, str, str, str]] = Counter()
    for week in figures.weeks:
        for row in week.asked:
            if row.counted_as in QUESTIONS:
                topic = NO_TOPIC if row.topic is None else figures.topics.get(row.topic, row.topic)
                treatment = _treatments(figures, row.treatments)
                rows[week.label, topic, treatment, COUNTED[row.counted_as]] += row.count
    return Table(
        slug="asked",
        title="Topic by treatment by week",
        columns=("Week from", "Topic", "Treatment", "Ended as", "Questions"),
        rows=tuple((*names, count) for names, count in sorted(rows.items())),
    )


def _containment(figures: Figures) -> Table:
    kept = figures.containment
    chats = kept.chats.total()
    rows = [("Safely contained", kept.contained.total()), *((AGAINST[why], kept.against[why]) for why in Against)]
    return Table(
        slug="containment",
        title="Safe containment",
        columns=("Chats", "Count", "In 100"),
        rows=(*((name, count, _in_100(count, chats)) for name, count in rows), ("All", chats, _in_100(chats, chats))),
        note="Each chat counts once, for the first of these that holds, from danger down.",
    )


def _passed_on(figures: Figures) -> Table:
    total = figures.passed_on.total()
    return Table(
        slug="passed_on",
        title="Passed on to staff, and why",
        columns=("Reason", "Tickets", "In 100"),
        rows=tuple(
            (name, figures.passed_on[reason], _in_100(figures.passed_on[reason], total))
            for reason, name in REASON_LABELS.items()
        ),
    )


def _staff_times(figures: Figures) -> Table:
    rows = []
    for waits in figures.waits:
        times = [_rounded(percentile(values, share)) for values in (waits.first, waits.end) for share in (0.5, 0.9)]
        judged = waits.kept + waits.late
        rows.append(
            (_URGENCIES[waits.urgency], waits.tickets, *times, waits.kept, waits.late, _in_100(waits.kept, judged))
        )
    return Table(
        slug="staff_times",
        title="How long staff took",
        columns=(
            "Urgency",
            "Tickets",
            "First reply: median, minutes",
            "First reply: 9 in 10 within, minutes",
            "Resolved: median, minutes",
            "Resolved: 9 in 10 within, minutes",
            "In the promised time",
            "Later than promised",
            "In time, in 100",
        ),
        rows=tuple(rows),
        note="Minutes by the clock, nights included; the promised time counts opening hours only.",
    )


def _thumbs(figures: Figures) -> Table:
    total = figures.helpful + figures.not_helpful.total()
    rows = [("Yes, it helped", figures.helpful)]
    rows += [(f"No: {name.lower()}", figures.not_helpful[reason]) for reason, name in _NOT_HELPFUL]
    return Table(
        slug="thumbs",
        title="Did the answer help?",
        columns=("Answer", "Count", "In 100"),
        rows=tuple((name, count, _in_100(count, total)) for name, count in rows),
    )


def _judged_answers(figures: Figures) -> Table:
    rows = sorted(
        ((answer, up, down) for answer, (up, down) in figures.thumbs.items() if down),
        key=lambda row: (-row[2], row[0]),
    )
    return Table(
        slug="judged_answers",
        title="Answers that did not help",
        columns=("Answer", "Thumbs up", "Thumbs down"),
        rows=tuple(rows),
    )


def _dangers(figures: Figures) -> Table:
    ends = (CardEnd.NOT_NOW, CardEnd.SEEN_TO, CardEnd.OTHERWISE, CardEnd.WAITING)
    answers = (SafetyAnswer.YES, SafetyAnswer.NO, None)
    rows: list[Row] = [
        (
            danger.sign.replace("_", " ").capitalize() or "No sign",
            danger.checks.total(),
            *(danger.checks[answer] for answer in answers),
            danger.cards.total(),
            *(danger.cards[end] for end in ends),
        )
        for danger in figures.dangers
    ]
    return Table(
        slug="dangers",
        title="Checks and cards, and what became of them",
        columns=(
            "Sign",
            "Checks",
            "Yes, now",
            "No",
            "No answer",
            "Cards",
            "Not about them now",
            "Staff saw to it",
            "Closed otherwise",
            "Still open",
        ),
        rows=tuple(rows),
    )


def _channels(figures: Figures) -> Table:
    kept = figures.containment
    return Table(
        slug="channels",
        title="By channel",
        columns=("Channel", "Chats", "Safely contained", "In 100"),
        rows=tuple(
            (CHANNEL_LABELS[Channel(channel)], count, kept.contained[channel], _in_100(kept.contained[channel], count))
            for channel, count in kept.chats.most_common()
        ),
    )


def _hours(figures: Figures) -> Table:
    return Table(
        slug="hours",
        title="When patients write",
        columns=("Hour", "Messages"),
        rows=tuple((f"{hour:02d}:00", figures.hours[hour]) for hour in HOURS),
        note=f"By the clinic's clock ({figures.period.zone.key}).",
    )


def _unclear(figures: Figures) -> Table:
    shown = sum(map(len, figures.unclear))
    total = figures.replies[Counted.NOT_UNDERSTOOD]
    return Table(
        slug="not_understood",
        title="Not understood, grouped by nearness",
        columns=("Group", "Messages"),
        rows=tuple((f"Group {number}", len(group)) for number, group in enumerate(figures.unclear, start=1)),
        note=f"The newest {shown:,} of {total:,}." if shown < total else "",
    )


def _treatments(figures: Figures, slugs: Sequence[str]) -> str:
    return " + ".join(figures.treatments.get(slug, slug) for slug in slugs) or IN_GENERAL


def _in_100(count: int, total: int) -> float | None:
    return percent(count / total) if total else None


def _rounded(minutes: float | None) -> float | None:
    return None if minutes is None else round(minutes, 1)


_NOT_HELPFUL: tuple[tuple[FeedbackReason | None, str], ...] = (
    *FEEDBACK_REASONS.items(),
    (None, NO_FEEDBACK_REASON),
)
_URGENCIES = {
    Urgency.EMERGENCY: "Emergency",
    Urgency.URGENT: "Urgent",
    Urgency.SOON: "Soon",
    Urgency.ROUTINE: "Routine",
}
_TABLES: Iterable[Callable[[Figures], Table]] = (
    _at_a_glance,
    _weeks,
    _topics,
    _asked,
    _containment,
    _passed_on,
    _staff_times,
    _thumbs,
    _judged_answers,
    _dangers,
    _channels,
    _hours,
    _unclear,
)
