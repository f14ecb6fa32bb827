"""How hard a text is to read, as a US school grade (Flesch-Kincaid, Kincaid et al. 1975, by textstat)."""

from __future__ import annotations

import textstat

HIGHEST_GRADE = 8.0
"""What the American Medical Association and the NIH ask at most of texts for patients."""


def grade(text: str) -> float:
    """Give the grade of a text; one of a few words has none to speak of and gives 0."""
    words = " ".join(text.split())
    if len(words.split()) < 5:
        return 0.0
    return round(max(0.0, float(textstat.textstat.flesch_kincaid_grade(words))), 1)
