"""Ridge regression by the nearness of all pairs of some thousand examples: nothing in it is drawn by chance.

Memory grows with the square of their number and time with its third power, so it is for examples that are chosen first;
`ridge` is for all. Both give what each example would have got had it not been learned from.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.encoder.sentence_encoder import Vectors


@dataclass(frozen=True)
class KernelRidge:
    """What was learned.

    Attributes:
        weights: A row for each example, a column for each target; what a text gets is its nearness to each times these.
        unseen: What each example would have got without having been learned from, a column for each target.
    """

    weights: Vectors
    unseen: Vectors

    @classmethod
    def learn(cls, nearness: Vectors, targets: Vectors, pull: NDArray[np.float32]) -> KernelRidge:
        """Solve for the weights, and leave each example out in turn (the closed formula of kernel ridge regression).

        Args:
            nearness: That of each pair of examples; only the lower triangle is read. It is used up: its room is needed.
            targets: A row for each example.
            pull: How much each example counts.
        """
        # Imported only to learn: while patients are served nothing needs it.
        from scipy.linalg.lapack import spotrf, spotrs, strtri

        nearness[np.diag_indices_from(nearness)] += 1 / pull
        root, _ = spotrf(nearness, lower=True, overwrite_a=True)
        weights, _ = spotrs(root, np.asfortranarray(targets), lower=True)
        inverse, _ = strtri(root, lower=True, overwrite_c=True)
        # The diagonal of the inverse of what `root` is the root of.
        own = np.einsum("ij,ij->j", inverse, inverse)
        return cls(np.ascontiguousarray(weights, np.float32), np.asarray(targets - weights / own[:, None], np.float32))
