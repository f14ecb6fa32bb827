"""Small real classes that stand where another process would: used in unit and integration tests only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from bot.errors import RasaUnavailableError
from bot.rasa_client import DangerReport
from bot.reply import Option, Reply
from bot.vocabulary import ReplyKind

Answer = Callable[[str], list[Reply]]


class FakeRasa:
    """Answers like Rasa's client: echoes, or what a test gave it, and can be taken down."""

    def __init__(self, answer: Answer | None = None) -> None:
        self.answer = answer or (lambda text: [Reply(kind=ReplyKind.SMALLTALK, text=f"You said: {text}")])
        self.heard: dict[str, list[str]] = defaultdict(list)
        self.chosen: list[Option] = []
        self.down = False
        self.reports: dict[str, str] = {}
        self.likenesses: dict[str, float] = {}
        self.understood: dict[str, Any] = {}
        self.before_answering: Callable[[], None] | None = None

    async def send(self, conversation_id: str, text: str) -> list[Reply]:
        """Take a patient's words and give replies, unless taken down."""
        if self.down:
            raise RasaUnavailableError("Rasa did not answer: ConnectError.")
        self.heard[conversation_id].append(text)
        if self.before_answering is not None:
            self.before_answering()
        return self.answer(text)

    async def choose(self, conversation_id: str, option: Option) -> list[Reply]:
        """Take the choice of a button."""
        self.chosen.append(option)
        return await self.send(conversation_id, option.title)

    async def report(self, text: str) -> DangerReport | None:
        """Give the danger that a test told it of."""
        if self.down:
            raise RasaUnavailableError("Rasa did not answer: ConnectError.")
        intent = self.reports.get(text)
        return None if intent is None else DangerReport(intent=intent, likeness=self.likenesses.get(text, 1.0))

    async def likeness(self, text: str, *, within: float) -> float:
        """Give how like a report a test says that a text is; what it says nothing of is one."""
        if self.down or within <= 0:
            raise RasaUnavailableError("Rasa did not answer: ConnectError.")
        return self.likenesses.get(text, 1.0)

    async def understand(self, text: str) -> dict[str, Any]:
        """Give what a test says that a text means."""
        if self.down or not text:
            raise RasaUnavailableError("Rasa did not answer: ConnectError.")
        return self.understood

    async def is_ready(self) -> bool:
        """Tell whether it is up."""
        return not self.down

    async def close(self) -> None:
        """Close nothing."""


class AuditInMemory:
    """Takes what the audit log would, for stores without staff members."""

    def __init__(self) -> None:
        self.entries: list[tuple[str, str, str | int]] = []
        self.details: list[tuple[str, Mapping[str, Any]]] = []

    def __call__(
        self,
        _session: Session,
        *,
        staff_member_id: int | None,
        staff_name: str,
        action: str,
        subject: str,
        subject_id: str | int,
        details: Mapping[str, Any],
    ) -> None:
        """Keep who did what to what."""
        del staff_member_id, subject
        self.entries.append((staff_name, action, subject_id))
        self.details.append((action, details))
