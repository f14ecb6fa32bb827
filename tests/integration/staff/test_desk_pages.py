"""The desk's pages over HTTP: who may, what stands where, what a form that cannot be gets told."""

from __future__ import annotations

import json
import logging
import re
from html import unescape

import httpx
import pytest

from bot.bootstrap import Services
from bot.cli.commands.tickets import _fields, _line
from bot.reply import Reply
from bot.staff import store as staff
from bot.staff.sign_in import StaffAccounts
from bot.staff.store import audit_entries
from bot.vocabulary import Judgement, ReplyKind, Role
from tests.chat_tester import JSON, ChatTester
from tests.factories import EMERGENCY
from tests.fakes import FakeRasa
from tests.integration.edge import ANA, BEN, MARKER, NewChat, TestClient
from tests.integration.tickets.test_inbox import listed

BOSS = "boss@clinic.example"
WORDS = f"my {MARKER} hurts"


def posts(chat: ChatTester, path: str, **form: object) -> httpx.Response:
    """Send a form of the console."""
    chat.staff_signs_in()
    data = {"csrf_token": chat._csrf_token, **form}
    return chat.staff.post(f"/staff/{path}", data=data, follow_redirects=True)


def gets(chat: ChatTester, path: str) -> str:
    """Open a page of the console."""
    chat.staff_signs_in()
    page = chat.staff.get(f"/staff/{path}")
    assert page.status_code == 200, page.text
    return page.text


def actions(services: Services) -> list[tuple[str, str]]:
    """Give what stands in the audit log, the newest first."""
    with services.database.read() as session:
        return [(entry.action, entry.subject_id) for entry in audit_entries(session)]


def test_a_conversation_without_a_ticket_is_read_and_found(chat: ChatTester, services: Services) -> None:
    """Who did stands in the log; the list leads there."""
    chat.patient_says(WORDS)

    page = posts(chat, "conversations", words=MARKER.upper())
    address = re.search(r'href="(/staff/conversations/[^"#]+)#message-\d+" data-testid="open-conversation"', page.text)

    assert address is not None
    assert "1 conversation," in page.text
    assert WORDS in gets(chat, address.group(1).removeprefix("/staff/"))
    assert actions(services)[:2] == [
        ("conversation.opened", chat.conversation_id),
        ("conversation.searched", "all"),
    ]


def test_what_was_searched_for_stands_in_no_log_and_no_address(
    chat: ChatTester, services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    """The pages after the first are forms too."""
    caplog.set_level(logging.INFO)
    caplog.set_level(logging.WARNING, "httpx")
    chat.patient_says(WORDS)

    page = posts(chat, "conversations", words=MARKER)

    assert MARKER not in str(page.url)
    assert not re.search(rf'(?:href|action)="[^"]*{MARKER}', page.text)
    assert MARKER not in caplog.text
    with services.database.read() as session:
        assert MARKER not in json.dumps([entry.details for entry in audit_entries(session)])


@pytest.mark.parametrize("path", ["conversations", "conversations/x", "conversations/x/patient"])
def test_nobody_who_is_not_signed_in_reads_any(visitor: TestClient, path: str) -> None:
    """They are led to the sign-in."""
    assert visitor.get(f"/staff/{path}", follow_redirects=False).status_code in {303, 401}


@pytest.mark.parametrize(
    ("form", "words"), [({"since": "soon"}, "From: choose a day"), ({"until": "2026-02-30"}, "To: choose a day")]
)
def test_a_day_that_is_none_is_told(chat: ChatTester, form: dict[str, str], words: str) -> None:
    """And what to write instead; what was typed stays."""
    page = posts(chat, "conversations", words="knee", **form)

    assert page.status_code == 422
    assert words in page.text
    assert 'value="knee"' in page.text


def test_what_was_not_answered_is_one_tap_whyever_it_was_not(new_chat: NewChat, rasa: FakeRasa) -> None:
    """Not understood, nothing approved, not for the assistant: whoever looks for it knows none of these words yet."""
    declined = Reply(kind=ReplyKind.NO_ANSWER, text="That is outside what I can answer.")
    missing = Reply(kind=ReplyKind.NO_ANSWER, text="I have no answer.", topic="cost", treatments=("prp",))
    answered = Reply(kind=ReplyKind.ANSWER, text="Yes.", topic="cost", treatments=("prp",), answer_id="prp.cost")
    chats = [new_chat() for _ in range(3)]
    for chat, reply in zip(chats, (declined, missing, answered), strict=True):
        rasa.answer = lambda _text, reply=reply: [reply]
        chat.patient_says(f"Question about {reply.text}")

    page = gets(chats[0], "conversations")
    (today,) = re.findall(r'href="/staff/([^"]+)" data-testid="quick">Not answered today<', page)
    found = gets(chats[0], unescape(today))

    assert "2 conversations," in found
    assert "Question about Yes." not in found
    assert '<option value="not_answered" selected>Not answered</option>' in found


def test_who_has_read_a_conversation_is_one_press_from_it(new_chat: NewChat, services: Services) -> None:
    """For administrators; the log leads back to the conversation."""
    StaffAccounts(services.database).add(email=BOSS, name="Boss", role=Role.ADMIN, password="correct horse battery")
    ana, boss = new_chat(ANA), new_chat(BOSS)
    ana.patient_says(WORDS)
    address = f"conversations/{ana.conversation_id}"
    assert 'data-testid="who-read"' not in gets(ana, address)

    (log,) = re.findall(r'href="/staff/([^"]+)" data-testid="who-read"', gets(boss, address))
    page = gets(boss, unescape(log))

    rows = re.findall(r'data-testid="entry"><td>[^<]*</td><td>([^<]*)</td><td>([^<]*)</td>', page)
    assert rows == [("Boss", "Read a conversation"), ("Ana", "Read a conversation")]
    assert f'href="/staff/{address}"' in page


def test_what_is_not_in_this_view_is_looked_for_in_all(chat: ChatTester) -> None:
    """Of what was said to somebody who looked in the wrong place, nothing is lost."""
    chat.patient_says(WORDS)
    chat.patient_asks_for_person()

    page = gets(chat, f"tickets?status=snoozed&q={MARKER}")
    (everywhere,) = re.findall(r'href="/staff/([^"]+)" data-testid="look-in-all"', page)

    assert "No ticket of this view fits" in page
    assert WORDS in gets(chat, unescape(everywhere))


def test_what_cannot_be_is_left_out_and_what_is_not_there_is_not_found(chat: ChatTester) -> None:
    """A kind or topic of another version shows all."""
    chat.patient_says("Does it hurt?")

    assert "1 conversation," in gets(chat, "conversations?kind=nosuch")
    assert "Nothing found" in gets(chat, "conversations?topic=nosuch")
    assert chat.staff.get("/staff/conversations/nosuch").status_code == 404
    assert chat.staff.get("/staff/conversations/nosuch/patient").status_code == 404
    assert posts(chat, "conversations/nosuch/ticket").status_code == 404


def test_a_patients_page_has_what_is_theirs_and_names_the_rest(new_chat: NewChat, services: Services) -> None:
    """Words of those who only left the same contact are not shown; which conversations were, is in the log."""
    mine, perhaps = new_chat(), new_chat()
    mine.patient_says("How much is PRP?")
    mine.patient_leaves_contact(name="Zoe", email="zoe@mail.example")
    perhaps.patient_says(WORDS)
    perhaps.patient_leaves_contact(email="zoe@mail.example")

    page = gets(mine, f"conversations/{mine.conversation_id}/patient")

    sure, _, rest = page.partition('data-testid="perhaps"')
    assert f"/staff/conversations/{mine.conversation_id}" in sure
    assert f"/staff/conversations/{perhaps.conversation_id}" in rest
    assert f"/staff/conversations/{perhaps.conversation_id}" not in sure
    assert "How much is PRP?" in page
    assert WORDS not in page
    assert ("conversation.opened", mine.conversation_id) in actions(services)
    assert ("conversation.opened", perhaps.conversation_id) not in actions(services)


def test_who_says_so_on_the_phone_gets_no_more_texts(new_chat: NewChat, services: Services) -> None:
    """One press that says what it does, undone by another; both stand in the log. Another's number cannot be noted."""
    chat, other = new_chat(), new_chat()
    chat.patient_says("How much is PRP?")
    chat.patient_leaves_contact(name="Zoe", phone="312-555-0147")
    other.patient_says("Hello")
    where = f"conversations/{chat.conversation_id}/patient"
    page = gets(chat, where)
    assert "You can undo this for a day" in page
    assert 'data-testid="texts-again"' not in page

    noted = posts(chat, f"{where}/no-texts", phone="+13125550147").text

    assert "Nothing is texted to this number any more" in noted
    assert "they said so, noted by Ana" in noted
    assert 'data-testid="no-more-texts"' not in noted
    again = posts(chat, f"{where}/no-texts", phone="+13125550147")
    assert (again.status_code, "wants no texts already" in again.text) == (409, True)
    elsewhere = posts(chat, f"conversations/{other.conversation_id}/patient/no-texts", phone="+13125550147")
    assert (elsewhere.status_code, "no longer among those" in elsewhere.text) == (409, True)
    back = posts(chat, f"{where}/texts-again", phone="+13125550147").text
    assert "The number may be texted again" in back
    assert "No texts since" not in back
    assert actions(services)[1][0] == "texts.opt_out_undone"
    assert ("texts.opted_out", chat.conversation_id) in actions(services)


def test_a_merged_tickets_transcript_stands_in_the_first(new_chat: NewChat) -> None:
    """And on the patient's page, each line with its chat."""
    one, two = new_chat(), new_chat()
    for chat in (one, two):
        chat.patient_says(f"I wrote in {chat.conversation_id}")
        chat.patient_leaves_contact(email="zoe@mail.example")
    first, second = sorted(one.staff_sees_tickets())
    one._staff_posts(first, "merge", other=str(second))

    for page in (one.staff_reads(first), gets(one, f"conversations/{one.conversation_id}/patient")):
        for chat in (one, two):
            assert f"I wrote in {chat.conversation_id}" in page
        assert 'data-testid="in-chat"' in page or "Web chat of" in page


def test_the_row_says_which_danger(chat: ChatTester) -> None:
    """So that the gravest is seen without opening it."""
    chat.patient_says(EMERGENCY)
    chat.staff_signs_in()

    row = chat.staff.get("/staff/tickets").text

    assert re.search(r'data-testid="sign">Airway swelling<', row)


def test_labels_stand_in_the_row_and_in_what_is_exported(chat: ChatTester, services: Services) -> None:
    """Shown, filtered by, taken off; the interface and the terminal have them."""
    chat.patient_asks_for_person()
    ticket = chat.ticket

    assert posts(chat, f"tickets/{ticket}/labels/add", label="call back").status_code == 200

    assert listed(chat, label="call back") == [ticket]
    assert listed(chat, label="other") == []
    assert "call back" in chat.staff.get("/staff/tickets").text
    fields = _fields(services.tickets.view(ticket))
    assert fields["labels"] == ["call back"]
    assert _line(fields).endswith("call back")
    assert posts(chat, f"tickets/{ticket}/labels/add", label="").status_code == 422
    assert posts(chat, f"tickets/{ticket}/labels/remove", label="call back").status_code == 200
    assert "call back" not in chat.staff.get("/staff/tickets").text


def test_several_are_asked_first_where_patients_hear_of_it(new_chat: NewChat, services: Services) -> None:
    """Nothing is done before; a label needs no question."""
    one, two = new_chat(), new_chat()
    for chat in (one, two):
        chat.patient_says(f"Question of {chat.conversation_id}")
        chat.patient_asks_for_person()
    tickets = one.staff_sees_tickets()

    asked = posts(one, "tickets/several", ticket=tickets, action="resolve", resolution="booked")

    assert "Resolve 2 tickets?" in asked.text
    assert f"Question of {two.conversation_id}" in asked.text
    assert one.staff_sees_tickets("resolved") == []
    seen = re.search(r'name="seen" value="(\d+)"', asked.text)
    assert seen is not None
    form = {"ticket": tickets, "action": "resolve", "resolution": "booked", "seen": seen.group(1), "confirmed": "true"}
    done = posts(one, "tickets/several", **form)
    assert "2 tickets resolved: Visit booked" in done.text
    again = posts(one, "tickets/several", **form)
    assert "Not done" in again.text
    assert again.text.count("This ticket is resolved already.") == 2
    assert "2 tickets labelled" in posts(one, "tickets/several", ticket=tickets, action="label", label="x").text


def test_giving_several_is_undone_with_one_press(new_chat: NewChat, services: Services) -> None:
    """The patient reads who answers, each time; a second press tells that there is nothing left to undo."""
    ana, ben = new_chat(ANA), new_chat(BEN)
    ana.patient_says("How much is PRP?")
    ana.patient_asks_for_person()
    (ticket,) = ana.staff_sees_tickets()
    ben.staff_signs_in()
    ben_id = next(number for number, name in _names(services).items() if name == "Ben")
    form = {"ticket": [ticket], "action": "assign", "staff_member_id": ben_id, "confirmed": "true"}

    given = posts(ana, "tickets/several", **form)
    had = re.search(r'name="had" value="([^"]*)"', given.text)

    assert had is not None
    assert "Undo: give back 1 ticket<" in given.text
    assert services.tickets.view(int(ticket)).assignee_name == "Ben"
    back = {"ticket": [ticket], "action": "give_back", "staff_member_id": ben_id, "had": had.group(1)}
    undone = posts(ana, "tickets/several", **back)
    assert "1 ticket as before: no longer Ben" in undone.text
    assert 'data-testid="undo-several"' not in undone.text
    assert services.tickets.view(int(ticket)).assignee_name is None
    assert "no longer has this ticket" in posts(ana, "tickets/several", **back).text


def _names(services: Services) -> dict[int, str]:
    with services.database.read() as session:
        return staff.all_names(session)


@pytest.mark.parametrize(
    "form",
    [
        {"action": "label", "label": "x"},
        {"action": "nosuch", "ticket": [1]},
        {"action": "resolve"},
        {"ticket": [1]},
        {"action": "assign", "ticket": ["x"]},
        {"action": "label", "ticket": [-1], "label": "x"},
        {"action": "give_back", "ticket": [1]},
        {"action": "give_back", "ticket": [1], "had": "1 x "},
        {"action": "give_back", "ticket": [1], "had": f"1 {10**30} "},
        {"action": "give_back", "ticket": [1], "had": "1 1 tomorrow"},
    ],
)
def test_a_form_that_asks_for_nothing_is_refused(chat: ChatTester, form: dict[str, object]) -> None:
    """In words."""
    assert posts(chat, "tickets/several", **form).status_code in {409, 422}


def test_a_saved_view_leads_to_its_tickets_for_whoever_sees_it(new_chat: NewChat) -> None:
    """A shared one is in a colleague's inbox, and no administrator's work to remove for others."""
    ana, ben = new_chat(ANA), new_chat(BEN)
    ana.patient_says(EMERGENCY)
    posts(ana, "views?status=open&reason=red_flag&q=secretname", name="Dangers", shared="true")

    page = gets(ben, "tickets")

    view = re.search(
        r'href="(/staff/tickets\?[^"]+)"[^>]*data-testid="saved-view">Dangers <span class="count">1<', page
    )
    assert view is not None
    assert view.group(1) == "/staff/tickets?status=open&amp;reason=red_flag"
    shown = gets(ben, "tickets?status=open&reason=red_flag")
    assert 'data-testid="remove-view"' not in shown
    remove = re.search(r'action="/staff/(views/\d+/remove[^"]*)"', gets(ana, "tickets?status=open&reason=red_flag"))
    assert remove is not None
    assert posts(ben, remove.group(1)).status_code == 403
    assert posts(ana, remove.group(1)).status_code == 200
    assert posts(ana, remove.group(1)).status_code == 404
    assert "Dangers" not in gets(ben, "tickets")


def test_the_choice_of_keys_is_the_accounts(new_chat: NewChat) -> None:
    """On another browser too; a choice that is none is refused."""
    ana, elsewhere, ben = new_chat(ANA), new_chat(ANA), new_chat(BEN)

    assert posts(ana, "keys", wanted="off").status_code == 200

    assert 'data-shortcut-keys="off"' in gets(elsewhere, "tickets")
    assert 'data-shortcut-keys="plain"' in gets(ben, "tickets")
    assert posts(ana, "keys", wanted="nosuch").status_code == 422


def test_a_judgement_leads_back_to_where_it_was_made(chat: ChatTester, services: Services) -> None:
    """To the ticket, or to the conversation; a message that is not there is said to be gone."""
    chat.patient_says(EMERGENCY)
    message = chat.transcript()["messages"][0]["id"]
    chat.staff_signs_in()
    form = {"csrf_token": chat._csrf_token, "says": Judgement.NO_DANGER.value}
    address = f"/staff/messages/{message}/danger"

    from_ticket = chat.staff.post(address, data={**form, "ticket": "1"}, follow_redirects=False)
    from_chat = chat.staff.post(address, data={**form, "conversation": chat.conversation_id}, follow_redirects=False)

    assert from_ticket.headers["location"] == f"/staff/tickets/1#message-{message}"
    assert from_chat.headers["location"] == f"/staff/conversations/{chat.conversation_id}#message-{message}"
    assert "Ana: This was no danger" in chat.staff_reads(chat.staff_sees_tickets()[0])
    assert [action for action, _subject in actions(services)].count("danger.judged") == 1
    elsewhere = chat.staff.post(address, data={**form, "conversation": "//evil.example"}, headers=JSON)
    assert elsewhere.status_code == 422
    assert chat.staff.post("/staff/messages/999/danger", data=form, headers=JSON).status_code == 404
