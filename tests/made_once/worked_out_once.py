"""Works out once for a whole run what every test would work out anew: statements, whom to trust, vectors."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import httpx._transports.default as transports
import pytest
from sqlalchemy import Engine, create_engine

import bot.db.engine
import bot.encoder.sentence_encoder as encoders

_SENTENCES_OF_ALL_TESTS = 20_000


def compile_statements_once(patch: pytest.MonkeyPatch) -> None:
    """Let every database of the run use the statements that were compiled for another one of its kind.

    A test has a database, and so an engine, of its own, which would compile each statement anew: a third of what most
    tests took. What is compiled depends on the kind of database alone.

    Args:
        patch: Undone when the run ends.
    """
    kept = create_engine("sqlite://")
    with kept.connect():
        pass  # It now knows the version of SQLite.
    patch.setattr(bot.db.engine, "create_engine", _sharing({"sqlite": kept}, bot.db.engine.create_engine))


def read_certificates_once(patch: pytest.MonkeyPatch) -> None:
    """Let every HTTP client of the run use the same authorities: reading them takes 20 ms for each client.

    Args:
        patch: Undone when the run ends.
    """
    patch.setattr(transports, "create_ssl_context", lru_cache(transports.create_ssl_context))


def encode_sentences_once(patch: pytest.MonkeyPatch) -> None:
    """Let the look for danger keep the vectors of all that tests say: each takes 5 ms, and many are said again.

    In service it keeps those of a few messages. A vector depends on its sentence alone.

    Args:
        patch: Undone when the run ends.
    """
    patch.setattr(encoders, "_CLAUSES_OF_A_FEW_MESSAGES", _SENTENCES_OF_ALL_TESTS)


def _sharing(kept: dict[str, Engine], create: Callable[..., Engine]) -> Callable[..., Engine]:
    def create_sharing(url: Any, **options: Any) -> Engine:
        engine = create(url, **options)
        if options.get("execution_options", {}).get(bot.db.engine.SEALED):
            # Its dialect has keys, which are its own.
            return engine
        # Of PostgreSQL the first one of the run, which asks its server for the version when it first connects.
        earlier = kept.setdefault(engine.dialect.name, engine)
        engine.dialect = earlier.dialect
        engine._compiled_cache = earlier._compiled_cache
        return engine

    return create_sharing
