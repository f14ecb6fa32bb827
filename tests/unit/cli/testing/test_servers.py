"""The tests' PostgreSQL is the newest of the machine that is new enough; where a server is missing, that is said."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.cli.testing import servers


def _install(packages: Path, version: str) -> Path:
    folder = packages / version / "bin"
    folder.mkdir(parents=True)
    (folder / "initdb").touch()
    program = folder / "postgres"
    program.write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {version}.3 (Debian)'\n", encoding="utf-8")
    program.chmod(0o755)
    return folder


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing be on the PATH."""
    monkeypatch.setattr(shutil, "which", lambda _name: None)


@pytest.mark.usefixtures("bare")
def test_the_newest_is_taken(tmp_path: Path):
    """By number, not by letters."""
    _install(tmp_path, "9")
    newest = _install(tmp_path, "16")
    _install(tmp_path, "15")

    assert servers.find_postgresql(tmp_path) == newest


@pytest.mark.usefixtures("bare")
def test_an_old_one_is_none(tmp_path: Path):
    """Frontdesk is not tested on it."""
    assert servers.find_postgresql(tmp_path) is None
    _install(tmp_path, "14")
    assert servers.find_postgresql(tmp_path) is None


def test_what_to_type_is_said(monkeypatch: pytest.MonkeyPatch):
    """One command, or what to look for."""
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    assert servers.how_to_get_postgresql().endswith("apt-get install -y postgresql")
    assert servers.how_to_get_redis().endswith("apt-get install -y redis-server")
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    assert "initdb" in servers.how_to_get_postgresql()
    assert "redis-server" in servers.how_to_get_redis()
