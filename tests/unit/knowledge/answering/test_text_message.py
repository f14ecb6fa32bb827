"""An answer's own text message: short, read alone, with the sources of just that."""

from __future__ import annotations

import pytest
from pydantic import ValidationError
from starlette.datastructures import FormData

from bot.channels.sms_text import reply_text
from bot.clinic import Clinic
from bot.confidence import PARAGRAPH_FIRST_FROM
from bot.db.engine import Database
from bot.knowledge.answering.answering import Answering
from bot.knowledge.answering.question import NearParagraph, Question
from bot.knowledge.exchange.versions import entry_of
from bot.knowledge.files.content import Content
from bot.knowledge.files.entries import AnswerEntry, SmsEntry
from bot.knowledge.files.quality import problems_of, text_message_problems
from bot.knowledge.history_store import get_version
from bot.knowledge.mentioned import Mentioned
from bot.knowledge.reviewing.diff import field_diffs
from bot.knowledge.reviewing.preview import preview, text_messages
from bot.paragraphs import paragraph_key
from bot.reply import SMS_LETTERS, Reply
from bot.settings import load_settings
from bot.web.knowledge.form import form_from, form_of, read_form
from tests.factories import a_clinic, serving
from tests.unit.knowledge.conftest import RESPONSES

ID = "prp.side_effects"
ICE = "Ice helps with pain; use no heating pad, says Mayo Clinic."


def _entry(content: Content, answer_id: str = ID) -> AnswerEntry:
    return next(entry for entry in content.answers if entry.id == answer_id)


def test_a_text_message_says_its_own_words(served: dict[str, Reply]):
    """And where to read on, with the sources of just these words."""
    reply = served[ID]

    assert reply.sms is not None
    text = reply_text(reply)

    assert text.startswith(f"{reply.sms.text}\n\nThere is more to it")
    assert reply.short not in text
    sources = [citation.publisher for citation in reply.citations if citation.number in reply.sms.citations]
    assert all(publisher.rstrip(". ") in text for publisher in sources)


def test_what_was_asked_comes_before_words_for_everybody(real_database: Database, clinic: Clinic):
    """Who names the knee gets the part about it by text message as well."""
    mentioned = Mentioned.from_folder(load_settings({}).knowledge_path)
    answering = Answering(real_database, clinic, RESPONSES, serving, mentioned=mentioned)

    (reply,) = answering.answer(Question(topic="side_effects", treatments=("prp",), named=("knee",)), ()).replies

    assert reply.sms is None
    assert "knee" in reply_text(reply)


def test_the_regulatory_status_is_said_with_it(served: dict[str, Reply]):
    """As with any other form of the answer."""
    reply = served["prolotherapy.effectiveness"]

    assert reply.sms is not None
    assert str(reply.regulatory_status) in reply_text(reply)


def test_an_answer_without_one_says_its_short_answer(served: dict[str, Reply], content: Content):
    """And what fits beside it, never the 90 words of the chat."""
    without = {entry.id for entry in content.answers if entry.sms is None} & served.keys()
    reply = served["prp.session_duration"]

    assert reply.answer_id in without
    assert reply.sms is not None
    assert reply.sms.text.startswith(str(reply.short))
    assert reply_text(reply).startswith(f"{reply.sms.text}\n\nThere is more to it")
    said = {name: claim.text for name in without if (claim := served[name].sms) is not None}
    assert len(said) > 100
    assert {name: len(text) for name, text in said.items() if len(text) > SMS_LETTERS} == {}


def test_a_short_answer_with_all_that_is_below_it_says_so_of_nothing_more(served: dict[str, Reply]):
    """Where all of it fits, nothing waits elsewhere."""
    whole = [reply for reply in served.values() if reply.sms is None]

    assert whole
    assert all("There is more to it" not in reply_text(reply) for reply in whole)


@pytest.mark.parametrize(
    ("probability", "first"),
    [(PARAGRAPH_FIRST_FROM - 0.01, "After a steroid shot"), (PARAGRAPH_FIRST_FROM, ICE)],
    ids=["likely", "sure"],
)
def test_the_paragraph_that_was_asked_for_is_said_as_well(
    real_database: Database, clinic: Clinic, probability: float, first: str
):
    """A text message that leaves out what was asked is none; where it surely was that, it is said first."""
    mentioned = Mentioned.from_folder(load_settings({}).knowledge_path)
    answering = Answering(real_database, clinic, RESPONSES, serving, mentioned=mentioned)
    key = paragraph_key(ICE)
    near = NearParagraph(key=key, answer="steroid_injection.aftercare", tells=1, probability=probability)
    question = Question(topic="aftercare", alternatives=("steroid_injection",), paragraphs=(near,))

    (reply,) = answering.answer(question, ()).replies

    assert reply.sms is not None
    assert reply.sms.text.startswith(first)
    assert ICE in reply.sms.text


def test_real_text_messages_are_two_at_most_and_stand_alone(content: Content, served: dict[str, Reply]):
    """What is billed by the message should be worth it."""
    assert [problem for entry in content.answers for problem in text_message_problems(entry)] == []
    said = {name: reply.sms.text for name, reply in served.items() if reply.sms is not None}
    assert len(said) > 200
    assert {answer_id: text for answer_id, text in said.items() if text_messages(text) > 2} == {}


def test_a_short_answer_that_leans_or_is_long_asks_for_a_text_message(content: Content):
    """It is what a text message would say."""
    entry = _entry(content, "prp.session_duration")
    leaning = entry.model_copy(update={"short": entry.short.model_copy(update={"text": "It takes a while."})})
    long = entry.model_copy(update={"short": entry.short.model_copy(update={"text": "a" * (SMS_LETTERS + 1)})})

    assert entry.sms is None
    assert "that a text message cannot say (“It”)" in text_message_problems(leaning)[0]
    assert f"of {SMS_LETTERS + 1} letters" in text_message_problems(long)[0]
    with_words = {"sms": SmsEntry(text="A PRP visit takes a while.", cites=entry.short.cites)}
    assert text_message_problems(leaning.model_copy(update=with_words)) == []


def test_a_long_one_is_refused():
    """With how long it is."""
    with pytest.raises(ValidationError, match=f"has {SMS_LETTERS + 1} letters"):
        SmsEntry(text="a" * (SMS_LETTERS + 1), cites=("overview",))


def test_one_that_leans_on_the_answer_bars_an_approval(content: Content, real_database: Database, clinic: Clinic):
    """It is all that the patient reads."""
    entry = _entry(content)
    leaning = entry.model_copy(update={"sms": SmsEntry(text="It can hurt.", cites=entry.short.cites)})

    with real_database.read() as session:
        found = preview(session, leaning, clinic, RESPONSES.unset)

    assert "has a text message that leans on the answer (“It”): let it stand alone" in problems_of(
        leaning, a_clinic(), ""
    )
    assert not found.is_ready
    assert found.text_messages == 1
    assert f"Text message: 12 of at most {SMS_LETTERS} letters" in [remark.text for remark in found.overall]


def test_it_is_kept_and_told_in_the_history(content: Content, real_database: Database):
    """In its versions, through the form, and as a change."""
    entry = _entry(content)
    without = entry.model_copy(update={"sms": None})
    through_form = read_form(form_of(entry, 1)).entry

    with real_database.read() as session:
        assert entry_of(get_version(session, ID, 1)).sms == entry.sms
    assert through_form is not None
    assert through_form.sms == entry.sms
    assert [diff.label for diff in field_diffs(without, entry)] == ["Text message"]


def test_one_without_a_source_is_refused_in_the_form():
    """Beside its own field."""
    sent = {
        "id": "prp.cost", "topic": "cost", "treatments": "prp", "evidence": "trial", "owner": "Dr. Lee",
        "paragraph-0": "Ask us.", "paragraph-0-cites": "overview", "sms": "Ask us for our price.",
    }  # fmt: skip

    read = read_form(form_from(FormData(sent), None))

    assert list(read.problems) == ["sms"]
