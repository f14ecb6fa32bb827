"""The tests' own foundation: services are made for thousands of tests, so nothing they are made of is read twice."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import bot.yaml_file
from bot.bootstrap import build_services
from bot.settings import Settings, load_settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Give settings whose store nobody opens."""
    return replace(load_settings({}), database_url=f"sqlite:///{tmp_path / 'frontdesk.db'}")


def test_services_are_made_of_what_was_read_before(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    """What reads a new file belongs into `tests/made_once/read_once.py`."""
    build_services(settings)
    read: list[str] = []
    load = bot.yaml_file._load
    monkeypatch.setattr(bot.yaml_file, "_load", lambda path, typ: read.append(path.name) or load(path, typ))
    build_services(settings)
    assert read == []


def test_a_content_file_with_other_bytes_is_read_anew(settings: Settings, tmp_path: Path):
    """Each test may have files of its own."""
    own = tmp_path / "clinic.yml"
    own.write_bytes(settings.clinic_path.read_bytes())
    changed = replace(settings, clinic_path=own)
    name = build_services(changed).clinic.name
    own.write_text(own.read_text(encoding="utf-8").replace(name, "Another clinic"), encoding="utf-8")
    assert build_services(changed).clinic.name == "Another clinic"
