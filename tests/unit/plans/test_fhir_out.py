"""What plans sent and what came back goes out as FHIR that the library takes, once each, and only what was sent."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from fhir.resources.R4B.communication import Communication
from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse

from bot.bootstrap import Services
from bot.channels import outbound
from bot.cli.main import frontdesk
from bot.conversations import store as conversations
from bot.plans.fhir_out import fhir_lines
from bot.reply import Reply
from bot.settings import Settings
from bot.staff.store import audit_entries
from bot.vocabulary import ReplyKind
from tests.unit.appointments.appointments_in_tests import ANA
from tests.unit.plans.plans_in_tests import CHICAGO, Desk

STARTS = dt.datetime(2026, 12, 10, 9, 30, tzinfo=ZoneInfo(CHICAGO))
CHECK_IN = STARTS.replace(day=11, hour=11)


@pytest.fixture
def desk(services: Services) -> Desk:
    """Give a desk that has sent the message of the day before and the check-in of the day after."""
    desk = Desk(services)
    desk.now = STARTS - dt.timedelta(days=2)
    number = desk.put(STARTS)
    desk.consents(number)
    desk.comes(STARTS - dt.timedelta(hours=23, minutes=30))
    desk.comes(CHECK_IN)
    assert desk.said(number) == {
        "three_before": "no_consent",
        "day_before": "sent",
        "evening": "too_late",
        "check_in": "sent",
    }
    return desk


def _patient_writes(desk: Desk, *texts: str) -> None:
    row = desk.rows(1)["check_in"]
    assert row.message_id is not None
    with desk.database.write() as session:
        message = conversations.find_by_id(session, row.message_id)
        assert message is not None
        for text in texts:
            conversations.add_inbound(
                session, conversation_id=message.conversation_id, text=text, client_message_id=None
            )
        thanks = Reply(kind=ReplyKind.SMALLTALK, text="Thank you.")
        outbound.bot_says(session, conversation_id=message.conversation_id, reply=thanks, in_reply_to=None)
        conversations.add_inbound(
            session, conversation_id=message.conversation_id, text="and what do I owe?", client_message_id=None
        )


def _out(desk: Desk, since: dt.datetime = STARTS - dt.timedelta(days=5)) -> list[dict[str, object]]:
    return [json.loads(line) for line in fhir_lines(desk.database, since, clinic="Cedar Grove", by=ANA)]


def test_messages_and_answers_are_resources_that_the_library_takes(desk: Desk):
    """Of the answers those that were written with the check-in as the last thing read."""
    _patient_writes(desk, "better", "but a bit stiff")

    before, asked, answered = _out(desk)

    first, second = Communication.model_validate(before), Communication.model_validate(asked)
    assert (first.status, first.subject.display, first.about[0].identifier.value) == ("completed", "Zoe Quill", "A1")
    assert "Your visit is on" in str(first.payload[0].contentString)
    assert second.sent == CHECK_IN
    response = QuestionnaireResponse.model_validate(answered)
    (item,) = response.item
    assert item.linkId == "check_in"
    assert [str(answer.valueString) for answer in item.answer] == ["better", "but a bit stiff"]
    assert response.subject.identifier.value == "zoe quill"


def test_a_check_in_that_nobody_answered_has_no_answer(desk: Desk):
    """What the patient wrote after something else was said is none."""
    _patient_writes(desk)

    assert [one["resourceType"] for one in _out(desk)] == ["Communication", "Communication"]


def test_the_same_message_has_the_same_id_and_what_is_older_is_left_out(desk: Desk):
    """So that whoever reads the file again changes nothing."""
    assert [one["id"] for one in _out(desk)] == [one["id"] for one in _out(desk)]
    assert len(_out(desk, CHECK_IN)) == 1
    assert _out(desk, CHECK_IN + dt.timedelta(days=1)) == []
    with desk.database.read() as session:
        assert audit_entries(session)[0].action == "plan.exported"


def test_the_command_writes_a_file_for_nobody_else(
    desk: Desk, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """And says how to name it."""
    monkeypatch.setenv("FRONTDESK_DATABASE_URL", settings.database_url)
    out = tmp_path / "sent.ndjson"

    done = CliRunner().invoke(frontdesk, ["appointments", "export", str(out), "--since", "2026-12-01"])

    assert (done.exit_code, done.output) == (0, "2 resources since 2026-12-01.\n")
    assert len(out.read_text("utf-8").splitlines()) == 2
    assert out.stat().st_mode & 0o077 == 0
    refused = CliRunner().invoke(frontdesk, ["appointments", "export", str(tmp_path / "sent.json")])
    assert refused.exit_code == 2
    assert "name it with .ndjson" in refused.output
    del desk
