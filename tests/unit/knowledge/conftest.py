"""A database with the small content folder of the factories, and every answer of the real one as it is served."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.clinic import Clinic, load_clinic
from bot.db.base import Base
from bot.db.engine import Database
from bot.knowledge import store
from bot.knowledge.answering.answering import Answering
from bot.knowledge.answering.question import Question
from bot.knowledge.exchange.importing import ImportResult, import_content
from bot.knowledge.files.content import Content, load_content
from bot.reply import Reply
from bot.responses import FixedResponses
from bot.settings import load_settings
from bot.vocabulary import COMPARISON, ReplyKind
from tests.factories import a_clinic, serving, write_content

Seed = Callable[..., ImportResult]

RESPONSES = FixedResponses.from_file(load_settings({}).domain_path)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Give an empty database with all tables."""
    database = Database(f"sqlite:///{tmp_path / 'knowledge.db'}")
    Base.metadata.create_all(database.engine)
    yield database
    database.close()


@pytest.fixture
def seed_files(database: Database, tmp_path: Path) -> Seed:
    """Give a way to load the small content folder, with some files replaced, at a clinic with Dr. Lee."""

    def load(**files: str) -> ImportResult:
        content = load_content(write_content(tmp_path / "knowledge", **files))
        return import_content(database, content, is_clinician=lambda name, _day: name == "Dr. Lee")

    return load


@pytest.fixture
def answering(database: Database) -> Answering:
    """Give answering on the small content, for a clinic that offers prolotherapy and PRP."""
    return Answering(database, a_clinic(), RESPONSES, serving)


@pytest.fixture(scope="session")
def content() -> Content:
    """Give the project's real content."""
    return load_content(load_settings({}).knowledge_path)


@pytest.fixture(scope="session")
def clinic() -> Clinic:
    """Give the project's own sample clinic."""
    return load_clinic(load_settings({}).clinic_path)


@pytest.fixture(scope="session")
def real_database(seeded_database: Path) -> Iterator[Database]:
    """Give the database with the real knowledge, for looking only."""
    database = Database(replace(load_settings({}), database_url=f"sqlite:///{seeded_database}").database_url)
    yield database
    database.close()


@pytest.fixture(scope="session")
def real_answering(real_database: Database, clinic: Clinic) -> Answering:
    """Give answering on the real knowledge."""
    return Answering(real_database, clinic, RESPONSES, serving)


@pytest.fixture(scope="session")
def served(real_database: Database, real_answering: Answering) -> dict[str, Reply]:
    """Give every answer that some question leads to, by its id, as a patient reads it."""
    with real_database.read() as session:
        pairs = sorted(store.coverage(session, serving()))
        comparisons = store.comparisons(session, topic=COMPARISON, rules=serving())
    questions = [Question(topic=topic, treatments=(slug,)) for slug, topic in pairs if topic != COMPARISON]
    questions += [
        Question(topic=COMPARISON, treatments=found.treatments, alternatives=found.compared_with)
        for found in comparisons
    ]
    replies = [reply for question in questions for reply in real_answering.answer(question, ()).replies]
    return {str(reply.answer_id): reply for reply in replies if reply.kind is ReplyKind.ANSWER}
