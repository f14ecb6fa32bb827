"""The fixed wordings of domain.yml, for the parts of Frontdesk that must speak without Rasa."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from bot.errors import ContentError
from bot.vocabulary import Responses
from bot.yaml_file import line_at, line_of, plain, read_yaml

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


class FixedResponses:
    """Looks fixed wordings up by their name in domain.yml."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        """Take the wordings: name to text."""
        self._texts = dict(texts)

    def text(self, name: str, **values: str) -> str:
        """Give a wording with its `{placeholders}` filled.

        Raises:
            KeyError: No such response, or a placeholder without a value: a fault of the program.
        """
        return _PLACEHOLDER.sub(lambda match: values[match.group(1)], self._texts[name])

    def unset(self, value: str) -> str:
        """Say what to ask for, instead of a value that clinic.yml leaves empty."""
        own = f"{Responses.UNSET}_{value}"
        return self._texts[own if own in self._texts else Responses.UNSET]

    def __contains__(self, name: str) -> bool:
        """Tell whether domain.yml has such a response."""
        return name in self._texts

    @classmethod
    def from_file(cls, path: Path) -> FixedResponses:
        """Read the responses of a domain file.

        Raises:
            ContentError: The file is broken, or a response has no text.
        """
        raw = read_yaml(path)
        responses = raw.get("responses") or {}
        texts = {}
        for name, variants in responses.items():
            listed = plain(variants)
            if not (isinstance(listed, list) and listed and isinstance(listed[0], dict) and listed[0].get("text")):
                raise ContentError(path, f"response {name} needs a text.", line_of(responses, name))
            if not isinstance(listed[0]["text"], str):
                line = line_at(responses, (name, 0, "text"))
                raise ContentError(path, f"response {name}: must be a text; put it into quotes.", line)
            texts[str(name)] = listed[0]["text"]
        return cls(texts)
