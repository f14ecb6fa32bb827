"""`frontdesk train`: trains the Rasa model when what it learns from has changed, and for developers what is in git."""

from __future__ import annotations

from pathlib import Path

import click

from bot.cli.setting_up import setup
from bot.cli.steps import Steps
from bot.settings import load_settings


@click.command("train")
@click.option("--force", is_flag=True, help="Train even if nothing has changed.")
@click.option(
    "--fine-tune", is_flag=True, help="First fit the sentence encoder to the examples (minutes); commit what it writes."
)
@click.option("--danger", is_flag=True, help="Only fit the danger model (half an hour); measure and commit it.")
@click.option(
    "--corpus",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="With --danger: a folder of real posts to learn from as well.",
)
def command(*, force: bool, fine_tune: bool, danger: bool, corpus: Path | None) -> None:
    """Train the Rasa model, if what it learns from has changed."""
    if corpus is not None and not danger:
        raise click.UsageError("--corpus goes with --danger.")
    if danger and (force or fine_tune):
        raise click.UsageError("--danger stands alone.")
    root = load_settings().root
    steps = Steps()
    setup.prepare_rasa(root, steps)
    if danger:
        setup.fit_danger_model(root, steps, corpus=corpus)
        # Its encoder is built with the new adapter.
        setup.prepare_rasa(root, steps)
        steps.say("Measure it: ./frontdesk evaluate safety. Its card in docs/safety.md and its outcomes follow.")
        return
    if fine_tune:
        setup.fine_tune_encoder(root, steps)
        setup.prepare_rasa(root, steps)
    setup.train_model(root, steps, force=force or fine_tune)
    if fine_tune:
        setup.ship_vectors(root, steps)
