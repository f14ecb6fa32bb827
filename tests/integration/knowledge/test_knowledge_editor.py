"""The pages on answers: a writer drafts, a clinician approves, and nothing that anybody wrote is lost."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import pytest
from fastapi import FastAPI

from bot.bootstrap import Services
from bot.knowledge import history_store
from bot.knowledge.answering.question import Question
from bot.knowledge.exchange.versions import latest
from bot.staff.passwords import hash_password
from bot.staff.store import add_staff_member, audit_entries
from bot.vocabulary import Role
from tests.chat_tester import csrf_token_of
from tests.factories import day
from tests.fakes import FakeRasa
from tests.integration.edge import ANA, PASSWORD, NewChat, TestClient

WREN, LEE, ODE = "wren@clinic.example", "lee@clinic.example", "ode@clinic.example"
HTML = {"accept": "text/html"}
ANSWER = "prp.session_count"
FACT, POLICY = "P129", "clinic-policy"
NEW_WORDS = "We plan the number of PRP visits with you after each one."


class Desk:
    """A staff member at the pages on answers."""

    def __init__(self, client: TestClient, email: str) -> None:
        self.client = client
        page = client.get("/staff/sign-in")
        form = {"email": email, "password": PASSWORD, "csrf_token": csrf_token_of(page.text)}
        assert client.post("/staff/sign-in", data=form, follow_redirects=False).status_code == 303
        self.token = csrf_token_of(client.get("/staff/knowledge").text)

    def opens(self, path: str = "") -> Any:
        """Open a page."""
        return self.client.get(f"/staff/knowledge{path}", headers=HTML)

    def posts(self, path: str, form: dict[str, Any]) -> Any:
        """Send a form with the sign-in's secret."""
        data = {"csrf_token": self.token, **form}
        return self.client.post(f"/staff/knowledge{path}", data=data, headers=HTML, follow_redirects=False)

    def saves(self, words: str, *, base: int = 1, **more: Any) -> Any:
        """Save these words as the short answer."""
        return self.posts("/save", {**a_form(words, base=base), **more})

    def takes(self, step: str, number: int, **form: str) -> Any:
        """Take a step of the review."""
        return self.posts(f"/answers/{ANSWER}/versions/{number}/{step}", form)


Sit = Callable[[str], Desk]


def a_form(words: str, *, base: int = 1) -> dict[str, Any]:
    """Fill in the editor's form."""
    return {
        "id": ANSWER, "topic": "session_count", "home": "prp", "base": str(base), "treatments": ["prp"],
        "paragraph-0": words, "paragraph-0-facts": FACT, "evidence": "review", "owner": "Dr. Lee",
        "related": ["cost"], "note": "Say it plainly",
    }  # fmt: skip


@pytest.fixture
def sit(app: FastAPI, visitor: TestClient, services: Services) -> Sit:
    """Give a way to sign people in, each in a browser of their own."""
    hashed = hash_password(PASSWORD)
    with services.database.write() as session:
        for name, email, role in (
            ("Wren", WREN, Role.WRITER),
            ("Dr. Lee", LEE, Role.CLINICIAN),
            ("Dr. Ode", ODE, Role.CLINICIAN),
        ):
            add_staff_member(session, email=email, name=name, role=role, password_hash=hashed)

    def sign_in(email: str) -> Desk:
        client = TestClient(app, raise_server_exceptions=False)
        client.portal = visitor.portal
        return Desk(client, email)

    return sign_in


def served(services: Services) -> str:
    """Give what a patient who asks reads first."""
    reply = services.answering.answer(Question(topic="session_count", treatments=("prp",)), ()).replies[0]
    return reply.short or reply.text


@pytest.mark.parametrize(
    "path", ["", "?state=sample&treatment=prp", "?q=centrifuge", "/coverage", "/care", f"/answers/{ANSWER}",
             f"/answers/{ANSWER}/edit", f"/answers/{ANSWER}/versions/1", "/new?treatment=prp&topic=types"],
)  # fmt: skip
def test_every_page_opens_for_a_writer_and_for_nobody_unknown(sit: Sit, visitor: TestClient, path: str):
    """Who is not signed in is led to the form."""
    assert visitor.get(f"/staff/knowledge{path}", headers=HTML, follow_redirects=False).status_code == 303

    page = sit(WREN).opens(path)

    assert page.status_code == 200
    assert "Wren" in page.text


def test_beside_an_answer_stands_what_shows_it(sit: Sit, services: Services):
    """The source's own words, and the day somebody read them."""
    page = sit(LEE).opens(f"/answers/{ANSWER}").text
    with services.database.read() as session:
        version = latest(history_store.get_answer(session, ANSWER))
        facts = history_store.facts(session, version.body["short_facts"])
    assert facts
    for fact in facts.values():
        assert escape(fact.support) in page
        assert f"seen {fact.seen}" in page


def test_a_fact_brings_its_source_and_is_kept(sit: Sit, services: Services):
    """A writer names facts; the sources follow from them."""
    with services.database.read() as session:
        fact = next(iter(history_store.facts(session).values()))
    named = {"paragraph-0-facts": f"{fact.id.lower()}, {fact.id}", "paragraph-0-cites": []}
    assert sit(WREN).saves(NEW_WORDS, **named).status_code == 303

    with services.database.read() as session:
        body = latest(history_store.get_answer(session, ANSWER)).body
    assert (body["short_facts"], body["short_cites"]) == ([fact.id], [fact.source])
    assert f'value="{fact.id}"' in sit(WREN).opens(f"/answers/{ANSWER}/edit").text


def test_a_source_whose_fact_was_taken_away_goes_with_it(sit: Sit, services: Services):
    """Or what is written out could not be read back: nothing would show what that source says."""
    with services.database.read() as session:
        fact = next(iter(history_store.facts(session).values()))
    page = sit(WREN).saves(NEW_WORDS, **{"paragraph-0-facts": "", "paragraph-0-cites": [fact.source]})
    assert page.status_code == 422
    assert "give the numbers of the facts" in page.text
    named = {"paragraph-0-facts": "", "paragraph-0-cites": [fact.source, POLICY]}
    assert sit(WREN).saves("Call {clinic.phone} to hear how many.", **named).status_code == 303
    with services.database.read() as session:
        assert latest(history_store.get_answer(session, ANSWER)).body["short_cites"] == [POLICY]


def test_a_fact_that_is_none_is_told_and_the_words_stay(sit: Sit):
    """Nothing of what was written is lost."""
    page = sit(WREN).saves(NEW_WORDS, **{"paragraph-0-facts": "P998"})

    assert page.status_code == 409
    assert "There is no fact &#39;P998&#39; in facts.tsv" in page.text
    assert NEW_WORDS in page.text


def test_the_list_reads_as_patients_read(sit: Sit, services: Services):
    """The clinic's own hours, phone and address stand where an answer leaves room for them."""
    page = sit(WREN).opens().text

    assert "{clinic." not in page
    assert services.clinic.phone in page


def test_search_finds_answers_by_their_words(sit: Sit):
    """The best match first; filters narrow it down."""
    page = sit(WREN).opens("?q=centrifuge+platelet")

    assert "/staff/knowledge/answers/prp.procedure_steps" in page.text
    assert "/staff/knowledge/answers/prolotherapy.types" not in page.text


def test_a_draft_is_approved_by_another_person_and_served_at_once(sit: Sit, services: Services):
    """Without a retrain or a restart; the old words stay in the history."""
    writer, clinician = sit(WREN), sit(LEE)
    before = served(services)
    assert writer.saves(NEW_WORDS, submit="1").status_code == 303
    assert served(services) == before
    page = clinician.opens(f"/answers/{ANSWER}")
    assert "Waits for approval" in page.text
    assert "gets the new words" in page.text

    assert clinician.takes("approve", 2, due=day(300).isoformat()).status_code == 303

    assert served(services) == NEW_WORDS
    page = clinician.opens(f"/answers/{ANSWER}")
    assert "Approved by Dr. Lee" in page.text
    old = clinician.opens(f"/answers/{ANSWER}/versions/1")
    assert before in old.text


def test_the_audit_log_says_who_changed_and_approved(sit: Sit, services: Services):
    """Beside the history that the page shows, and not to be changed by anybody."""
    sit(WREN).saves(NEW_WORDS, submit="1")
    sit(LEE).takes("approve", 2, due=day(300).isoformat())

    with services.database.read() as session:
        entries = audit_entries(session, subject="answer")
        noted = [(one.staff_name, one.action, one.subject_id, one.details) for one in reversed(entries)]
    assert noted == [
        ("Wren", "answer.changed", ANSWER, {"version": 2}),
        ("Wren", "answer.submitted", ANSWER, {"version": 2}),
        ("Dr. Lee", "answer.approved", ANSWER, {"version": 2, "role": "clinician"}),
    ]


def test_a_self_approval_is_refused(sit: Sit, services: Services):
    """The page says so, and the request itself does not work either."""
    clinician = sit(LEE)
    clinician.saves(NEW_WORDS, submit="1")

    assert "another person must approve it" in clinician.opens(f"/answers/{ANSWER}").text
    refused = clinician.takes("approve", 2, due=day(300).isoformat())

    assert refused.status_code == 403
    assert served(services) != NEW_WORDS


def test_a_writer_cannot_approve_and_an_agent_cannot_write(sit: Sit):
    """By their roles."""
    writer, agent = sit(WREN), sit(ANA)
    writer.saves(NEW_WORDS, submit="1")

    assert writer.takes("approve", 2, due=day(300).isoformat()).status_code == 403
    assert agent.opens(f"/answers/{ANSWER}").status_code == 200
    assert agent.opens(f"/answers/{ANSWER}/edit").status_code == 403
    assert agent.saves("Anything at all.", base=2).status_code == 403


def test_two_people_editing_at_once_lose_nothing(sit: Sit, services: Services):
    """The second sees both changes, with their own words still in the form, and can save them on top."""
    writer, clinician = sit(WREN), sit(LEE)
    writer.saves("Wren's words stand here.")

    conflict = clinician.saves("The words of Dr. Lee stand here.")

    assert conflict.status_code == 409
    assert "Wren saved version 2 while you were writing" in conflict.text
    assert "The words of Dr. Lee stand here." in conflict.text
    assert 'name="base" value="2"' in conflict.text
    assert clinician.saves("The words of Dr. Lee stand here.", base=2).status_code == 303
    history = clinician.opens(f"/answers/{ANSWER}/versions/2").text
    assert "words stand here" in history


def test_a_form_that_is_not_complete_comes_back_as_it_was(sit: Sit):
    """With what is missing beside each field."""
    page = sit(WREN).posts("/save", {**a_form(NEW_WORDS), "paragraph-0-facts": "", "paragraph-1": "Another claim."})

    assert page.status_code == 422
    assert page.text.count("Choose the source that says this, or give the numbers of the facts.") == 1
    assert NEW_WORDS in page.text


def test_the_preview_shows_what_a_patient_would_read_and_what_bars_it(sit: Sit):
    """Grade, claims, words, sources and text messages."""
    writer = sit(WREN)
    claim = "PRP will cure your knee."

    good = writer.posts("/preview", a_form(NEW_WORDS)).json()
    bad = writer.posts("/preview", a_form(claim)).json()
    broken = writer.posts("/preview", {**a_form(NEW_WORDS), "paragraph-0-facts": ""}).json()
    uncited = writer.posts("/preview", {**a_form(NEW_WORDS), "paragraph-1": "Ask us. It is safe."}).json()

    assert NEW_WORDS in good["html"]
    assert "1 text message" in good["html"]
    assert [remark["bars"] for remark in good["remarks"]["paragraph-0"]] == [False]
    assert any(remark["bars"] for remark in bad["remarks"]["paragraph-0"])
    assert "Cannot be approved as it stands" in bad["html"]
    assert "“It is safe” needs a source" in uncited["remarks"]["paragraph-1"][0]["text"]
    assert broken["html"] == ""
    assert (
        broken["remarks"]["paragraph-0"][0]["text"]
        == "Choose the source that says this, or give the numbers of the facts."
    )


def test_a_claim_cannot_be_approved(sit: Sit, services: Services):
    """Whoever approves it."""
    sit(WREN).saves("PRP will cure your knee.", submit="1")

    assert sit(LEE).takes("approve", 2, due=day(300).isoformat()).status_code == 409
    assert "cure" not in served(services)


def test_a_question_can_be_tried_on_a_draft(sit: Sit, rasa: FakeRasa):
    """It says which answer would be served if the draft were approved."""
    writer = sit(WREN)
    rasa.understood = {"questions": [{"intent": "ask_session_count", "treatments": ["prp"]}]}
    mine = writer.posts("/try", {**a_form(NEW_WORDS), "question": "how many PRP visits?"}).json()
    rasa.understood = {"questions": [{"intent": "ask_session_count", "treatments": ["prolotherapy"]}]}
    other = writer.posts("/try", {**a_form(NEW_WORDS), "question": "how many prolo visits?"}).json()
    rasa.down = True
    down = writer.posts("/try", {**a_form(NEW_WORDS), "question": "how many?"}).json()

    assert mine["lines"] == ["Number of sessions, PRP: this draft, prp.session_count."]
    assert other["lines"] == ["Number of sessions, prolotherapy: another answer, prolotherapy.session_count."]
    assert "not running" in down["lines"][0]


def test_an_older_version_is_restored_as_a_draft(sit: Sit, services: Services):
    """It needs its approval again."""
    before = served(services)
    writer, clinician = sit(WREN), sit(LEE)
    writer.saves(NEW_WORDS, submit="1")
    clinician.takes("approve", 2, due=day(300).isoformat())

    assert writer.takes("restore", 1).status_code == 303
    assert served(services) == NEW_WORDS
    writer.takes("submit", 3)
    clinician.takes("approve", 3, due=day(300).isoformat())

    assert served(services) == before


def test_a_retired_answer_offers_staff(sit: Sit, services: Services):
    """At once."""
    assert sit(LEE).takes("retire", 1, note="A source was withdrawn").status_code == 303

    reply = services.answering.answer(Question(topic="session_count", treatments=("prp",)), ()).replies[0]
    assert reply.answer_id != ANSWER


def test_a_version_is_sent_back_with_a_note(sit: Sit):
    """Its writer reads what to change."""
    writer, clinician = sit(WREN), sit(LEE)
    writer.saves(NEW_WORDS, submit="1")

    clinician.takes("send-back", 2, note="Who says so?")

    page = writer.opens(f"/answers/{ANSWER}").text
    assert "Who says so?" in page
    assert "Send to review" in page


def test_a_new_answer_can_be_written(sit: Sit, services: Services):
    """In a cell that is filled by a general answer until then."""
    form = {**a_form("A doctor of ours gives it."), "id": "", "base": "0", "topic": "who_performs"}
    writer, clinician = sit(WREN), sit(LEE)

    assert writer.posts("/save", {**form, "submit": "1"}).headers["location"].endswith("/prp.who_performs")
    path = "/answers/prp.who_performs/versions/1/approve"
    assert clinician.posts(path, {"due": day(300).isoformat()}).status_code == 303

    reply = services.answering.answer(Question(topic="who_performs", treatments=("prp",)), ()).replies[0]
    assert reply.answer_id == "prp.who_performs"


@pytest.mark.parametrize("path", ["/answers/no.such", "/answers/no.such/edit", f"/answers/{ANSWER}/versions/99"])
def test_what_is_not_there_is_not_found(sit: Sit, path: str):
    """A page with the way back."""
    assert sit(WREN).opens(path).status_code == 404


def test_a_form_of_another_site_does_nothing(sit: Sit):
    """Every form carries the sign-in's secret."""
    writer = sit(WREN)
    writer.token = "forged"

    assert writer.saves(NEW_WORDS).status_code == 403
    assert writer.posts("/preview", a_form(NEW_WORDS)).status_code == 403


def test_what_a_patient_was_told_can_be_read_after_the_answer_changed(
    sit: Sit, services: Services, rasa: FakeRasa, new_chat: NewChat
):
    """The ticket leads to the very version, with who approved it and when."""
    question = Question(topic="session_count", treatments=("prp",))
    rasa.answer = lambda _text: list(services.answering.answer(question, ()).replies)
    chat, told = new_chat(), served(services)
    chat.patient_says("how many PRP visits?")
    chat.patient_asks_for_person()
    writer, clinician = sit(WREN), sit(LEE)
    writer.saves(NEW_WORDS, submit="1")
    clinician.takes("approve", 2, due=day(300).isoformat())

    page = chat.staff_reads()

    address = f"/staff/knowledge/answers/{ANSWER}/versions/1"
    assert address in page
    version = clinician.client.get(address, headers=HTML).text
    assert told in version
    assert NEW_WORDS not in version.partition("What changed")[0]
    assert "Reviewed by" not in version, "the shipped words were nobody's"


def test_an_administrator_approves_no_medical_answer(sit: Sit, services: Services):
    """The page says so, and the request itself does not work either."""
    services.staff.add(email="boss@clinic.example", name="Boss", role=Role.ADMIN, password=PASSWORD)
    boss, before = sit("boss@clinic.example"), served(services)
    sit(WREN).saves(NEW_WORDS, submit="1")

    page = boss.opens(f"/answers/{ANSWER}").text
    refused = boss.takes("approve", 2, due=day(300).isoformat())

    assert ('data-testid="needs-clinician"' in page, 'data-testid="approve"' in page) == (True, False)
    assert (refused.status_code, "only a clinician" in refused.text) == (403, True)
    assert served(services) == before
