"""The ways to load a server: one sender, eight senders, one long conversation, and many conversations."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from bench.measures import percentile
from bench.turn.chats import Opener, TurnFailedError

SENDERS = 8
# A long conversation: its last whole repetition of the messages ends after turn 500.
LONG_TURNS = 506
EARLY = range(3, 8)
LATE = range(498, 503)
# What a visitor who is soon gone says.
SHORT_TURNS = 3
_SHORT_CONVERSATIONS = 6
_CONVERSATIONS_OF_A_SENDER = 2
# A server that has become slow must not hold up the run for ever.
_LONGEST_PART = 120.0


@dataclass(kw_only=True)
class Figures:
    """What was measured of one server, over all rounds; times in milliseconds.

    Attributes:
        single: Each turn with one sender, a list for each round.
        cpu: Processor time of a turn with one sender, all processes of the server, one figure for each round.
        crowd: Each turn with eight senders.
        per_second: Messages a second with eight senders, one figure for each round.
        long: Each turn of each long conversation.
        unanswered: Turns without a reply; they are in no other figure.
        failures: What they said, the first few.
    """

    single: list[list[float]] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    crowd: list[float] = field(default_factory=list)
    per_second: list[float] = field(default_factory=list)
    long: list[list[float]] = field(default_factory=list)
    unanswered: int = 0
    failures: list[str] = field(default_factory=list)

    def turn(self, places: range) -> float | None:
        """Return the median time of these turns (from 1) of the long conversations; None if none came so far."""
        times = [times[place - 1] for times in self.long for place in places if place <= len(times)]
        return percentile(times, 0.5) if times else None

    def by_turn(self) -> list[float]:
        """Return the median time of each turn of the long conversations."""
        longest = max((len(times) for times in self.long), default=0)
        columns = [[times[place] for times in self.long if place < len(times)] for place in range(longest)]
        return [percentile(column, 0.5) for column in columns]


class Load:
    """Sends messages to one server and keeps the times.

    Args:
        opener: Opens a conversation.
        messages: What is said, over and over.
        cpu_seconds: How long the server's processes have worked so far.
    """

    def __init__(self, opener: Opener, messages: Sequence[str], cpu_seconds: Callable[[], float]) -> None:
        self.figures = Figures()
        self._opener = opener
        self._messages = messages
        self._cpu_seconds = cpu_seconds

    def warm_up(self) -> None:
        """Say everything twice, unmeasured.

        Raises:
            TurnFailedError: A message gets no answer; measuring would tell nothing.
        """
        for _ in range(2):
            self._converse(len(self._messages))
        if self.figures.failures:
            raise TurnFailedError(" ".join(self.figures.failures))

    def round(self) -> None:
        """Do all three once."""
        self._one_sender()
        self._eight_senders()
        self.figures.long.append(self._converse(LONG_TURNS))

    def hold_many(self, conversations: int) -> None:
        """Hold so many short conversations, eight at a time, unmeasured: memory is looked at afterwards."""
        with ThreadPoolExecutor(SENDERS) as pool:
            for held in [pool.submit(self._converse, SHORT_TURNS) for _ in range(conversations)]:
                held.result()

    def _one_sender(self) -> None:
        before = self._cpu_seconds()
        times = [ms for _ in range(_SHORT_CONVERSATIONS) for ms in self._converse(len(self._messages))]
        self.figures.single.append(times)
        self.figures.cpu.append((self._cpu_seconds() - before) * 1000 / max(len(times), 1))

    def _eight_senders(self) -> None:
        started = time.perf_counter()
        with ThreadPoolExecutor(SENDERS) as pool:
            senders = [pool.submit(self._sender) for _ in range(SENDERS)]
            times = [ms for sender in senders for ms in sender.result()]
        self.figures.per_second.append(len(times) / (time.perf_counter() - started))
        self.figures.crowd += times

    def _sender(self) -> list[float]:
        return [ms for _ in range(_CONVERSATIONS_OF_A_SENDER) for ms in self._converse(len(self._messages))]

    def _converse(self, turns: int) -> list[float]:
        """Hold one conversation; return the milliseconds of each turn that was answered."""
        times = []
        deadline = time.monotonic() + _LONGEST_PART
        chat = self._opener()
        try:
            for number in range(turns):
                started = time.perf_counter()
                try:
                    chat.say(self._messages[number % len(self._messages)])
                except TurnFailedError as error:
                    # The places of the turns after it would no longer be right.
                    self._failed(str(error))
                    break
                times.append((time.perf_counter() - started) * 1000)
                if time.monotonic() > deadline:
                    break
        finally:
            chat.close()
        return times

    def _failed(self, what: str) -> None:
        self.figures.unanswered += 1
        if what not in self.figures.failures:
            self.figures.failures.append(what)
