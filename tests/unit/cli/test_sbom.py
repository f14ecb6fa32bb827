"""The list of everything Frontdesk is made of: each package of the locks, once, with what proves and allows it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli.commands.sbom import UNKNOWN, command, licence_of, plain_name, read_packages

ROOT = Path(__file__).resolve().parents[3]
NOT_ON_LINUX = {"colorama", "pyreadline3", "pywin32"}


def test_every_package_that_serves_patients_is_listed_once(tmp_path: Path) -> None:
    """As the locks name it, with the hashes that are installed and the packages that ask for it."""
    out = tmp_path / "sbom.json"
    done = CliRunner().invoke(command, ["--out", str(out)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    bom = json.loads(out.read_text())

    assert (bom["bomFormat"], bom["specVersion"], bom["metadata"]["component"]["name"]) == (
        "CycloneDX",
        "1.6",
        "frontdesk",
    )
    listed = {}
    for component in bom["components"]:
        if component["type"] == "library":
            (environment,) = [one["value"] for one in component["properties"]]
            listed[environment, plain_name(component["name"])] = component
    for environment in ("app", "rasa"):
        lock = (ROOT / "requirements" / f"{environment}.txt").read_text(encoding="utf-8")
        pins = re.findall(r"^([A-Za-z0-9._-]+)(?:\[.*?\])?==([^\s;\\]+)", lock, re.MULTILINE)
        assert pins
        for name, version in pins:
            component = listed.pop((environment, plain_name(name)))
            assert component["version"] == version
            assert component["purl"] == f"pkg:pypi/{plain_name(name)}@{version}"
            assert {one["alg"] for one in component["hashes"]} == {"SHA-256"}
    assert not listed
    encoder = [one for one in bom["components"] if one["type"] == "machine-learning-model"]
    assert [one["licenses"][0]["license"]["id"] for one in encoder] == ["Apache-2.0"]
    asked = {one["ref"]: set(one.get("dependsOn", ())) for one in bom["dependencies"]}
    assert any(ref.startswith("app/pkg:pypi/starlette@") for ref in asked[next(r for r in asked if "/fastapi@" in r)])


@pytest.mark.parametrize("environment", ["app"])
def test_every_package_that_is_installed_says_its_licence(environment: str) -> None:
    """Or nobody could tell whether Frontdesk may be passed on with it."""
    unknown = {plain_name(one.name) for one in read_packages(ROOT, environment) if one.licence == UNKNOWN}

    assert unknown <= NOT_ON_LINUX


@pytest.mark.parametrize(
    ("said", "licence"),
    [
        ({"License-Expression": ["MIT"]}, "MIT"),
        ({"License": ["BSD"]}, "BSD"),
        ({"License": ["UNKNOWN"], "Classifier": ["License :: OSI Approved :: MIT License"]}, "MIT License"),
        ({"License": ["Permission is hereby granted " * 9], "Classifier": ["License :: X :: Y"]}, "Y"),
        ({"License": ["two\nlines"]}, UNKNOWN),
        ({}, UNKNOWN),
    ],
)
def test_a_licence_is_what_a_package_says_of_it(said: dict[str, list[str]], licence: str) -> None:
    """The newer field first, and never a whole text."""

    class Said:
        def get(self, name: str) -> str | None:
            return next(iter(said.get(name, ())), None)

        def get_all(self, name: str) -> list[str] | None:
            return said.get(name)

    class Package:
        metadata = Said()

    assert licence_of(Package()) == licence  # type: ignore[arg-type]
