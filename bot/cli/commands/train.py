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
@click.option("--opt-outs", is_flag=True, help="Only fit the judge of opt-outs (a minute); measure and commit it.")
@click.option(
    "--corpus",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="With --danger: a folder of real posts to learn from as well.",
)
@click.option(
    "--more", multiple=True, help="With --danger: go on from the model as it is, with this new table of data/danger."
)
def command(
    *, force: bool, fine_tune: bool, danger: bool, opt_outs: bool, corpus: Path | None, more: tuple[str, ...]
) -> None:
    """Train the Rasa model, if what it learns from has changed."""
    if (corpus is not None or more) and not danger:
        raise click.UsageError("--corpus and --more go with --danger.")
    if danger and (force or fine_tune):
        raise click.UsageError("--danger stands alone.")
    if opt_outs and (force or fine_tune or danger):
        raise click.UsageError("--opt-outs stands alone.")
    root = load_settings().root
    steps = Steps()
    if opt_outs:
        setup.fit_opt_outs(root, steps)
        steps.say("Measure it: ./frontdesk test tests/unit/opt_outs. Its card is in docs/sms.md.")
        return
    setup.prepare_rasa(root, steps)
    if danger:
        setup.fit_danger_model(root, steps, corpus=corpus, more=more)
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
