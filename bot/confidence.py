"""How sure the understanding has to be, for each thing that is done with it: the one place of these numbers.

The confidence of an intent is learned to be the probability of being right (docs/architecture.md, "Bands of
confidence"), so each number says how often in a hundred such a reading may be wrong.

Rasa's own parts read theirs from config.yml and can read them from nowhere else; a test holds them to `ANSWER_FROM`.
"""

from __future__ import annotations

ANSWER_FROM = 0.4
"""A message, or a clause that opens as a question does, is answered; below it the patient is asked back."""
ASK_BACK_FROM = 0.15
"""A topic is worth offering as a guess; below it a guess is more likely to confuse than to help."""

ITEM_FROM = 0.7
"""A bare topic ("side effects") beside others is a question of its own."""
TOLD_FROM = 0.85
"""What only tells something is a question of its own beside one that asks."""
SHARED_FROM = 0.5
"""Either of the two above is a question of its own where the message as a whole is near the same topic as well."""
CLEAR_FROM = 0.85
"""A question needs nothing of what stands before it in the message."""
BEYOND_DOUBT_FROM = 0.95
"""A question is answered whatever is wrapped around it, an order to the assistant included."""
MEDICINE_FROM = 0.6
"""A question about a medicine ("can I take Advil after it") needs nothing of what was spoken of."""
REPORT_FROM = 0.8
"""The classifier, to which reports of danger are three intents among sixty, is believed without the detector."""

BY_RULE = 0.9
"""What a rule finds is no estimate; this is how often the rule is right."""
