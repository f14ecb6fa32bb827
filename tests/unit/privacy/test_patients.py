"""One person's data: found whole, exported, and forgotten without a trace, and nothing of anybody else's touched."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import func, select, text, update

from bot.bootstrap import Services
from bot.channels.models import SmsNumber
from bot.conversations.models import Conversation, ConversationIdentity, Message
from bot.conversations.trials import Trial
from bot.db.base import Base
from bot.errors import ConflictError, InvalidMessageError, NotFoundError
from bot.escalation.models import Ticket
from bot.privacy import tables
from bot.privacy.exports import DATA
from bot.privacy.memory_store import TRACKERS
from bot.settings import ROOT
from bot.staff.actor import Actor
from bot.staff.store import audit_entries
from tests.unit.privacy.conftest import EMAIL, MARKER, NAME, PHONE, SIGNED, Stored, holding, remember, remembered

BOSS = Actor(staff_member_id=None, name="Boss")
WAYS = ["zoe", PHONE, "312-555-0142", "(312) 555-0142", EMAIL, EMAIL.upper(), f"{EMAIL}{SIGNED}"]
REASON = "asked for it in writing"


def _forget(services: Services, who: str = PHONE, reason: str = REASON):
    return services.patients.forget(who, reason=reason, by=BOSS)


def _data(content: bytes) -> dict[str, list[dict[str, object]]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return dict(json.loads(archive.read(DATA)))


def _page(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read("read-me.html").decode()


def _rows(services: Services) -> dict[str, int]:
    with services.database.read() as session:
        return {
            name: session.scalar(select(func.count()).select_from(table)) or 0
            for name, table in Base.metadata.tables.items()
        }


def test_every_table_is_said_to_be_of_patients_or_not():
    """A new one that nobody has thought about would be left behind, whenever somebody is forgotten."""
    parts = [*tables.rows_of_conversations(["x"]), *tables.rows_of_numbers([1])]
    of_patients = {part.table.__tablename__ for part in parts}
    others = {*tables.BY_NUMBER, *tables.NOT_OF_PATIENTS}

    assert of_patients & others == set()
    assert of_patients | others == set(Base.metadata.tables)


def test_rasas_memory_is_looked_for_where_rasa_keeps_it():
    """The two environments share no code for it."""
    kept_by = (ROOT / "bot" / "nlu" / "server" / "tracker_store.py").read_text(encoding="utf-8")

    assert f'"{TRACKERS}",\n    _METADATA' in kept_by


@pytest.mark.parametrize("who", WAYS)
def test_somebody_is_found_by_any_of_their_whole_contacts(services: Services, zoe: Stored, tom: Stored, who: str):
    """However a number is written."""
    found = services.patients.find(who)

    assert found.meant.conversation_ids == ("zoe",)
    assert found.counts["messages"] == 2
    assert found.counts["notifications and texts"] == 3
    assert [(one.name, one.open_ticket) for one in found.outlines] == [(NAME, zoe.ticket_id)]


@pytest.mark.parametrize("who", ["", "555-0142", "zo", "Zoe", "13125", "nobody@mail.example", "not an id", "%", MARKER])
def test_a_part_of_a_contact_finds_nobody(services: Services, zoe: Stored, who: str):
    """To delete by a part of a number would reach others."""
    with pytest.raises(NotFoundError):
        services.patients.find(who)


def test_what_staff_made_one_ticket_is_one_persons(services: Services, zoe: Stored, tom: Stored):
    """Whichever of the two conversations is named."""
    with services.database.write() as session:
        merged = update(Ticket).where(Ticket.id == tom.ticket_id)
        session.execute(merged.values(status="resolved", resolution="merged", merged_into_id=zoe.ticket_id))

    assert set(services.patients.find("zoe").meant.conversation_ids) == {"zoe", "tom"}
    assert set(services.patients.find("tom@mail.example").meant.conversation_ids) == {"zoe", "tom"}
    _forget(services, "tom")

    assert _rows(services)["conversations"] == 0


def test_whom_the_website_has_signed_as_one_is_one_person(services: Services, zoe: Stored, tom: Stored):
    """Signed in on the clinic's website, they need not have left a contact each time."""
    with services.database.write() as session:
        session.execute(update(ConversationIdentity).values(person_id="77"))

    assert set(services.patients.find(PHONE).meant.conversation_ids) == {"zoe", "tom"}


def test_what_may_be_theirs_too_is_named_and_left(services: Services, zoe: Stored, tom: Stored):
    """Somebody else may have typed their address; staff look."""
    with services.database.write() as session:
        session.execute(update(Message).where(Message.conversation_id == "tom").values(text=f"write to {EMAIL}"))

    found = services.patients.find(PHONE)
    _forget(services)

    assert found.elsewhere == ["tom"]
    assert _rows(services)["conversations"] == 1


def test_an_export_holds_every_row_and_no_secret(services: Services, zoe: Stored, tom: Stored):
    """In both files, and nothing of anybody else's."""
    found = services.patients.find("zoe")

    export = services.patients.export("zoe", BOSS)

    data = _data(export.content)
    assert {what: len(data[what]) for what in found.counts if what in data} == {
        what: count for what, count in found.counts.items() if "memory" not in what
    }
    assert data["memory"]["zoe"]  # type: ignore[call-overload]
    page = _page(export.content)
    for word in (NAME, EMAIL, f"{MARKER} hurts my knee", f"Call {MARKER}", "Ticket", "numbness", "helped"):
        assert word in page
    whole = page + json.dumps(data)
    assert "secret-hash" not in whole
    assert "tomsword" not in whole
    assert "tom@mail.example" not in whole


def test_the_page_of_an_export_asks_nobody_for_anything(services: Services, zoe: Stored):
    """It is opened from a disk, perhaps years later; and what a patient wrote stays text."""
    with services.database.write() as session:
        session.execute(update(Message).values(text="<script>alert(1)</script><img src=//evil.example/x>"))

    page = _page(services.patients.export("zoe", BOSS).content)

    assert re.findall(r"<(?:script|img|iframe|link|object|form)\b", page) == []
    assert re.findall(r"<[a-z][^>]*\b(?:src|href|action)=|url\(|@import", page) == []
    assert "default-src 'none'" in page


@pytest.mark.only_sqlite("looks into the bytes of its files")
def test_forgetting_leaves_no_byte_in_any_file(
    services: Services, zoe: Stored, tom: Stored, trial: Trial, tmp_path: Path
):
    """Neither in databases and their logs, nor in Rasa's memory, a trial or an export; the noise stays as it was."""
    kept = services.patients.keep_export(services.patients.export(PHONE, BOSS))
    services.patients.keep_export(services.patients.export("tom", BOSS))
    before = _rows(services)
    assert len(holding(tmp_path, MARKER, PHONE)) >= 3

    receipt = _forget(services, EMAIL)

    assert receipt.traces == ""
    assert holding(tmp_path, MARKER, PHONE) == []
    assert not kept.exists()
    assert remembered(services.settings) == {"tom"}
    after = _rows(services)
    of_patients = {part.table.__tablename__ for part in tables.rows_of_conversations(["x"])} | {"sms_numbers"}
    assert {name: after[name] for name in of_patients} == {name: before[name] // 2 for name in of_patients}
    assert after["audit_entries"] == before["audit_entries"] + 1
    assert receipt.deleted["exports"] == receipt.deleted["conversations of trials"] == 1


def test_a_long_life_leaves_no_byte_either(services: Services, zoe: Stored, tmp_path: Path):
    """Pages that were split and moved, rows that were changed, and what was deleted before."""
    for number in range(400):
        with services.database.write() as session:
            for who in ("zoe", "other"):
                if number == 0 and who == "other":
                    session.execute(
                        text(
                            "INSERT INTO conversations (id, token_hash, channel, handler, created_at) "
                            "SELECT 'other', 'x', channel, handler, created_at FROM conversations"
                        )
                    )
                session.execute(
                    text(
                        "INSERT INTO messages (conversation_id, author, text, created_at, handled_at) "
                        "SELECT :who, 'patient', :words, created_at, created_at FROM conversations WHERE id = 'zoe'"
                    ),
                    {"who": who, "words": f"{MARKER if who == 'zoe' else 'nothing'} {number} " * (number % 90)},
                )
    with services.database.write() as session:
        session.execute(update(Conversation).where(Conversation.id == "zoe").values(patient_name=f"{MARKER} once more"))

    _forget(services)

    assert holding(tmp_path, MARKER, PHONE) == []
    assert _rows(services)["messages"] == 400


def test_a_number_that_wants_no_texts_stays_and_the_receipt_says_why(services: Services, zoe: Stored, tmp_path: Path):
    """Forgotten, it would be texted again."""
    with services.database.write() as session:
        session.execute(update(SmsNumber).values(opted_out_at=func.now()))

    receipt = _forget(services, EMAIL)

    assert any("want no texts (1)" in kept for kept in receipt.kept)
    assert holding(tmp_path, MARKER) == []
    with services.database.read() as session:
        assert session.scalars(select(SmsNumber.phone)).all() == [PHONE]
    assert services.patients.find(PHONE).opted_out == 1


def test_a_number_with_another_conversation_stays(services: Services, zoe: Stored):
    """Only the conversation was asked for."""
    with services.database.write() as session:
        session.execute(
            text(
                "INSERT INTO conversations (id, token_hash, channel, handler, created_at) "
                "SELECT 'later', 'x', channel, handler, created_at FROM conversations"
            )
        )
        session.execute(
            text(
                "INSERT INTO sms_conversations (conversation_id, number_id) "
                "SELECT 'later', number_id FROM sms_conversations"
            )
        )

    _forget(services, "zoe")

    assert (_rows(services)["sms_numbers"], _rows(services)["conversations"]) == (1, 1)


def test_the_audit_log_has_that_it_was_done_and_not_what(services: Services, zoe: Stored):
    """By the receipt's number."""
    services.patients.export("zoe", BOSS)
    receipt = _forget(services)

    with services.database.read() as session:
        forgotten, exported = audit_entries(session, subject="patient")
    assert (exported.action, exported.details) == ("patient.exported", {"conversations": 1})
    assert (forgotten.action, forgotten.subject_id, forgotten.staff_name) == (
        "patient.forgotten", receipt.number, "Boss"
    )  # fmt: skip
    assert forgotten.details["reason"] == REASON
    assert "messages (2)" in forgotten.details["deleted"]
    said = "\n".join([str(forgotten.details), *receipt.lines()])
    assert not any(word in said for word in (MARKER, PHONE, "5550142", "Zoe"))


@pytest.mark.parametrize(
    "reason", ["", "   ", "x" * 201, f"{NAME.lower()} wrote", "call of 312-555-0142", f"from {EMAIL}"]
)
def test_a_reason_that_tells_of_whom_is_not_taken(services: Services, zoe: Stored, reason: str):
    """It is kept for ever; nor is none."""
    with pytest.raises(InvalidMessageError):
        _forget(services, reason=reason)

    assert _rows(services)["messages"] == 2


def test_what_came_since_it_was_shown_is_not_deleted_unseen(services: Services, zoe: Stored):
    """A message that nobody has read may be about anything."""
    seen = services.patients.find("zoe").mark
    with services.database.write() as session:
        session.execute(
            text(
                "INSERT INTO messages (conversation_id, author, text, created_at) "
                "SELECT 'zoe', 'patient', 'wait', created_at FROM conversations"
            )
        )

    with pytest.raises(ConflictError):
        services.patients.forget("zoe", reason=REASON, by=BOSS, seen=seen)

    assert _rows(services)["messages"] == 3


def test_forgetting_twice_finds_nothing_the_second_time(services: Services, zoe: Stored):
    """And what Rasa wrote meanwhile is swept up by the night."""
    _forget(services, "zoe")
    remember(services.settings, "zoe", MARKER)

    with pytest.raises(NotFoundError):
        _forget(services, "zoe")


def test_without_rasas_memory_all_the_same(services: Services, zoe: Stored, tmp_path: Path):
    """A store whose Rasa never ran."""
    Path(services.settings.tracker_url.removeprefix("sqlite:///")).unlink()

    assert services.patients.find("zoe").counts["messages"] == 2
    _forget(services, "zoe")

    assert holding(tmp_path, MARKER, PHONE) == []
