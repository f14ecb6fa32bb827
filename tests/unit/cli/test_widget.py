"""`frontdesk widget`: what is printed can be pasted, and what is missing is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli.commands import widget
from bot.settings import ROOT

ADDRESS = "https://chat.cedargrove.example"


@pytest.fixture
def listed(tmp_path: Path) -> str:
    """Give the file of a clinic that has listed its website."""
    path = tmp_path / "clinic.yml"
    text = (ROOT / "clinic.yml").read_text(encoding="utf-8")
    path.write_text(text.replace("origins: []", 'origins: ["https://www.cedargrove.example"]'), encoding="utf-8")
    return str(path)


def test_the_snippet_is_one_line_to_paste(listed: str):
    """Hints go elsewhere, so that it can be passed on."""
    env = {"FRONTDESK_PUBLIC_URL": f"{ADDRESS}/", "FRONTDESK_CLINIC": listed}

    result = CliRunner().invoke(widget.command, ["snippet"], env=env)

    assert result.stdout == f'<script async src="{ADDRESS}/widget.js"></script>\n'
    assert result.stderr == (
        f"If your website has a Content-Security-Policy, it needs: script-src {ADDRESS}; frame-src {ADDRESS}\n"
    )


def test_the_snippet_for_a_policy_with_a_nonce_names_both(listed: str):
    """As docs/widget.md has it."""
    env = {"FRONTDESK_PUBLIC_URL": ADDRESS, "FRONTDESK_CLINIC": listed}

    result = CliRunner().invoke(widget.command, ["snippet", "--nonce"], env=env)

    assert result.stdout == f'<script async nonce="YOUR-NONCE" src="{ADDRESS}/widget.js"></script>\n'
    assert f"script-src 'nonce-YOUR-NONCE' 'strict-dynamic'; frame-src {ADDRESS}" in result.stderr


def test_the_snippet_says_what_is_missing():
    """A website that is not listed, and an address that patients cannot reach."""
    result = CliRunner().invoke(widget.command, ["snippet"], env={"FRONTDESK_CLINIC": str(ROOT / "clinic.yml")})

    assert result.exit_code == 0
    assert "list yours in clinic.yml" in result.stderr
    assert "FRONTDESK_PUBLIC_URL" in result.stderr


def test_the_check_prints_the_size_and_fails_above_the_limit(monkeypatch: pytest.MonkeyPatch):
    """A build can call it."""
    result = CliRunner().invoke(widget.command, ["check"])
    assert result.exit_code == 0
    assert "compressed, of at most 20,000" in result.output

    monkeypatch.setattr(widget, "LARGEST", 100)
    assert CliRunner().invoke(widget.command, ["check"]).exit_code == 1
