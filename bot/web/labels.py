"""What pages of several rooms call the same thing."""

from __future__ import annotations

from bot.vocabulary import FeedbackReason

FEEDBACK_REASONS = {
    FeedbackReason.NOT_MY_QUESTION: "Not my question",
    FeedbackReason.TOO_HARD: "Hard to understand",
    FeedbackReason.NOT_ENOUGH: "Not enough detail",
    FeedbackReason.LOOKS_WRONG: "Looks wrong",
}
"""What a patient taps after a thumbs down, and staff read in the queue."""
