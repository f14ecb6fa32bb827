"""Rasa's own command line, as it runs here: `python -m bot.nlu.server.rasa data validate`, `... shell` and so on."""

from __future__ import annotations

import sys

from bot.nlu.project import PROJECT_ROOT
from bot.nlu.server.quiet import prepare_environment
from bot.nlu.server.serve import set_addresses


def main() -> None:
    """Run `rasa` with the arguments that were typed."""
    prepare_environment()
    set_addresses()
    from rasa.__main__ import main as rasa_main

    from bot.nlu.changes.table import install_changes

    install_changes()
    sys.argv[0] = "rasa"
    # Rasa looks for the modules that config.yml names from here.
    sys.path.insert(0, str(PROJECT_ROOT))
    rasa_main()


if __name__ == "__main__":
    main()
