"""Small real classes that stand where another process would: used in unit and integration tests only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from bot.errors import RasaUnavailableError
from bot.reply import Option, Reply
from bot.triage import RedFlag, Triage
from bot.vocabulary import ReplyKind

Answer = Callable[[str], list[Reply]]


class FakeRasa:
    """Answers like Rasa's client: echoes, or what a test gave it, and can be taken down."""

    def __init__(self, answer: Answer | None = None) -> None:
        self.answer = answer or (lambda text: [Reply(kind=ReplyKind.SMALLTALK, text=f"You said: {text}")])
        self.heard: dict[str, list[str]] = defaultdict(list)
        self.chosen: list[Option] = []
        self.down = False
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


class TriageInDoubt(Triage):
    """Finds what another finds, and is not sure of the danger in some texts."""

    def __init__(self, triage: Triage, doubted: Mapping[str, str]) -> None:
        """Take the other one, and the texts, each with a text that the other is sure of: it is of the same danger."""
        self._triage = triage
        self.doubted = dict(doubted)

    def check(self, text: str) -> RedFlag | None:
        """Look for a danger."""
        flag = self._triage.check(self.doubted.get(text, text))
        return replace(flag, sure=False) if flag is not None and text in self.doubted else flag
