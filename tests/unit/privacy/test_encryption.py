"""A stolen disk tells nothing of patients: what is stored is encrypted, and yet found, copied and re-encrypted."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import Connection, Table, select, text, update

import bot.migrations.models  # noqa: F401  (all tables that there are)
from bot.bootstrap import Services, build_services, read_triage
from bot.channels import store as numbers
from bot.channels.models import MessageFile, SmsNumber, TextConsent
from bot.conversations import store as conversations
from bot.conversations.models import Conversation, Message
from bot.curation.models import GatheredQuestion, Lesson
from bot.db import resealing
from bot.db.base import Base
from bot.db.engine import Database, utc_now
from bot.db.sealed import as_stored, sealed_columns
from bot.errors import EncryptionKeyError
from bot.escalation import inbox_store
from bot.escalation.desk import conversations_store
from bot.escalation.desk.conversations_store import ConversationFilter
from bot.escalation.inbox_store import InboxFilter
from bot.notifications import store as notifications
from bot.privacy.encryption import Encryption
from bot.privacy.finding import meant_by
from bot.privacy.memory_store import RasaMemory
from bot.rasa_client.client import RasaClient
from bot.sealing import new_key, read_keys
from bot.settings import Settings, load_settings
from bot.staff.actor import FRONTDESK
from bot.staff.integrations import Integrations
from bot.vocabulary import InboxView
from tests.factories import a_conversation, encrypted
from tests.fakes import FakeRasa
from tests.unit.privacy.conftest import EMAIL, MARKER, NAME, PHONE, Stored, holding, remember, store_whole

Open = Callable[[Settings], Services]
SAID = f"{MARKER} hurts my knee"


@pytest.fixture
def plain(settings: Settings) -> Settings:
    """Give the settings of a store without a key."""
    return settings


@pytest.fixture
def keyed(settings: Settings) -> Settings:
    """Give the settings of the same store with a key."""
    return encrypted(settings)


@pytest.fixture
def open_with(rasa: FakeRasa) -> Iterator[Open]:
    """Open the store with some settings."""
    opened: list[Services] = []

    def open_it(settings: Settings) -> Services:
        # The look for danger is the project's; the folder is this test's.
        opened.append(
            build_services(settings, rasa=cast("RasaClient", rasa), triage=lambda: read_triage(load_settings({})))
        )
        return opened[-1]

    yield open_it
    for services in opened:
        _close(services)


def _close(services: Services) -> None:
    services.named_locks.close()
    services.database.close()


def _fill(services: Services, ana: int) -> Stored:
    """Store the marker in every column that is to be encrypted."""
    stored = store_whole(
        services.database, "zoe", ana, marker=MARKER, name=NAME, phone=PHONE, email=EMAIL, label="knee"
    )
    now = utc_now()
    with services.database.write() as session:
        (asked, answered) = session.scalars(select(Message).order_by(Message.id)).all()
        number = numbers.lock_number(session, PHONE)
        session.add_all(
            [
                MessageFile(message_id=asked.id, address=f"https://pictures.example/{MARKER}", kind="image/png"),
                TextConsent(
                    number_id=number.id, patient_key=NAME, version="1", channel="web", given_at=now, recorded_by="Ana"
                ),
                GatheredQuestion(
                    message_id=asked.id, reply_id=answered.id, conversation_id="zoe", why="no_answer", text=SAID,
                    vector=MARKER, asked_at=now,
                ),
                Lesson(question=SAID, proposed=f"Tell {MARKER} to rest", made_by="Ana", made_at=now),
            ]
        )  # fmt: skip
    return stored


def _everything(database: Database) -> str:
    """Give every row of every table as the database itself writes it out."""
    found = []
    with database.engine.connect() as connection:
        for table in Base.metadata.tables:
            columns = ", ".join(f"CAST({column.name} AS TEXT)" for column in Base.metadata.tables[table].columns)
            found += [repr(tuple(row)) for row in connection.execute(text(f"SELECT {columns} FROM {table}"))]  # noqa: S608
    return "\n".join(found)


def _is_read(services: Services, stored: Stored) -> None:
    """Whoever looks for the patient, by whatever is known of them, finds them, and what they wrote."""
    with services.database.read() as session:
        asked = session.scalars(select(Message).where(Message.conversation_id == "zoe").order_by(Message.id)).first()
        assert asked is not None
        assert asked.text == SAID
        for words in (MARKER.upper(), NAME, "hurts my knee", "312-555-0142", EMAIL):
            wanted = InboxFilter(staff_member_id=1, view=InboxView.ALL, words=words)
            assert [row.ticket.id for row in inbox_store.page(session, wanted).rows] == [stored.ticket_id], words
        for words in (MARKER, NAME, "5550142", f"{EMAIL}.signed"):
            page = conversations_store.page(session, ConversationFilter(words=words))
            assert [row.asked for row in page.rows] == [SAID], words
        for contact in (PHONE, EMAIL.upper(), f"{EMAIL}.signed.example"):
            assert meant_by(session, contact, services.clinic).conversation_ids == ("zoe",), contact
        assert not inbox_store.page(session, replace(wanted, words="nobody said this")).rows
        assert notifications.of_message(session, asked.id + 1)[0].content["text"] == f"About {MARKER}"
    with services.database.write() as session:
        known = numbers.lock_number(session, PHONE)
        assert session.scalars(select(SmsNumber)).all() == [known]


def _encryption(services: Services) -> Encryption:
    settings = services.settings
    memory = RasaMemory(settings.tracker_url, settings.root, settings.encryption_keys)
    return Encryption(services.database, memory, wait=lambda _seconds: None)


def test_a_stolen_disk_tells_nothing(keyed: Settings, open_with: Open, ana: int, tmp_path: Path):
    """Neither the files, with their logs, nor what a dump would hold; and staff find everything."""
    services = open_with(keyed)

    stored = _fill(services, ana)
    made = Integrations(services.database).connect(
        name="desk", staff_member_id=ana, webhook_url="https://desk.example/hook", by=FRONTDESK
    )

    assert holding(tmp_path, MARKER, made.webhook_secret, PHONE[2:]) == []
    for word in (MARKER, made.webhook_secret, PHONE[2:]):
        assert word not in _everything(services.database)
    _is_read(services, stored)


async def test_a_conversation_as_it_happens_is_encrypted(keyed: Settings, open_with: Open, tmp_path: Path):
    """Message, reply, contact, ticket and note go in by their own ways."""
    services = open_with(keyed)
    conversation_id = await a_conversation(services)
    await services.receive.receive(conversation_id, f"My {MARKER} hurts", "m1")
    await services.contacts.take(conversation_id, name=NAME, phone=None, email=EMAIL)

    assert holding(tmp_path, MARKER) == []
    with services.database.read() as session:
        texts = [message.text for message in conversations.transcript(session, conversation_id)]
    assert texts[:2] == [f"My {MARKER} hurts", f"You said: My {MARKER} hurts"]


def test_what_was_stored_before_there_was_a_key_is_read_and_then_encrypted(
    plain: Settings, open_with: Open, ana: int, tmp_path: Path
):
    """An installation that runs switches it on: nothing is lost, and nothing plain is left in the files."""
    first = open_with(plain)
    stored = _fill(first, ana)
    remember(plain, "zoe", MARKER)
    _close(first)
    services = open_with(encrypted(plain))
    _is_read(services, stored)

    done = _encryption(services).encrypt()

    assert done.scrubbed
    assert done.rows["messages"] == 2
    assert holding(tmp_path, MARKER) == []
    assert MARKER not in _everything(services.database)
    _is_read(services, stored)
    memory = RasaMemory(plain.tracker_url, plain.root, services.settings.encryption_keys)
    assert memory.of(["zoe"])["zoe"][0]["text"] == MARKER
    assert _encryption(services).encrypt().rows == {}


def test_one_persons_data_is_handed_out_and_forgotten(keyed: Settings, open_with: Open, ana: int):
    """The patient reads their words; then nothing of theirs is left, encrypted or not."""
    services = open_with(keyed)
    _fill(services, ana)

    with zipfile.ZipFile(io.BytesIO(services.patients.export(PHONE, FRONTDESK).content)) as archive:
        told = archive.read("data.json").decode()
    services.patients.forget(PHONE, reason="asked for it in writing", by=FRONTDESK)

    for word in (SAID, NAME, PHONE, EMAIL, f"Call {MARKER}"):
        assert word in told, word
    with services.database.read() as session:
        assert session.scalars(select(SmsNumber)).all() == session.scalars(select(Message)).all() == []


def test_a_rotation_changes_every_value_and_others_follow(keyed: Settings, open_with: Open, ana: int):
    """Who knew only the older key reads on, and finds what is sealed with the newer one."""
    services, elsewhere = open_with(keyed), open_with(keyed)
    stored = _fill(services, ana)
    _is_read(elsewhere, stored)
    (before,) = services.database.keys.looking()

    done = _encryption(services).rotate()

    assert done.rows["sms_numbers"] == 1
    assert f".{before.id}." not in _everything(services.database)
    _is_read(services, stored)
    with elsewhere.database.read() as session:
        assert session.scalars(select(Message.text)).first() == SAID
    _is_read(elsewhere, stored)


def test_a_rotation_that_is_cut_short_loses_nothing(
    keyed: Settings, open_with: Open, ana: int, monkeypatch: pytest.MonkeyPatch
):
    """Half of the messages have the new key; everything is read and found, and the same command ends it."""
    services = open_with(keyed)
    stored = _fill(services, ana)
    real, messages = resealing._reseal_rows, list[object]()

    def cut_short(connection: Connection, table: Table, raw: Table, after: resealing.Key | None) -> object:
        if table.name == "messages":
            messages.append(after)
        if len(messages) == 2:
            raise KeyboardInterrupt
        return real(connection, table, raw, after)

    services.database.keys.make()
    with monkeypatch.context() as patch:
        patch.setattr(resealing, "ROWS_AT_ONCE", 1)
        patch.setattr(resealing, "_reseal_rows", cut_short)
        with pytest.raises(KeyboardInterrupt):
            _encryption(services).encrypt()
    newer, older = services.database.keys.looking()
    assert all(f".{key.id}." in _everything(services.database) for key in (newer, older))

    _is_read(services, stored)
    _encryption(services).encrypt()

    assert f".{older.id}." not in _everything(services.database)
    _is_read(services, stored)


def test_a_wrong_or_missing_key_says_what_to_do_and_changes_nothing(
    keyed: Settings, plain: Settings, open_with: Open, ana: int
):
    """Nobody writes a plain word beside what they cannot read; the right key opens all of it again."""
    services = open_with(keyed)
    stored = _fill(services, ana)
    before = _everything(services.database)
    _close(services)

    for settings, said in ((plain, "none is set"), (encrypted(plain), "the one that is set is")):
        other = open_with(settings)
        with pytest.raises(EncryptionKeyError, match=f"{said}.*FRONTDESK_ENCRYPTION_KEY_FILE.*nothing was changed"):
            other.clinic_settings.refresh()
        with pytest.raises(EncryptionKeyError), other.database.write() as session:
            session.execute(update(Conversation).values(patient_name="Tom"))

    again = open_with(keyed)
    assert _everything(again.database) == before
    _is_read(again, stored)


def test_the_key_of_the_installation_is_changed(plain: Settings, open_with: Open, ana: int):
    """While both stand in the file either opens the store; then the older one opens nothing any more."""
    old, new = new_key(), new_key()
    first = open_with(replace(plain, encryption_keys=read_keys(old)))
    stored = _fill(first, ana)

    _encryption(open_with(replace(plain, encryption_keys=read_keys(f"{new}\n{old}")))).rotate()

    _is_read(first, stored)
    last = open_with(replace(plain, encryption_keys=read_keys(new)))
    _encryption(last).rotate()
    _is_read(last, stored)
    late = open_with(replace(plain, encryption_keys=read_keys(old)))
    with pytest.raises(EncryptionKeyError, match="What is stored is encrypted with the key"):
        late.database.read().__enter__()


def test_what_only_looks_encrypted_is_told_apart(plain: Settings, open_with: Open):
    """A patient may write anything, with a key and without."""
    said = ["fd1.0a0b0c0d.abcd", "fd0.fd1.x", "fs1.", ""]
    for settings in (plain, encrypted(plain)):
        services = open_with(settings)
        with services.database.write() as session:
            for at, words in enumerate(said):
                session.add(Conversation(id=f"{at}", token_hash="x", channel="web", created_at=utc_now(),
                                         patient_name=words, patient_phone=words))  # fmt: skip
        with services.database.write() as session:
            rows = session.scalars(select(Conversation).order_by(Conversation.id)).all()
            assert [row.patient_name for row in rows] == said
            assert [row.patient_phone for row in rows] == said
            session.execute(text("DELETE FROM conversations"))


def test_every_column_with_words_of_patients_is_encrypted():
    """A new column beside these is thought about: this list and docs/security.md say what is plain."""
    found = {f"{table.name}.{name}" for table in Base.metadata.sorted_tables for name in sealed_columns(table)}

    assert found == {
        "appointments.body_part",
        "appointments.mark",
        "appointments.patient_key",
        "appointments.patient_name",
        "conversation_identities.email",
        "conversation_identities.name",
        "conversation_identities.person_id",
        "conversation_identities.phone",
        "conversations.patient_email",
        "conversations.patient_name",
        "conversations.patient_phone",
        "gathered_questions.text",
        "gathered_questions.vector",
        "integrations.webhook_secret",
        "lessons.proposed",
        "lessons.question",
        "message_files.address",
        "messages.reply",
        "messages.text",
        "notifications.content",
        "own_secrets.secret",
        "provider_sign_ins.verifier",
        "sign_ins.csrf_token",
        "sms_numbers.phone",
        "staff_members.totp_secret",
        "text_consents.patient_key",
        "ticket_notes.text",
    }
    assert {table.name for table in as_stored(Base.metadata).sorted_tables} == set(Base.metadata.tables)
