"""The files of a deployment name what there is: settings, ports, addresses of health, modules, users and services."""

from __future__ import annotations

import importlib.util
import re
import shlex
from configparser import RawConfigParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import make_url

from bot.settings import ROOT, load_settings
from bot.yaml_file import plain, read_yaml

DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
DEFAULTS = load_settings({})
RASA_PORT = urlsplit(DEFAULTS.rasa_url).port
ACTIONS_PORT = 5055
HEALTH = {"edge": (DEFAULTS.port, "/health/live"), "rasa": (RASA_PORT, "/status"), "actions": (ACTIONS_PORT, "/health")}
VARIABLE = re.compile(r"\bFRONTDESK_[A-Z_]+\b")
COMPOSE: dict[str, Any] = plain(read_yaml(ROOT / "compose.yaml"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"] == "frontdesk"}
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
FILLED_IN = {
    "POSTGRES_PASSWORD": "secret1",
    "FRONTDESK_ENV": "",
    "FRONTDESK_PUBLIC_URL": "https://chat.clinic.example",
    "FRONTDESK_ENCRYPTION_KEY": "",
}


def _filled_in(value: object) -> str:
    """Put values into `${NAME}`, `${NAME:-default}` and `${NAME:?problem}`, as Compose does."""

    def fill(found: re.Match[str]) -> str:
        return FILLED_IN[found["name"]] or (found["default"] or "")

    return re.sub(r"\$\{(?P<name>\w+)(?::-(?P<default>[^}]*)|:\?[^}]*)?\}", fill, str(value))


def _environment(service: dict[str, Any]) -> dict[str, str]:
    return {name: _filled_in(value) for name, value in service["environment"].items()}


def _known_variables() -> set[str]:
    folders = ("bot", "actions")
    files = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    return {name for path in files for name in VARIABLE.findall(path.read_text(encoding="utf-8"))}


def _module(command: list[str]) -> str:
    return command[command.index("-m") + 1]


def _option(command: list[str], name: str) -> str:
    return command[command.index(name) + 1]


@pytest.fixture(scope="module", params=UNITS, ids=lambda path: path.name)
def unit(request: pytest.FixtureRequest) -> tuple[str, RawConfigParser]:
    """Give each unit of systemd."""
    path: Path = request.param
    # A name may come twice in a section.
    parser = RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(path, encoding="utf-8")
    return path.name, parser


def test_every_variable_is_one_that_is_read():
    """A misspelt one would silently have no effect."""
    known = _known_variables()
    for path in [ROOT / "compose.yaml", *(each for each in DEPLOY.rglob("*") if each.is_file())]:
        assert set(VARIABLE.findall(path.read_text(encoding="utf-8"))) <= known, path.name


@pytest.mark.parametrize("name", OURS)
def test_settings_of_a_container_can_be_read_and_lead_to_the_others(name: str):
    """Each address names a service, and the port that it listens on."""
    environment = _environment(OURS[name])
    settings = load_settings(environment)

    (rasa,) = map(urlsplit, settings.rasa_urls)
    actions = urlsplit(environment["FRONTDESK_ACTIONS_URL"])
    assert settings.env == "production"
    assert (rasa.hostname, str(rasa.port)) == ("rasa", _option(OURS["rasa"]["command"], "--port"))
    assert (actions.hostname, str(actions.port)) == ("actions", _option(OURS["actions"]["command"], "--port"))
    for url in (settings.database_url, settings.tracker_url):
        address, database = make_url(url), SERVICES["database"]["environment"]
        assert address.host == "database"
        assert address.username == database["POSTGRES_USER"]
        assert address.database == database["POSTGRES_DB"]
        assert address.password == _filled_in(database["POSTGRES_PASSWORD"])
    # A database, or a schema, of its own.
    assert settings.database_url != settings.tracker_url


def test_containers_start_modules_that_there_are():
    """With the options that these take; the image's own command is the edge's."""
    commands = {name: service.get("command") for name, service in OURS.items() if name != "edge"}

    found = {name: _module(command) for name, command in commands.items() if command}
    found["edge"] = re.findall(r'"([^"]+)"', DOCKERFILE[DOCKERFILE.index("CMD") :])[-1]

    assert found == {
        "setup": "bot.cli.setting_up.preparing",
        "actions": "actions",
        "rasa": "bot.nlu.server.serve",
        "edge": "bot.web",
    }
    for module in found.values():
        assert importlib.util.find_spec(module) is not None
    for module in ("actions/__main__.py", "bot/nlu/server/serve.py"):
        assert {"--host", "--port"} <= set(re.findall(r'"(--\w+)"', (ROOT / module).read_text(encoding="utf-8")))


@pytest.mark.parametrize("name", HEALTH)
def test_probes_ask_addresses_that_answer(name: str):
    """On the port where the service listens."""
    address = urlsplit(re.findall(r"http://[^']+", OURS[name]["healthcheck"]["test"][-1])[0])
    sources = ("bot/web/health.py", "actions/server.py", "bot/rasa_client/client.py")

    assert (address.port, address.path) == HEALTH[name]
    assert any(f'"{address.path}"' in (ROOT / source).read_text(encoding="utf-8") for source in sources)


def test_only_the_edge_can_be_reached_and_only_from_this_machine():
    """Rasa and the actions have no sign-in."""
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}

    assert published == {"edge": [f"127.0.0.1:{DEFAULTS.port}:{DEFAULTS.port}"]}


def test_the_image_runs_as_a_user_that_it_makes_and_keeps_what_must_last():
    """And has the programs for backups of the database beside it."""
    user = re.findall(r"^USER (\w+)", DOCKERFILE, re.M)
    (version,) = re.findall(r"postgresql-client-(\d+)", DOCKERFILE)

    assert user == re.findall(r"useradd .* (\w+) ", DOCKERFILE)
    assert f"postgres:{version}" == SERVICES["database"]["image"]
    for service in OURS.values():
        mounted = {volume.split(":")[0]: volume.split(":")[1] for volume in service["volumes"]}
        assert {mounted["var"], mounted["models"]} == set(re.findall(r'"(/srv/[^"]+)"', DOCKERFILE))
        for source, target in mounted.items():
            if source.startswith("./"):
                assert (ROOT / source).exists()
                assert target == f"/srv/frontdesk/{source.removeprefix('./')}"
    assert {"database", "models", "var"} == set(COMPOSE["volumes"])
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert {"var", ".env", ".git", "models"} <= set(ignored)


def test_a_unit_starts_what_there_is_as_the_user_of_the_docs(unit: tuple[str, RawConfigParser]):
    """From the folder, and with the file of settings, that docs/deployment.md has people make."""
    name, parser = unit
    service = parser["Service"]
    command = shlex.split(service["ExecStart"])
    docs = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")

    assert f"useradd --system --home-dir {service['WorkingDirectory']} " in docs
    assert re.search(rf"useradd .* {service['User']}\n", docs)
    assert f"/etc/{Path(service['EnvironmentFile'].lstrip('-')).name}" in docs
    assert name.removesuffix(".service").rstrip("@") in docs
    program = Path(command[0]).relative_to(service["WorkingDirectory"])
    if "-m" in command:
        assert program.parts[0] in {".venv", ".venv-rasa"}
        assert importlib.util.find_spec(_module(command)) is not None
        # -P takes the folder off the path, so it has to be put there.
        assert ("-P" in command) == ("PYTHONPATH=/srv/frontdesk" in (DEPLOY / "systemd" / name).read_text("utf-8"))
    else:
        assert (ROOT / program).is_file()
        assert command[1] in {"up", "backup"}


def test_rasa_is_shut_in():
    """It gets no fixes any more: an account of its own, nothing to write to, and no network but the loopback."""
    text = (DEPLOY / "systemd" / "frontdesk-rasa@.service").read_text(encoding="utf-8")
    service = dict(line.split("=", 1) for line in text.splitlines() if "=" in line and not line.startswith("#"))

    assert (service["User"], service["Group"]) == ("frontdesk-rasa", "frontdesk")
    assert (service["IPAddressDeny"], service["IPAddressAllow"]) == ("any", "localhost")
    assert "ReadWritePaths" not in service
    assert service["ProtectSystem"] == "strict"
    assert service["CapabilityBoundingSet"] == ""
    assert "UMask=0027" in (DEPLOY / "systemd" / "frontdesk-edge.service").read_text(encoding="utf-8")


def test_proxies_lead_to_the_edge_and_keep_what_is_not_for_outside():
    """Live connections are upgraded, metrics refused, tokens in addresses not logged."""
    nginx, caddy = ((DEPLOY / name).read_text(encoding="utf-8") for name in ("nginx.conf", "Caddyfile"))

    for text in (nginx, caddy):
        assert f"127.0.0.1:{DEFAULTS.port}" in text
        assert re.search(r"/metrics\b.*?404", text, re.S)
    for header in ("Host $host", "Upgrade $http_upgrade", "Connection $connection_upgrade"):
        assert f"proxy_set_header {header};" in nginx
    assert "$request_uri" not in nginx
    # TLS 1.2 and later; plain HTTP only leads browsers on, and takes nothing else. Caddy does both by itself.
    assert "ssl_protocols TLSv1.2 TLSv1.3;" in nginx
    assert re.search(r"listen 80;.*?location / \{\s+return 301 https://\$host\$uri;", nginx, re.S)
    assert re.search(r"location ~ \^/\(api\|channels\)/ \{\s+return 403;", nginx)
    assert "tls1" not in caddy.replace("tls1.2", "").replace("tls1.3", "")
    assert r"request>uri regexp \?.*" in caddy


def test_the_example_of_settings_can_be_read():
    """Once the password is filled in."""
    lines = (DEPLOY / "frontdesk.env.example").read_text(encoding="utf-8").splitlines()
    values = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))

    settings = load_settings(values)

    assert settings.env == "production"
    assert settings.rasa_urls == DEFAULTS.rasa_urls
    assert make_url(settings.tracker_url).database == make_url(settings.database_url).database
