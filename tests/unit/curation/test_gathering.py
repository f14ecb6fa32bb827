"""Questions that were not answered well are put aside, redacted, once, and go with their conversation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from bot.bootstrap import Services
from bot.curation.gathering import gather, waiting_groups
from bot.curation.nearness import Vectors
from bot.curation.states import WhyGathered
from bot.knowledge import feedback_store
from bot.knowledge.reviewing.review import Editor
from bot.redaction.redactor import REDACTION, Redactor, load_redactor
from bot.settings import ROOT
from bot.staff.actor import FRONTDESK
from bot.vocabulary import ReplyKind
from tests.unit.curation.conftest import Asks


@pytest.fixture
def redactor() -> Redactor:
    """Give the one that the product has."""
    return load_redactor(ROOT / REDACTION, "US")


def by_first_word(texts: Sequence[str]) -> Vectors:
    """Stand in for the encoder: texts that begin alike mean the same."""
    words = [text.split()[0].lower() for text in texts]
    return np.stack([np.eye(26, dtype=np.float32)[ord(word[0]) - 97] for word in words])


def test_what_did_not_help_is_gathered_with_the_reason(services: Services, asks: Asks, redactor: Redactor):
    """An answer that helped is not; a thumbs down makes it one that did not."""
    asks("parking costs what")
    asks("parking where", kind=ReplyKind.CLARIFY)
    asks("needles hurt?", kind=ReplyKind.ANSWER)
    conversation, said = asks("zoo", kind=ReplyKind.ANSWER)
    with services.database.write() as session:
        feedback_store.save_feedback(
            session, message_id=said, conversation_id=conversation, answer=("a.b", 1), helpful=False, reason=None
        )

    assert gather(services.database, redactor, by_first_word) == 3

    groups = waiting_groups(services.database)
    assert [len(group.message_ids) for group in groups] == [2, 1]
    assert set(groups[0].samples) == {"parking costs what", "parking where"}
    assert dict(groups[0].reasons) == {WhyGathered.NO_ANSWER: 1, WhyGathered.ASKED_BACK: 1}
    assert groups[0].topic == "cost"
    assert groups[1].reasons == ((WhyGathered.NOT_HELPED, 1),)


def test_nothing_is_gathered_twice(services: Services, asks: Asks, redactor: Redactor):
    """A second look finds only what is new."""
    asks("parking costs what")
    gather(services.database, redactor, by_first_word)
    asks("parking where")

    assert gather(services.database, redactor, by_first_word) == 1
    assert gather(services.database, redactor, by_first_word) == 0


def test_no_detail_of_a_patient_is_put_aside(services: Services, asks: Asks, redactor: Redactor):
    """Nor goes to the encoder: the name of the contact counts as one wherever it stands."""
    read: list[str] = []

    def encode(texts: Sequence[str]) -> Vectors:
        read.extend(texts)
        return by_first_word(texts)

    asks("parking for quillo, my number is 312-555-0142", name="Quillo Banks")
    gather(services.database, redactor, encode)

    assert read == ["parking for [name], my number is [phone]"]
    assert waiting_groups(services.database)[0].samples == ("parking for [name], my number is [phone]",)


def test_a_group_set_aside_waits_no_more(services: Services, asks: Asks, redactor: Redactor, writer: Editor):
    """Nothing is to be learned from it."""
    asks("parking costs what")
    gather(services.database, redactor, by_first_word)

    services.lessons.set_aside(waiting_groups(services.database)[0].message_ids, writer)

    assert waiting_groups(services.database) == []


def test_forgetting_a_patient_forgets_what_was_gathered(services: Services, asks: Asks, redactor: Redactor):
    """It belongs to the conversation."""
    conversation, _ = asks("parking costs what")
    gather(services.database, redactor, by_first_word)

    services.patients.forget(conversation, reason="asked for it", by=FRONTDESK)

    assert waiting_groups(services.database) == []
