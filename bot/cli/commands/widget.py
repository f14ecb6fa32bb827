"""`frontdesk widget`: the line that puts the chat on a clinic's website, and whether its script stays small."""

from __future__ import annotations

import sys

import click

from bot.clinic import load_clinic
from bot.settings import load_settings
from bot.web.widget.script import LARGEST, widget_script


@click.group("widget")
def command() -> None:
    """Show the chat on a clinic's website."""


@command.command("snippet")
@click.option("--nonce", is_flag=True, help="For a website whose policy names scripts by a nonce.")
def snippet_command(*, nonce: bool) -> None:
    """Print the line for a clinic's website; what else there is to do goes to standard error."""
    settings = load_settings()
    clinic = load_clinic(settings.clinic_path)
    here = settings.public_url.rstrip("/")
    attribute = ' nonce="YOUR-NONCE"' if nonce else ""
    click.echo(f'<script async{attribute} src="{here}/widget.js"></script>')
    scripts = "'nonce-YOUR-NONCE' 'strict-dynamic'" if nonce else here
    hints = [f"If your website has a Content-Security-Policy, it needs: script-src {scripts}; frame-src {here}"]
    if not clinic.widget.origins:
        hints.append("No website may show the chat yet: list yours in clinic.yml, under widget, as an origin.")
    if not here.startswith("https://"):
        hints.append(f"{here} is for trying out on this machine: set FRONTDESK_PUBLIC_URL to your https address.")
    for hint in hints:
        click.echo(hint, err=True)


@command.command("check")
def check_command() -> None:
    """Print the size of the script that websites load; status 1 if it is too large."""
    script = widget_script(load_clinic(load_settings().clinic_path), demo=False)
    size = len(script.compressed)
    click.echo(f"widget.js: {len(script.plain):,} bytes, {size:,} compressed, of at most {LARGEST:,}")
    if size > LARGEST:
        sys.exit(1)
