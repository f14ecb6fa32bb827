"""The steps that make a fresh tree ready to run; each finds out by itself whether there is anything to do."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli.setting_up import environments, fingerprint
from bot.cli.steps import Step, StepError, Steps, run_logged

if TYPE_CHECKING:
    from bot.knowledge.files.content import Content
    from bot.settings import Settings

BUILD_ENCODER = "bot.encoder.build"
ALREADY = "already there"
LINES = Path("var") / "curation" / "nlu"
"""What staff have taught, as bot/curation writes it; named here so that `up`, which stays, need not load that."""
# Rasa reports its use to its makers unless told not to.
QUIET_RASA = {
    "RASA_TELEMETRY_ENABLED": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
}


def prepare(settings: Settings, steps: Steps) -> None:
    """Do every step from the environments to the trained model.

    Args:
        settings: Where things are.
        steps: Where each step is shown.

    Raises:
        FrontdeskError: A step cannot be done; the message says why and what to do.
    """
    content = check_content(settings, steps)
    prepare_rasa(settings.root, steps)
    prepare_store(settings, steps, content)
    prepare_lines(settings)
    check_ready(settings, steps)
    train_model(settings.root, steps)


def check_ready(settings: Settings, steps: Steps) -> None:
    """In production, make sure that patients may use it: no samples, no passwords that anybody can guess.

    Args:
        settings: Where things are.
        steps: Where the step is shown.

    Raises:
        SettingsError: Something is left to do; the message says what.
    """
    if settings.env != "production":
        return
    from bot.bootstrap import build_services
    from bot.golive import require_ready

    with steps.step("Ready for patients"):
        services = build_services(settings)
        try:
            require_ready(services)
        finally:
            services.database.close()


def check_content(settings: Settings, steps: Steps) -> Content:
    """Look through the clinic's own files first: a slip in one must not come up after minutes of setting up.

    Args:
        settings: Where things are.
        steps: Where the step is shown.
    """
    from bot.cli.commands import knowledge

    with steps.step("Content files (clinic.yml, domain.yml, data/knowledge)") as step:
        content = knowledge.check(settings)
        step.found(f"{len(content.answers)} answers")
    return content


def prepare_rasa(root: Path, steps: Steps) -> None:
    """Make Rasa's environment and the sentence encoders, where they are missing or stale.

    Args:
        root: The project's folder.
        steps: Where each step is shown.
    """
    with steps.step("Rasa's environment (.venv-rasa)") as step:
        if environments.is_synced(environments.RASA, root):
            step.found(ALREADY)
        else:
            environments.sync(environments.RASA, root, step)
    with steps.step("Sentence encoders (models/encoder, models/danger)") as step:
        if _encoders_are_built(root):
            step.found(ALREADY)
            return
        _run_build_encoder(root, step, "building them")


def fine_tune_encoder(root: Path, steps: Steps) -> None:
    """Teach the encoder the training examples: write its adapter anew.

    Args:
        root: The project's folder.
        steps: Where each step is shown.

    Raises:
        StepError: It failed; the message holds the last lines.
    """
    with _published_weights(root, steps) as weights, tensorflow_environment(root, steps) as python:
        command = [str(python), "-m", "bot.nlu.tuning.fine_tune", "--weights", str(weights)]
        with steps.step("Fine-tuning (data/encoder_adapter.npz)") as step:
            step.progress("some twenty minutes")
            log = root / "var" / "log" / "fine_tune.log"
            run_logged(command, what="fine-tuning the encoder", root=root, log=log, step=step, env=QUIET_RASA)


def fit_danger_model(root: Path, steps: Steps, *, corpus: Path | None, more: Sequence[str] = ()) -> None:
    """Fit the danger model: write its adapter, its heads and its card to data/danger.

    Args:
        root: The project's folder.
        steps: Where each step is shown.
        corpus: A folder of real posts that stay outside the project; None to go without.
        more: Tables of data/danger with new examples, to go on with from the model as it is; none to fit it anew.

    Raises:
        StepError: It failed; the message holds the last lines.
    """
    with _published_weights(root, steps) as weights, tensorflow_environment(root, steps) as python:
        command = [str(python), "-m", "bot.nlu.tuning.danger", "--weights", str(weights)]
        command += ["--corpus", str(corpus.resolve())] if corpus else []
        command += ["--more", *more] if more else []
        with steps.step("Danger model (data/danger)") as step:
            step.progress("some quarter of an hour" if more else "some half an hour")
            log = root / "var" / "log" / "danger.log"
            run_logged(command, what="fitting the danger model", root=root, log=log, step=step, env=QUIET_RASA)


def fit_opt_outs(root: Path, steps: Steps) -> None:
    """Fit the judge of opt-outs anew: write its weights and its card to data/opt_outs.

    Args:
        root: The project's folder.
        steps: Where the step is shown.

    Raises:
        ContentError: The kinds of words or the parts of sentences are broken.
    """
    from bot.opt_outs import fitting  # With numpy, which no other command needs here.

    with steps.step("Judge of opt-outs (data/opt_outs)") as step:
        step.progress(f"from {fitting.write(root)} texts")


@contextmanager
def _published_weights(root: Path, steps: Steps) -> Iterator[Path]:
    """Give the encoder's published weights in a file, checked, for as long as the block lasts."""
    weights = root / "var" / "encoder_weights.npz"
    with steps.step("Published weights of the encoder") as step:
        _run_build_encoder(root, step, "checking them", "--weights", str(weights))
    try:
        yield weights
    finally:
        weights.unlink(missing_ok=True)


def ship_vectors(root: Path, steps: Steps) -> None:
    """Write what comes with the adapter, to be committed with it: vectors of the examples, and their space.

    Args:
        root: The project's folder.
        steps: Where the step is shown.

    Raises:
        StepError: It failed; the message holds the last lines.
    """
    with steps.step("Vectors of the examples (data/example_vectors.npz)") as step:
        command = [str(environments.RASA.executable(root)), "-m", "bot.encoder.shipped_vectors"]
        log = root / "var" / "log" / "vectors.log"
        run_logged(command, what="writing the vectors of the examples", root=root, log=log, step=step)
    with steps.step("Space of the examples (data/sentence_space.npz)") as step:
        command = [str(environments.RASA.executable(root)), "-m", "bot.nlu.tuning.ship_space"]
        log = root / "var" / "log" / "space.log"
        run_logged(command, what="writing the space of the examples", root=root, log=log, step=step, env=QUIET_RASA)


@contextmanager
def tensorflow_environment(root: Path, steps: Steps) -> Iterator[Path]:
    """Make the environment with TensorFlow for as long as the block lasts, and give the path of its Python.

    Args:
        root: The project's folder.
        steps: Where the step is shown.
    """
    try:
        with steps.step("TensorFlow's environment (.venv-tensorflow), for this alone") as step:
            environments.sync(environments.TENSORFLOW, root, step)
        yield environments.TENSORFLOW.executable(root)
    finally:
        environments.remove(environments.TENSORFLOW, root)


def _run_build_encoder(root: Path, step: Step, doing: str, *options: str) -> None:
    """Run the encoder's builder in an environment that is there for it alone."""
    try:
        environments.sync(environments.ENCODER, root, step)
        step.progress(doing)
        command = [str(environments.ENCODER.executable(root)), "-m", BUILD_ENCODER, *options]
        log = root / "var" / "log" / "encoder.log"
        run_logged(command, what="building the sentence encoder", root=root, log=log, step=step)
    finally:
        environments.remove(environments.ENCODER, root)


def prepare_store(settings: Settings, steps: Steps, content: Content | None = None) -> None:
    """Migrate the database and load the knowledge into it.

    Args:
        settings: Where things are.
        steps: Where each step is shown.
        content: The knowledge, if it was read and checked already.
    """
    from bot.cli.commands import database, knowledge

    with steps.step("Database"):
        database.upgrade(settings)
    with steps.step("Knowledge (data/knowledge)"):
        result = knowledge.seed(settings, content=content)
    for line in knowledge.reviews_not_believed(result):
        steps.say(line)


def prepare_lines(settings: Settings) -> None:
    """Write what staff have taught from the database, which may have been restored or moved here."""
    from bot.curation.lines import write_learned
    from bot.db.engine import Database

    database = Database.of(settings)
    try:
        write_learned(database, settings.root)
    finally:
        database.close()


def train_model(root: Path, steps: Steps, *, force: bool = False) -> None:
    """Train the Rasa model if what it learns from has changed.

    Args:
        root: The project's folder.
        steps: Where the step is shown.
        force: Train even if nothing has changed.

    Raises:
        StepError: Training failed; the message holds Rasa's last lines.
    """
    with steps.step(f"Rasa model ({fingerprint.MODEL})") as step:
        if not force and fingerprint.is_current(root):
            step.found("nothing it learns from has changed")
            return
        value = fingerprint.fingerprint(root)
        fingerprint.forget(root)
        step.progress("training, about a minute")
        run_training(root, step, out=root / fingerprint.MODEL, lines=root / LINES)
        log = root / "var" / "log" / "train.log"
        if not (root / fingerprint.MODEL).is_file():
            raise StepError(f"Training ended without an error, but {fingerprint.MODEL} is not there. See {log}.")
        fingerprint.record(root, value)
        step.found("trained")


def run_training(root: Path, step: Step, *, out: Path, lines: Path) -> None:
    """Train a model from the project's files and what the clinic's staff have taught.

    Args:
        root: The project's folder.
        step: Where it is shown.
        out: Where the model goes.
        lines: The folder of what staff have taught; it need not be there.

    Raises:
        StepError: Training failed; the message holds Rasa's last lines.
    """
    log = root / "var" / "log" / "train.log"
    python = str(environments.RASA.executable(root))
    command = [python, "-m", "bot.nlu.tuning.train", "--out", str(out), "--lines", str(lines)]
    command += ["--kept", str(root / fingerprint.MODEL.parent / "training")]
    run_logged(command, what="training Rasa", root=root, log=log, step=step, env=QUIET_RASA)


def _encoders_are_built(root: Path) -> bool:
    command = [sys.executable, "-m", BUILD_ENCODER, "--check"]
    return subprocess.run(command, cwd=root, capture_output=True, check=False).returncode == 0
