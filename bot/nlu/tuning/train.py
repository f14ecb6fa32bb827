"""Trains the Rasa model from the project's files: `python -m bot.nlu.tuning.train`."""

from __future__ import annotations

import argparse
import gc
import logging
import sys
import time
from pathlib import Path

from bot.nlu.project import PROJECT_ROOT, project_path
from bot.nlu.server.quiet import configure_logging, prepare_environment

DEFAULT_MODEL = Path("models/frontdesk.tar.gz")
DATA_FOLDERS = ("data/nlu", "data/rules")


def main(arguments: list[str] | None = None) -> int:
    """Train and store the model; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bot.nlu.tuning.train", description=__doc__)
    parser.add_argument("--out", type=Path, default=DEFAULT_MODEL, help="where the model goes (a .tar.gz)")
    parser.add_argument("--lines", type=Path, help="a folder of more examples: what the clinic's staff have taught")
    parser.add_argument("--kept", type=Path, help="where results are kept for the next training (beside the model)")
    options = parser.parse_args(arguments)
    model = project_path(str(options.out))
    if not model.name.endswith(".tar.gz"):
        print(f"train: the model must be named *.tar.gz, not {model.name}", file=sys.stderr)
        return 1
    started = time.monotonic()
    prepare_environment()
    _say("starting Rasa")
    # It ends soon, and looking for garbage among a million objects that all stay takes seconds.
    gc.disable()
    try:
        status = _train(model, options.lines, options.kept or model.parent / "training")
    finally:
        gc.enable()
    if status == 0:
        _say(f"ready: {model} after {time.monotonic() - started:.0f} s")
    return status


def _train(model: Path, lines: Path | None, kept: Path) -> int:
    # Imported only now: Rasa takes seconds to import and reads the environment while it does.
    from rasa.engine.exceptions import GraphComponentException
    from rasa.model_training import train
    from rasa.shared.exceptions import RasaException

    from bot.nlu.changes.table import install_changes
    from bot.nlu.kept import Kept, keeping_in
    from bot.nlu.tuning.kept_files import kept_files

    configure_logging(logging.ERROR)
    install_changes()
    _say("reading the data and training")
    folders = [str(PROJECT_ROOT / name) for name in DATA_FOLDERS if (PROJECT_ROOT / name).is_dir()]
    folders += [str(lines)] if lines is not None and lines.is_dir() else []
    try:
        with kept_files(Kept(kept / "files.json")), keeping_in(kept):
            result = train(
                domain=str(PROJECT_ROOT / "domain.yml"),
                config=str(PROJECT_ROOT / "config.yml"),
                training_files=folders,
                output=str(model.parent),
                fixed_model_name=model.name,
                # Rasa's cache looks at a component's own class only: it would keep what an older intent_model.py
                # learned.
                force_training=True,
            )
    except (RasaException, ValueError) as error:
        # Rasa's errors on YAML name the file and the line.
        print(f"train: {error}", file=sys.stderr)
        return 1
    except GraphComponentException as error:
        # Rasa wraps what a component says of its settings, or of its examples.
        print(f"train: {error.__cause__ or error}", file=sys.stderr)
        return 1
    if result.code != 0 or result.model is None:
        print("train: Rasa did not train; the lines above say why", file=sys.stderr)
        return result.code or 1
    return 0


def _say(text: str) -> None:
    print(f"train: {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
