"""What screens, tables and reports call the things that several of them name."""

from __future__ import annotations

from bot.vocabulary import Channel, EscalationReason, FeedbackReason

REASON_LABELS = {
    EscalationReason.ASKED_FOR_PERSON: "Asked for a person",
    EscalationReason.NO_ANSWER: "No approved answer",
    EscalationReason.UNSURE_TWICE: "Not understood twice",
    EscalationReason.RED_FLAG: "Red flag",
    EscalationReason.ASSISTANT_DOWN: "Assistant was down",
    EscalationReason.OPTED_OUT: "Wrote after opting out",
    EscalationReason.PRIVACY: "Asked about their data",
}
CHANNEL_LABELS = {Channel.WEB_CHAT: "Web chat", Channel.CONSOLE: "Terminal", Channel.SMS: "SMS"}
FEEDBACK_REASONS = {
    FeedbackReason.NOT_MY_QUESTION: "Not my question",
    FeedbackReason.TOO_HARD: "Hard to understand",
    FeedbackReason.NOT_ENOUGH: "Not enough detail",
    FeedbackReason.LOOKS_WRONG: "Looks wrong",
}
"""What a patient taps after a thumbs down, and staff read in the queue."""
NO_FEEDBACK_REASON = "No reason given"
