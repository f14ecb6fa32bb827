"""What screens, tables and reports call the things that several of them name."""

from __future__ import annotations

from bot.vocabulary import Channel, EscalationReason, FeedbackReason, Resolution

REASON_LABELS = {
    EscalationReason.ASKED_FOR_PERSON: "Asked for a person",
    EscalationReason.NO_ANSWER: "No approved answer",
    EscalationReason.UNSURE_TWICE: "Not understood twice",
    EscalationReason.RED_FLAG: "Red flag",
    EscalationReason.ASSISTANT_DOWN: "Assistant was down",
    EscalationReason.OPTED_OUT: "Wrote after opting out",
    EscalationReason.PRIVACY: "Asked about their data",
    EscalationReason.FILE: "Sent a picture or a file",
    EscalationReason.NOT_DELIVERED: "A text did not arrive",
    EscalationReason.CHECK_IN: "Worrying check-in",
}
CHANNEL_LABELS = {
    Channel.WEB_CHAT: "Web chat",
    Channel.CONSOLE: "Terminal",
    Channel.SMS: "SMS",
    Channel.WHATSAPP: "WhatsApp",
    Channel.WEBHOOK: "Other channel",
}
BY_NUMBER = frozenset({Channel.SMS, Channel.WHATSAPP, Channel.WEBHOOK})
"""Channels on which a message goes to somebody's number, and nobody sits before a screen."""
RESOLUTION_LABELS = {
    Resolution.ANSWERED: "Answered here",
    Resolution.BOOKED: "Visit booked",
    Resolution.CALLED_BACK: "Called back",
    Resolution.NO_REPLY: "The patient did not reply",
    Resolution.NOT_FOR_US: "Not for this clinic",
    Resolution.CANCELLED: "The patient went on with the assistant",
    Resolution.MERGED: "Merged into another ticket",
}
BY_ITSELF = frozenset({Resolution.CANCELLED, Resolution.MERGED})
"""Staff do not choose these."""
STAFF_RESOLUTIONS = {key: label for key, label in RESOLUTION_LABELS.items() if key not in BY_ITSELF}
FEEDBACK_REASONS = {
    FeedbackReason.NOT_MY_QUESTION: "Not my question",
    FeedbackReason.TOO_HARD: "Hard to understand",
    FeedbackReason.NOT_ENOUGH: "Not enough detail",
    FeedbackReason.LOOKS_WRONG: "Looks wrong",
}
"""What a patient has tapped after a thumbs down, as staff read it in the queue; patients read their catalogue."""
NO_FEEDBACK_REASON = "No reason given"
