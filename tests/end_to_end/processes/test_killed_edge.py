"""The edge is killed in the middle of a reply: after the restart the patient has it, once."""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
from contextlib import closing

import pytest
from playwright.sync_api import Browser, expect

from tests.end_to_end.people import Patient
from tests.end_to_end.running import RunningFrontdesk, is_alive, wait_until

pytestmark = [
    pytest.mark.slow(reason="kills the edge again and again"),
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads the process table of Linux"),
]

QUESTION = "Is PRP safe for a postman?"


def _count(frontdesk: RunningFrontdesk, condition: str) -> int:
    with closing(sqlite3.connect(frontdesk.database)) as store:
        query = f"SELECT count(*) FROM messages AS m JOIN messages AS q ON {condition} AND q.text = ?"  # noqa: S608
        return int(store.execute(query, (QUESTION,)).fetchone()[0])


def test_a_killed_edge_answers_once_after_its_restart(frontdesk: RunningFrontdesk, chromium: Browser):
    """The message was stored; whether the page sends it again or not, there is one answer, also after a reload."""
    rasa, edge = frontdesk.child("bot.nlu.server.serve"), frontdesk.child("bot.web")
    assert rasa is not None
    assert edge is not None
    patient = Patient(chromium.new_page(base_url=frontdesk.address))
    patient.opens_chat()

    # A Rasa that is stopped, not killed, holds the edge in the middle of its reply.
    os.kill(rasa, signal.SIGSTOP)
    try:
        patient.page.get_by_test_id("composer").fill(QUESTION)
        patient.page.keyboard.press("Enter")
        wait_until(lambda: _count(frontdesk, "m.id = q.id AND m.handled_at IS NULL") == 1, 10.0)
        os.kill(edge, signal.SIGKILL)
        wait_until(lambda: not is_alive(edge), 5.0)
    finally:
        os.kill(rasa, signal.SIGCONT)
    frontdesk.wait_for_line("edge was started again.", 60.0)
    frontdesk.wait_until_ready(60.0)

    expect(patient.messages("bot")).to_have_count(1)
    patient.page.reload()
    expect(patient.messages("bot")).to_have_count(1)
    expect(patient.messages("patient")).to_have_count(1)
    expect(patient.messages("bot")).to_have_attribute("data-kind", "answer")
    assert _count(frontdesk, "m.in_reply_to = q.id") == 1
    assert _count(frontdesk, "m.id = q.id AND m.handled_at IS NOT NULL") == 1
    patient.page.close()
