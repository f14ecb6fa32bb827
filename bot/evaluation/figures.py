"""All figures of one evaluation, by name: what the terminal, the report and the baseline read."""

from __future__ import annotations

from dataclasses import dataclass

from bot.evaluation.calibration import calibration_error
from bot.evaluation.cross_validation import NAME as CROSS_VALIDATED
from bot.evaluation.measure import Measured
from bot.evaluation.metrics import Share

CALIBRATION_ERROR = "calibration error"


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """What was measured in one run.

    Attributes:
        measured: What was measured through the whole road.
        cross_validated: Training examples read by models that had not learned them; None where that was left out.
    """

    measured: Measured
    cross_validated: Share | None

    @property
    def shares(self) -> list[Share]:
        """The figures that are shares, red flags first."""
        last = [] if self.cross_validated is None else [self.cross_validated]
        return [*self.measured.red_flags, *self.measured.shares, *last]

    @property
    def values(self) -> dict[str, float | None]:
        """Every figure by its name."""
        return {
            **{share.name: share.value for share in self.shares},
            CALIBRATION_ERROR: calibration_error(self.measured.served),
        }

    def share(self, name: str) -> Share | None:
        """Give a figure by its name; None where it was not measured."""
        return next((share for share in self.shares if share.name == name), None)


def left_out_by(*, quick: bool) -> set[str]:
    """Name the figures that a quick run does not have."""
    return {CROSS_VALIDATED} if quick else set()
