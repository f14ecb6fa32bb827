"""Runs an evaluation: asks everything through a Rasa that runs, then cross-validates in Rasa's environment."""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import replace
from pathlib import Path

from bot.bootstrap import build_services
from bot.cli.processes.running import rasa_running
from bot.cli.setting_up import environments, setup
from bot.cli.steps import Step, Steps, run_logged
from bot.evaluation.cross_validation import read_cross_validation
from bot.evaluation.datasets import Datasets
from bot.evaluation.figures import Evaluation
from bot.evaluation.measure import Measured, measure
from bot.evaluation.metrics import Share
from bot.settings import Settings


def evaluate(settings: Settings, sets: Datasets, steps: Steps, *, crossed: bool) -> Evaluation:
    """Measure with a Rasa that runs, or one that is started for it.

    Args:
        settings: Where things are.
        sets: What to measure with.
        steps: Where each step is shown.
        crossed: Whether to cross-validate the training data too.

    Raises:
        FrontdeskError: A step cannot be done; the message says why.
    """
    # A store of its own: measuring must not fill the clinic's inbox with tickets.
    with tempfile.TemporaryDirectory(prefix="frontdesk-evaluate-") as folder:
        scratch = replace(settings, database_url=f"sqlite:///{folder}/frontdesk.db")
        with rasa_running(scratch) as running, steps.step("Asking everything") as step:
            measured = asyncio.run(_measure(running, sets, step))
        cross_validated = _cross_validate(settings.root, Path(folder), steps) if crossed else None
    return Evaluation(measured=measured, cross_validated=cross_validated)


async def _measure(settings: Settings, sets: Datasets, step: Step) -> Measured:
    services = build_services(settings)
    try:
        return await measure(services, sets, lambda name, done, total: step.progress(f"{name}: {done} of {total}"))
    finally:
        await services.close()


def _cross_validate(root: Path, folder: Path, steps: Steps) -> Share:
    with steps.step("Cross-validation of the training data") as step:
        out = folder / "cross_validation.json"
        python = str(environments.RASA.executable(root))
        command = [python, "-m", "bot.nlu.tuning.cross_validate", "--out", str(out)]
        log = root / "var" / "log" / "cross_validate.log"
        run_logged(command, what="cross-validation", root=root, log=log, step=step, env=setup.QUIET_RASA)
        return read_cross_validation(out)
