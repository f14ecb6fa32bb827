"""Starts a Rasa server, quiet and with what makes its turns fast: `python -m bot.nlu.server.serve`."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from bot.nlu.changes import stand_in
from bot.nlu.project import PROJECT_ROOT, project_path
from bot.nlu.server.quiet import configure_logging, prepare_environment

LOOPBACK = "127.0.0.1"
ACTIONS_URL = f"http://{LOOPBACK}:5055/webhook"


def main(arguments: list[str] | None = None) -> int:
    """Serve until stopped; return the exit status."""
    options = _options(arguments)
    model = project_path(str(options.model))
    if not model.is_file():
        print(f"rasa: there is no trained model at {model}. Train it: python -m bot.nlu.tuning.train", file=sys.stderr)
        return 1
    prepare_environment()
    # One message is too little work to share out: threads that wait for more of it take the processor from the others.
    for library in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(library, "1")
    set_addresses(options.actions_url)
    _serve(model, options.host, options.port)
    return 0


def set_addresses(actions_url: str = ACTIONS_URL) -> None:
    """Set the variables that endpoints.yml reads, where they are not set: Rasa would take an unset one literally.

    Args:
        actions_url: Address of the action server.
    """
    os.environ.setdefault("FRONTDESK_ACTIONS_URL", actions_url)
    os.environ.setdefault("FRONTDESK_TRACKER_URL", "sqlite:///var/tracker.db")


def _serve(model: Path, host: str, port: int) -> None:
    stand_in.install_to_serve()
    # Imported only now: Rasa takes seconds to import and reads the environment while it does.
    from rasa.core.run import serve_application
    from rasa.core.utils import AvailableEndpoints

    from bot.nlu.changes.table import install_changes

    configure_logging()
    install_changes()
    print(f"rasa: loading {model.name}, then listening on http://{host}:{port}", flush=True)
    serve_application(
        model_path=str(model),
        interface=host,
        port=port,
        credentials=str(PROJECT_ROOT / "credentials.yml"),
        endpoints=AvailableEndpoints.read_endpoints(str(PROJECT_ROOT / "endpoints.yml")),
        enable_api=True,
    )


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bot.nlu.server.serve", description=__doc__)
    parser.add_argument(
        "--host", default=LOOPBACK, help="address to listen on; another than 127.0.0.1 only in a network of our own"
    )
    parser.add_argument("--port", type=int, default=5005, help="port (default: 5005)")
    parser.add_argument("--model", type=Path, default=Path("models/frontdesk.tar.gz"), help="the trained model")
    parser.add_argument(
        "--actions-url",
        default=ACTIONS_URL,
        help="address of the action server, unless FRONTDESK_ACTIONS_URL is set",
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
