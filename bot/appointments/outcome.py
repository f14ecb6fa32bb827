"""What came of reading a file of appointments: those that can be kept, and what is wrong with the others."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.appointments.written import Details


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """What is wrong in one place of a file.

    Attributes:
        place: Where, such as `line 12` or `Appointment/21`.
        problem: What is wrong and what to write instead.
    """

    place: str
    problem: str

    def __str__(self) -> str:
        """Give it as one line."""
        return f"{self.place}: {self.problem}"


@dataclass(kw_only=True)
class ReadFile:
    """A file that was read.

    Attributes:
        details: The appointments that can be kept, in their order, each with its place.
        cancelled: The ids of those that are cancelled, where the source need say no more of them.
        troubles: What is wrong with the others.
        passed_over: How many say nothing of a booked or cancelled appointment, such as a mere request.
    """

    details: list[tuple[str, Details]] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    passed_over: int = 0
