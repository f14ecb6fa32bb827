"""The whole of it: imported, agreed to, told before, taken over, asked afterwards, and danger in the reply.

With the real assistant: `tests/conversations/test_before_and_after.py`.
"""

from __future__ import annotations

from pathlib import Path

from bot.bootstrap import Services
from tests.before_and_after import Story
from tests.chat_tester import ChatTester
from tests.phones import Phone

ECHOED = (
    ("do I stop ibuprofen?", "You said: do I stop ibuprofen"),
    ("when is my appointment?", "You said: when is my appointment"),
)


def test_a_visit_from_its_import_to_the_fever_after_it(
    phone: Phone, chat: ChatTester, services: Services, tmp_path: Path
) -> None:
    """The patient hears what they need, once; staff see all of it, and are there when something is wrong."""
    story = Story(services, phone, chat)

    story.is_imported(tmp_path)
    story.agrees()
    story.gets_the_checklist()
    story.asks(ECHOED)
    story.is_taken_over()
    story.has_the_day()
    story.has_a_fever()
    story.stops()
