"""`frontdesk clinic export`: what the console changed, in the form of clinic.yml."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.bootstrap import running_services
from bot.cli.commands import clinic as command
from bot.clinic import load_clinic
from bot.clinic_settings.values import as_json
from bot.settings import Settings
from bot.staff.actor import FRONTDESK


@pytest.fixture
def own_file(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Give settings with a clinic.yml that the test may change."""
    path = tmp_path / "clinic.yml"
    shutil.copy(settings.clinic_path, path)
    own = replace(settings, clinic_path=path)
    monkeypatch.setattr(command, "load_settings", lambda: own)
    return own


def _change(settings: Settings, **values: object) -> None:
    services = running_services(settings)
    seen = {name: as_json(services.clinic, name) for name in values}
    services.clinic_settings.change(values, seen=seen, by=FRONTDESK)
    services.database.close()


def test_the_file_without_changes_is_printed_as_it_is(own_file: Settings):
    """Comments and quotes too."""
    run = CliRunner().invoke(command.command, ["export"])

    assert run.output == own_file.clinic_path.read_text()


def test_changes_stand_in_it_and_nothing_else_does(own_file: Settings, tmp_path: Path):
    """And it is read as what holds now."""
    _change(own_file, prices='From $400: "all in"', holidays=["2027-07-05"], phone="312-555-0199")

    run = CliRunner().invoke(command.command, ["export"])

    written = tmp_path / "written.yml"
    written.write_text(run.output)
    clinic = load_clinic(written)
    assert (clinic.prices, clinic.phone, str(clinic.holidays[0])) == (
        'From $400: "all in"',
        "312-555-0199",
        "2027-07-05",
    )
    before, after = own_file.clinic_path.read_text().splitlines(), run.output.splitlines()
    changed = [new for old, new in zip(before, after, strict=True) if old != new]
    assert [line.partition(":")[0] for line in changed] == ["phone", "holidays", "prices"]


def test_written_in_place_the_file_is_what_holds(own_file: Settings):
    """The file that was there stays beside it."""
    before = own_file.clinic_path.read_text()
    _change(own_file, hours={**as_json(load_clinic(own_file.clinic_path), "hours"), "friday": "closed"})

    run = CliRunner().invoke(command.command, ["export", "--in-place"])

    assert "hours" in run.output
    assert own_file.clinic_path.with_name("clinic.yml.old").read_text() == before
    services = running_services(own_file)
    assert services.clinic_settings.changed_here() == {}
    assert services.clinic.hours["friday"] == "closed"
    services.database.close()


def test_what_nobody_has_decided_is_told_and_left_as_the_file_has_it(own_file: Settings):
    """Writing the console's value over it would lose what somebody wrote there."""
    _change(own_file, parking="Console's.")
    path = own_file.clinic_path
    path.write_text(path.read_text().replace("Free parking in front of the building.", "File's."))

    run = CliRunner().invoke(command.command, ["export", "--in-place"])

    assert "parking: clinic.yml says something new" in run.output
    assert load_clinic(path).parking == "File's."
