"""What a command prints is what it was asked for; what goes wrong beside it goes to standard error."""

from __future__ import annotations

import click
import pytest
import structlog
from click.testing import CliRunner

from bot.cli import main


@pytest.fixture
def warning(monkeypatch: pytest.MonkeyPatch) -> str:
    """Put a command among the others that warns of something and prints its answer; give its name."""

    @click.command("warn")
    def warn() -> None:
        structlog.get_logger().warning("rasa_unavailable", problem="TimeoutError")
        click.echo('{"id": "1"}')

    monkeypatch.setattr(main.Commands, "get_command", lambda _self, _context, _name: warn)
    return "warn"


def test_warnings_do_not_stand_among_the_answers(warning: str):
    """A program reads `ask --jsonl` and `evaluate --json` line by line."""
    result = CliRunner().invoke(main.frontdesk, [warning])

    assert result.stdout == '{"id": "1"}\n'
    assert "rasa_unavailable" in result.stderr
