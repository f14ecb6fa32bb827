"""Checks that domain, rules, stories and examples fit together: `python -m bot.nlu.tuning.validate`.

The checks are those of `rasa data validate --fail-on-warnings`, which would fail on every response that only an action
sends; here only those are passed over.
"""

from __future__ import annotations

import logging
import re
import sys
import warnings

from bot.nlu.project import PROJECT_ROOT
from bot.nlu.server.quiet import configure_logging, is_shown, prepare_environment
from bot.nlu.tuning.train import DATA_FOLDERS

# Responses and intents that the actions use do not stand in rules and stories.
_USED_BY_ACTIONS = re.compile(r"The (utterance|intent) '.*' is not used in any story or rule")


def main() -> int:
    """Run the checks; return the exit status."""
    prepare_environment()
    from rasa.shared.exceptions import RasaException
    from rasa.shared.importers.importer import TrainingDataImporter
    from rasa.validator import Validator

    configure_logging(logging.ERROR)
    folders = [str(PROJECT_ROOT / name) for name in DATA_FOLDERS]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            validator = Validator.from_importer(
                TrainingDataImporter.load_from_config(
                    str(PROJECT_ROOT / "config.yml"), str(PROJECT_ROOT / "domain.yml"), folders
                )
            )
            checks = (
                validator.verify_domain_validity,
                validator.verify_nlu,
                validator.verify_actions_in_stories_rules,
                validator.verify_forms_in_stories_rules,
                validator.verify_form_slots,
                validator.verify_slot_mappings,
                validator.verify_story_structure,
            )
            failed = [check.__name__ for check in checks if not check()]
        except (RasaException, ValueError) as error:
            print(f"validate: {error}", file=sys.stderr)
            return 1
    found = [str(warning.message) for warning in caught if is_shown(str(warning.message), warning.filename)]
    problems = [text for text in dict.fromkeys(found) if not _USED_BY_ACTIONS.match(text)]
    for problem in [*problems, *(f"Rasa's check {name} failed." for name in failed)]:
        print(f"validate: {problem}", file=sys.stderr)
    if problems or failed:
        return 1
    print("validate: domain, rules, stories and examples fit together")
    return 0


if __name__ == "__main__":
    sys.exit(main())
