"""`frontdesk up` tells every process where the others are, and lets only the edge face the network."""

from __future__ import annotations

import socket
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli.main import COMMANDS, frontdesk
from bot.cli.processes import programs
from bot.settings import Settings, load_settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a project in a folder of its own, on unusual ports."""
    environ = {"FRONTDESK_ROOT": str(tmp_path), "FRONTDESK_PORT": "8765", "FRONTDESK_RASA_URL": "http://127.0.0.1:5105"}
    return load_settings(environ)


def test_processes_find_each_other(settings: Settings):
    """Ports chosen on the command line reach all three."""
    actions, rasa, edge = programs.programs(settings, rasa_port=5105, actions_port=5155)

    assert rasa.env["FRONTDESK_ACTIONS_URL"] == "http://127.0.0.1:5155/webhook"
    assert edge.env["FRONTDESK_RASA_URL"] == "http://127.0.0.1:5105"
    assert edge.env["FRONTDESK_PORT"] == "8765"
    assert actions.env["FRONTDESK_DATABASE_URL"] == edge.env["FRONTDESK_DATABASE_URL"]
    assert edge.health_url == "http://127.0.0.1:8765/health/live"


def test_rasa_and_store_keep_separate_databases(settings: Settings):
    """Both want a table called events."""
    env = programs.child_environment(settings, actions_port=5055)

    assert env["FRONTDESK_TRACKER_URL"] != env["FRONTDESK_DATABASE_URL"]


def test_only_the_edge_listens_to_other_machines(settings: Settings):
    """--host is for the edge; Rasa and the actions stay on loopback."""
    env = programs.child_environment(replace(settings, host="0.0.0.0"), actions_port=5055)

    assert env["SANIC_HOST"] == "127.0.0.1"
    assert env["FRONTDESK_HOST"] == "0.0.0.0"


@pytest.mark.parametrize(
    ("host", "printed"),
    [
        ("0.0.0.0", "http://127.0.0.1:8765"),
        ("::", "http://[::1]:8765"),
        ("", "http://127.0.0.1:8765"),
        ("::1", "http://[::1]:8765"),
        ("fd00::12", "http://[fd00::12]:8765"),
        ("localhost", "http://localhost:8765"),
    ],
)
def test_printed_address_can_be_opened_on_this_machine(settings: Settings, host: str, printed: str):
    """0.0.0.0 is no address for a browser, and one of IPv6 stands in brackets."""
    assert programs.address(replace(settings, host=host)) == printed
    *_others, edge = programs.programs(replace(settings, host=host), rasa_port=5105, actions_port=5155)
    assert edge.health_url == f"{printed}/health/live"
    assert load_settings({"FRONTDESK_HOST": host, "FRONTDESK_PORT": "8765"}).public_url == printed


def test_taken_port_stops_the_start_with_one_clear_line():
    """Nothing is set up or trained before the ports are known to be free."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        result = CliRunner().invoke(frontdesk, ["up", "--port", str(port)])

    assert result.exit_code == 1
    assert f"Port {port} is taken by another program. Choose another with --port" in result.output


def test_help_names_every_command_without_importing_them():
    """A broken command does not hide the others."""
    result = CliRunner().invoke(frontdesk, ["--help"])

    assert result.exit_code == 0
    assert all(f"\n  {name} " in result.output for name in COMMANDS)
