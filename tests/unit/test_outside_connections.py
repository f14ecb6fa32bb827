"""A connection that leaves the machine in the open is named, and what is encrypted and checked is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.process.outside_connections import in_the_open
from bot.settings import load_settings

HERE = "sqlite:///x.db"


@pytest.mark.parametrize(
    ("variable", "address", "is_open"),
    [
        ("database_url", HERE, False),
        ("database_url", "postgresql+psycopg://fd@/clinic?host=/var/run/postgresql", False),
        ("database_url", "postgresql+psycopg://fd:pw@127.0.0.1/clinic", False),
        ("database_url", "postgresql+psycopg://fd:pw@[::1]:5432/clinic", False),
        ("database_url", "postgresql+psycopg://fd:pw@localhost/clinic", False),
        ("database_url", "postgresql+psycopg://fd:pw@db.example/clinic", True),
        ("database_url", "postgresql+psycopg://fd:pw@/clinic?host=db1.example&host=/tmp", True),
        ("database_url", "postgresql+psycopg://fd:pw@db.example/clinic?sslmode=require", True),
        ("database_url", "postgresql+psycopg://fd:pw@db.example/clinic?sslmode=verify-full", False),
        ("tracker_url", "postgresql+psycopg://fd:pw@db.example/clinic", True),
        ("redis_url", "redis://127.0.0.1:6379/0", False),
        ("redis_url", "redis://cache:6379/0", True),
        ("redis_url", "rediss://cache:6379/0", False),
        ("redis_url", "rediss://cache:6379/0?ssl_cert_reqs=none", True),
        ("rasa_url", "http://127.0.0.1:5005,http://rasa.example:5005", True),
        ("rasa_url", "https://rasa.example", False),
        ("smtp_url", "smtp://localhost:25", False),
        ("smtp_url", "smtp://mail.example:25", True),
        ("smtp_url", "smtp+tls://mail.example:587", False),
    ],
)
def test_what_leaves_the_machine_in_the_open_is_named(variable: str, address: str, is_open: bool):
    """By its variable; the address may hold a password."""
    settings = replace(load_settings({}), database_url=HERE, tracker_url=HERE)

    found = in_the_open(replace(settings, **{variable: address}))

    assert found == ([f"FRONTDESK_{variable.upper()}"] if is_open else [])
