"""`frontdesk train`: trains the Rasa model when what it learns from has changed."""

from __future__ import annotations

import click

from bot.cli.setting_up import setup
from bot.cli.steps import Steps
from bot.settings import load_settings


@click.command("train")
@click.option("--force", is_flag=True, help="Train even if nothing has changed.")
@click.option(
    "--fine-tune", is_flag=True, help="First fit the sentence encoder to the examples (minutes); commit what it writes."
)
def command(*, force: bool, fine_tune: bool) -> None:
    """Train the Rasa model, if what it learns from has changed."""
    root = load_settings().root
    steps = Steps()
    setup.prepare_rasa(root, steps)
    if fine_tune:
        setup.fine_tune_encoder(root, steps)
        setup.prepare_rasa(root, steps)
    setup.train_model(root, steps, force=force or fine_tune)
    if fine_tune:
        setup.ship_vectors(root, steps)
