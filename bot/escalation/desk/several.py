"""One thing done with several tickets: each is a step of its own, and what did not work with which is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.errors import ConflictError, FrontdeskError
from bot.escalation.assigning import Had
from bot.escalation.change import Change
from bot.escalation.desk.labels import Labels
from bot.escalation.lifecycle import Tickets
from bot.staff.actor import Actor
from bot.vocabulary import Resolution

MOST = 100
"""Tickets at a time."""

Step = Callable[[int], Change | None]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of it.

    Attributes:
        done: The tickets with which it was done; what undoes it is done with these.
        unchanged: Those that were so already.
        failed: The others, each with the reason.
        changes: What live connections are told.
        had: Whose each was that was given to somebody, by ticket.
    """

    done: tuple[int, ...]
    unchanged: tuple[int, ...]
    failed: tuple[tuple[int, str], ...]
    changes: tuple[Change, ...]
    had: Mapping[int, Had] = field(default_factory=dict)


class Several:
    """Does to several tickets what staff do to one."""

    def __init__(self, tickets: Tickets, labels: Labels) -> None:
        """Take what does it to one."""
        self._tickets = tickets
        self._labels = labels

    def assign(self, ticket_ids: Sequence[int], *, to: int, by: Actor) -> Outcome:
        """Give them all to a staff member."""
        had: dict[int, Had] = {}

        def step(ticket_id: int) -> Change | None:
            before = self._tickets.view(ticket_id)
            if before.assignee_id == to:
                return None
            change = self._tickets.assign(ticket_id, to=to, by=by)
            had[ticket_id] = Had(assignee_id=before.assignee_id, snoozed_until=before.snoozed_until)
            return change

        return replace(_each(ticket_ids, step), had=had)

    def give_back(self, had: Mapping[int, Had], *, given_to: int, by: Actor) -> Outcome:
        """Take back that they were given to a staff member, where that one still has them."""
        return _each(
            list(had),
            lambda ticket_id: self._tickets.give_back(ticket_id, given_to=given_to, had=had[ticket_id], by=by),
        )

    def label(self, ticket_ids: Sequence[int], label: str, by: Actor) -> Outcome:
        """Put a label on them all."""
        return _each(ticket_ids, lambda ticket_id: self._labels.add(ticket_id, label, by))

    def unlabel(self, ticket_ids: Sequence[int], label: str, by: Actor) -> Outcome:
        """Take a label off them all."""
        return _each(ticket_ids, lambda ticket_id: self._labels.remove(ticket_id, label, by))

    def resolve(self, ticket_ids: Sequence[int], *, resolution: Resolution, seen: int, by: Actor) -> Outcome:
        """Close them all, but for those whose patient has written after the message `seen`."""
        return _each(
            ticket_ids,
            lambda ticket_id: self._tickets.resolve(ticket_id, by=by, resolution=resolution, seen=seen),
        )

    def reopen(self, ticket_ids: Sequence[int], by: Actor) -> Outcome:
        """Open them all again."""
        return _each(ticket_ids, lambda ticket_id: self._tickets.reopen(ticket_id, by))


def _each(ticket_ids: Sequence[int], step: Step) -> Outcome:
    wanted = list(dict.fromkeys(ticket_ids))
    if not wanted:
        raise ConflictError("Choose the tickets first: tick the boxes beside them.")
    if len(wanted) > MOST:
        raise ConflictError(f"Choose at most {MOST} tickets at a time.")
    changes: list[Change] = []
    unchanged: list[int] = []
    failed: list[tuple[int, str]] = []
    for ticket_id in wanted:
        try:
            change = step(ticket_id)
        except FrontdeskError as error:
            failed.append((ticket_id, str(error)))
            continue
        if change is None:
            unchanged.append(ticket_id)
        else:
            changes.append(change)
    return Outcome(
        done=tuple(change.ticket_id for change in changes),
        unchanged=tuple(unchanged),
        failed=tuple(failed),
        changes=tuple(changes),
    )
