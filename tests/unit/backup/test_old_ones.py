"""Backups do not lie about for ever: those that Frontdesk wrote go after the clinic's time, and nothing else does."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.backup.old_ones import NAME_OF_ONE, delete_old
from bot.cli.main import frontdesk
from bot.db.engine import utc_now
from bot.settings import Settings

NOW = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def _made(folder: Path, at: dt.datetime) -> Path:
    (path := folder / NAME_OF_ONE.format(at)).write_text("a backup", encoding="utf-8")
    return path


def test_only_what_we_named_goes_and_never_the_newest(tmp_path: Path) -> None:
    """By the time in the name, whenever the file was copied there."""
    old, limit, newest = (_made(tmp_path, NOW - days * DAY) for days in (91, 90, 100))
    others = [
        tmp_path / name for name in ("frontdesk-20200101T000000Z.tar.gz.old", "frontdesk-99999999T000000Z.tar.gz")
    ]
    others += [tmp_path / "frontdesk-before-the-move.tar.gz", tmp_path / "notes.txt"]
    for path in others:
        path.write_text("somebody's", encoding="utf-8")

    assert delete_old(tmp_path, NOW - 90 * DAY, but=newest) == [old]

    assert sorted(tmp_path.iterdir()) == sorted([limit, newest, *others])


@pytest.mark.parametrize(
    ("kept", "stays", "said"),
    [
        ("90 days", False, "older than 90 days: 1."),
        ("", True, "Older backups stay"),
        ("soon", True, "No older backup was deleted"),
    ],
)
def test_a_backup_into_a_folder_deletes_what_is_older_than_the_clinic_says(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept: str, stays: bool, said: str
) -> None:
    """Also where clinic.yml cannot be read the new one is there, and no old one is lost."""
    (folder := tmp_path / "backups").mkdir()
    old = _made(folder, utc_now() - 100 * DAY)
    clinic = settings.clinic_path.read_text(encoding="utf-8").replace("backups: 90 days", f'backups: "{kept}"')
    (own := tmp_path / "clinic.yml").write_text(clinic, encoding="utf-8")
    for name, value in {
        "FRONTDESK_DATABASE_URL": settings.database_url,
        "FRONTDESK_TRACKER_URL": settings.tracker_url,
        "FRONTDESK_CLINIC": str(own),
        "FRONTDESK_ROOT": str(tmp_path),
    }.items():
        monkeypatch.setenv(name, value)

    done = CliRunner().invoke(frontdesk, ["backup", str(folder)])

    assert done.exit_code == 0, done.output
    assert said in done.output
    assert old.exists() is stays
    assert len(list(folder.iterdir())) == 1 + stays
