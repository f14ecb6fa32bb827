"""Makes the Python environments and brings them up to date with requirements/*.txt."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from bot.cli.steps import Step, StepError, run_logged

STAMP = ".frontdesk-stamp"


@dataclass(frozen=True, kw_only=True)
class Environment:
    """A Python environment of the project.

    Attributes:
        name: What it is called on the terminal and in the log's name.
        folder: Where it is, below the project's folder.
        requirements: The compiled list it follows.
        python: The Python version it needs.
        as_published: Whether its packages require what they say themselves, not what pyproject.toml says of them.
    """

    name: str
    folder: str
    requirements: str
    python: str
    as_published: bool = False

    def executable(self, root: Path) -> Path:
        """Give the path of its Python."""
        return root / self.folder / "bin" / "python"


RASA = Environment(name="rasa", folder=".venv-rasa", requirements="requirements/rasa.txt", python="3.12")
TENSORFLOW = Environment(
    name="tensorflow",
    folder=".venv-tensorflow",
    requirements="requirements/tensorflow.txt",
    python="3.10",
    as_published=True,
)
ENCODER = Environment(name="encoder", folder=".venv-encoder", requirements="requirements/encoder.txt", python="3.12")


def wanted_stamp(environment: Environment, root: Path) -> str:
    """Give the stamp that an up-to-date environment carries.

    Args:
        environment: Which one.
        root: The project's folder.
    """
    digest = hashlib.sha256((root / environment.requirements).read_bytes()).hexdigest()
    return f"{environment.name} {digest}"


def is_synced(environment: Environment, root: Path) -> bool:
    """Say whether the environment is there and follows its list.

    Args:
        environment: Which one.
        root: The project's folder.
    """
    stamp = root / environment.folder / STAMP
    if not stamp.is_file() or not os.access(environment.executable(root), os.X_OK):
        return False
    return stamp.read_text(encoding="utf-8").strip() == wanted_stamp(environment, root)


def sync(environment: Environment, root: Path, step: Step) -> None:
    """Make the environment if it is missing and install exactly what its list says.

    Args:
        environment: Which one.
        root: The project's folder.
        step: Where progress is shown.

    Raises:
        StepError: No Python, no network, or no room; the message says which.
    """
    uv = find_uv(root)
    log = root / "var" / "log" / f"install-{environment.name}.log"
    (root / environment.folder / STAMP).unlink(missing_ok=True)
    # A list that changed meanwhile must not be taken for installed.
    stamp = wanted_stamp(environment, root)
    if not os.access(environment.executable(root), os.X_OK):
        python = _find_python(uv, environment.python, root, log, step)
        command = [uv, "venv", "--clear", "--python", python, environment.folder]
        run_logged(command, what=f"making {environment.folder}", root=root, log=log, step=step)
    step.progress(f"installing {environment.requirements}")
    command = [uv, "pip", "sync", "--require-hashes", "--python", str(environment.executable(root))]
    if environment.as_published:
        command.append("--no-config")
    run_logged(
        [*command, environment.requirements],
        what=f"installing {environment.requirements}",
        root=root,
        log=log,
        step=step,
    )
    (root / environment.folder / STAMP).write_text(f"{stamp}\n", encoding="utf-8")


def remove(environment: Environment, root: Path) -> None:
    """Delete a throw-away environment.

    Args:
        environment: Which one.
        root: The project's folder.
    """
    shutil.rmtree(root / environment.folder, ignore_errors=True)


def find_uv(root: Path) -> str:
    """Give the path of uv: the one ./frontdesk found, or the project's own, or the machine's.

    Args:
        root: The project's folder.

    Raises:
        StepError: There is none.
    """
    own = str(root / ".tools" / "uv" / "bin" / "uv")
    for candidate in (os.environ.get("FRONTDESK_UV"), own, "uv"):
        found = shutil.which(candidate) if candidate else None
        if found:
            return found
    raise StepError("uv, the installer, is gone. Delete .venv, then run the same command again: ./frontdesk gets uv.")


def _find_python(uv: str, version: str, root: Path, log: Path, step: Step) -> str:
    # pyenv's commands refuse a version that .python-version does not name, unless they are told it is meant.
    env = {**os.environ, "PYENV_VERSION": version}
    command = [uv, "python", "find", "--no-project", "--system", version]
    found = subprocess.run(command, cwd=root, env=env, capture_output=True, text=True, check=False)
    if found.returncode == 0:
        return found.stdout.strip()
    step.progress(f"getting Python {version}")
    run_logged(
        [uv, "python", "install", version],
        what=f"getting Python {version}, which this machine does not have,",
        root=root,
        log=log,
        step=step,
    )
    return version
