"""`frontdesk learn`: has the assistant learn what staff have taught; the edge starts it by itself."""

from __future__ import annotations

import sys

import click

from bot.cli.learning.learner import Learner
from bot.cli.steps import Steps
from bot.settings import load_settings


@click.command("learn")
def command() -> None:
    """Gather questions that were not answered well, and train on the lessons that are ready."""
    if not Learner(load_settings(), Steps(sys.stderr)).run():
        click.echo("Another one is at it.")
