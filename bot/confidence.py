"""How sure the understanding has to be, for each thing that is done with it: the one place of these numbers.

The confidence of an intent is learned to be the probability of being right (docs/architecture.md, "Bands of
confidence"), so each number says how often in a hundred such a reading may be wrong.

Rasa's own parts read theirs from config.yml and can read them from nowhere else; a test holds them to `ANSWER_FROM`.
"""

from __future__ import annotations

ANSWER_FROM = 0.4
"""A question is answered; below it the patient is asked back.

With 0.35 more of what is none of our business was answered, and no more of single questions written blind."""
ASK_BACK_FROM = 0.15
"""A topic is worth offering as a guess; below it a guess is more likely to confuse than to help."""

PERSON_FROM = 0.35
"""A person asked for in passing is one asked for: to miss it costs more than to offer one."""
NOT_OURS_FROM = 0.15
"""A message that as a whole is none of our business, or an own case, is that, whatever its clauses sound like by
themselves: unless two of them are about topics of ours, or one is that names a treatment and stands beside what is not;
one of them at `CLEAR_FROM`."""
OURS_FROM = 0.6
"""How far a message as a whole has to be ours (`bot/nlu/models/ours.py`, from -1 to 1) for its questions to count by
themselves; below it each has to be the surer the less it is..."""
OURS_COUNTS = 2.0
"""...by so much of its log odds: in a message at -0.5 it has to be sure by 0.86, to be answered."""
BESIDE_FROM = 0.65
"""A question beside one that is not for the assistant is answered; an order to it beside a question is refused, with
the whole message."""
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

PARAGRAPH_WORTH_A_LOOK = 0.01
"""A paragraph of an answer may tell what is asked; how probably, `bot/nlu/models/paragraphs.py` says."""
PARAGRAPH_NEXT_FROM = 0.1
"""It comes right after the short text of its answer..."""
PARAGRAPH_FIRST_FROM = 0.5
"""...or before it: who asks for this one thing reads it first."""
PARAGRAPH_INSTEAD_FROM = 0.4
"""It answers a question that names a treatment of the clinic's and would otherwise be asked back."""
PARAGRAPH_DECLINED_FROM = 0.5
"""It answers one that names a treatment in its own words and was taken for an own case, or for none of our business."""
PARAGRAPH_UNNAMED_FROM = 0.7
"""It answers one of these two kinds that names no treatment of the clinic's."""
PARAGRAPH_BESIDE_SHARE = 0.6
"""It comes as well when the topic of the question has another answer, if its probability is this share of the topic's
own, as who asks plainly after a topic wants its answer and no more..."""
PARAGRAPH_BESIDE_TIMES = 2.0
"""...and so many times that of any paragraph of this other answer..."""
PARAGRAPH_BEFORE_FROM = 0.6
"""...and before that answer from here on, where it is more probable than the topic."""
