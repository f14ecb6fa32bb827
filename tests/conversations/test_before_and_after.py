"""A patient's whole story with the real assistant: two questions by text are answered for their visit."""

from __future__ import annotations

from pathlib import Path

from bot.bootstrap import Services
from tests.before_and_after import DAY, Story
from tests.chat_tester import ChatTester
from tests.integration.edge import TestClient
from tests.phones import Phone, StandInTwilio

WHILE = 40.0
"""Seconds: on a busy machine a turn of Rasa takes long."""
ASKED = (
    ("do i stop ibuprofen before it", "This is about PRP, which your appointment is for"),
    ("when is my appointment?", f"Your PRP appointment is on .*{DAY.day}"),
)


def test_a_visit_from_its_import_to_the_fever_after_it(
    live_edge: TestClient, chat: ChatTester, live_services: Services, twilio: StandInTwilio, tmp_path: Path
):
    """Nothing in it stands for another part but the provider's server."""
    story = Story(live_services, Phone(live_edge, twilio, "+13125550290"), chat, seconds=WHILE)

    story.is_imported(tmp_path)
    story.agrees()
    story.gets_the_checklist()
    story.asks(ASKED)
    story.is_taken_over()
    story.has_the_day()
    story.has_a_fever()
    story.stops()
