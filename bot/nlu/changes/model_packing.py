"""Packing the trained model with the least effort: nearly all of it is numbers, which no effort makes smaller."""

from __future__ import annotations

from typing import Any

from rasa.engine.storage import local_model_storage
from tarsafe import TarSafe


class QuickArchive(TarSafe):
    """An archive that is written at gzip's quickest."""

    @classmethod
    def gzopen(cls, *arguments: Any, **named: Any) -> Any:
        """Open it, with the quickest level unless another is asked for."""
        return super().gzopen(*arguments, **{"compresslevel": 1, **named})


def install_quick_packing() -> None:
    """Let Rasa pack models so."""
    local_model_storage.TarSafe = QuickArchive
