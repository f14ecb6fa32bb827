"""The pages of accounts, texts and the audit log, and that each role sees only its own."""

from __future__ import annotations

import re
from dataclasses import replace

import pyotp
import pytest
from limits import parse_many

from bot.bootstrap import Services
from bot.settings import Settings
from bot.staff.actor import FRONTDESK
from bot.staff.models import StaffMember
from bot.staff.one_time_codes import new_secret
from bot.staff.sign_in import StaffAccounts
from bot.vocabulary import Role
from bot.web.door import failures
from tests.chat_tester import ChatTester, csrf_token_of
from tests.integration.edge import ANA, PASSWORD, NewChat, TestClient, error_message

BOSS, LONG_PASSWORD = "boss@clinic.example", "three or four words"
JSON = {"accept": "application/json"}
ADMIN_PAGES = ["/staff/people", "/staff/audit", "/staff/audit.csv", "/staff/patients"]
ADMIN_FORMS = [
    "/staff/people",
    *("/staff/patients", "/staff/patients/export", "/staff/patients/review", "/staff/patients/forget"),
    *(f"/staff/people/1/{action}" for action in ("link", "role", "shut-out", "let-in", "sign-out", "reset-codes")),
]


@pytest.fixture
def boss(new_chat: NewChat, services: Services) -> ChatTester:
    """Give an administrator who is signed in."""
    StaffAccounts(services.database).add(email=BOSS, name="Boss", role=Role.ADMIN, password="correct horse battery")
    someone = new_chat(BOSS)
    someone.staff_signs_in()
    return someone


def posts(boss: ChatTester, path: str, **form: str):
    """Send a form of a page."""
    return boss.staff.post(path, data={"csrf_token": boss._csrf_token, **form})


@pytest.mark.parametrize("page", [*ADMIN_PAGES, "/staff/texts"])
def test_an_agent_sees_no_page_of_administrators(chat: ChatTester, page: str) -> None:
    """Not even by typing the address."""
    chat.staff_signs_in()

    assert "Your role does not allow this" in error_message(chat.staff.get(page, headers=JSON), 403)


@pytest.mark.parametrize("path", [*ADMIN_FORMS, "/staff/texts", "/staff/texts/delete"])
def test_an_agent_sends_no_form_of_administrators(chat: ChatTester, path: str) -> None:
    """Whatever the form holds."""
    chat.staff_signs_in()
    form = {"csrf_token": chat._csrf_token, "role": "admin", "shortcut": "x", "text": "x"}

    error_message(chat.staff.post(path, data=form, headers=JSON), 403)


def test_the_menu_shows_what_a_role_may_open(chat: ChatTester, boss: ChatTester) -> None:
    """A link that leads to a refusal helps nobody."""
    chat.staff_signs_in()

    assert 'href="/staff/people"' not in chat.staff.get("/staff/tickets").text
    assert 'href="/staff/people"' in boss.staff.get("/staff/tickets").text


def test_somebody_is_invited_and_joins(boss: ChatTester, visitor: TestClient) -> None:
    """The link is shown once, works once, and needs no sign-in."""
    page = posts(boss, "/staff/people", email="kim@clinic.example", name="Kim", role="writer").text
    link = re.search(r'value="(http[^"]+/staff/join/[^"]+)"', page)
    assert link is not None
    path = link.group(1).partition("/staff/join/")[2]
    assert path not in boss.staff.get("/staff/people").text

    joining = visitor.get(f"/staff/join/{path}").text
    assert "For Kim." in joining
    own = {"csrf_token": csrf_token_of(joining)}
    refused = visitor.post(f"/staff/join/{path}", data={"password": "short", **own})
    assert (refused.status_code, "at least 12 characters" in refused.text) == (422, True)
    joined = visitor.post(f"/staff/join/{path}", data={"password": LONG_PASSWORD, **own})
    assert (str(joined.url).endswith("/staff/tickets"), "Kim" in joined.text) == (True, True)
    error_message(visitor.get(f"/staff/join/{path}", headers=JSON), 403)

    form = {"email": "kim@clinic.example", "password": LONG_PASSWORD}
    form["csrf_token"] = csrf_token_of(visitor.get("/staff/sign-in").text)
    assert "Kim" in visitor.post("/staff/sign-in", data=form).text


def test_a_link_does_not_go_round_the_codes_of_an_app(
    visitor: TestClient, services: Services, chat: ChatTester
) -> None:
    """Whoever has them on is asked for one after setting a password."""
    ana = services.people.id_of(ANA)
    token = services.people.reset_link(ana, FRONTDESK)
    with services.database.write() as session:
        session.get_one(StaffMember, ana).totp_secret = new_secret()
    own = {"csrf_token": csrf_token_of(visitor.get(f"/staff/join/{token}").text)}

    joined = visitor.post(f"/staff/join/{token}", data={"password": LONG_PASSWORD, **own})

    assert str(joined.url).endswith("/staff/sign-in")
    assert visitor.get("/staff/tickets", headers=JSON).status_code == 401


@pytest.mark.parametrize(
    ("form", "field"),
    [({"name": " ", "email": "kim@clinic.example"}, "name"), ({"name": "Kim", "email": "kim"}, "email")],
)
def test_a_mistake_in_an_invitation_is_told_at_its_field(boss: ChatTester, form: dict[str, str], field: str) -> None:
    """And the role that was chosen stays chosen."""
    page = posts(boss, "/staff/people", role="clinician", **form).text

    assert f'id="{field}-error"' in page
    assert page.count('data-testid="people-error"') == 1
    assert page.rpartition('id="role"')[2].count('value="clinician" selected') == 1


def test_an_invitation_that_cannot_be_says_why(boss: ChatTester) -> None:
    """And keeps what was typed."""
    page = posts(boss, "/staff/people", email=ANA, name="Ana again")

    assert page.status_code == 422
    assert f"There is already an account for {ANA}." in page.text
    assert 'value="Ana again"' in page.text


def test_a_person_is_given_a_role_signed_out_and_shut_out(boss: ChatTester, chat: ChatTester) -> None:
    """Each works at once."""
    chat.staff_signs_in()
    people = boss.staff.get("/staff/people").text
    ana = re.search(r'people/(\d+)/role"[^<]*(?:<[^>]*>\s*){1,6}?<label[^>]*>Role of Ana', people)
    assert ana is not None
    number = ana.group(1)

    posts(boss, f"/staff/people/{number}/role", role="writer")
    error_message(chat.staff.get("/staff/tickets", headers=JSON), 401)
    chat._csrf_token = ""
    chat.staff_signs_in()
    assert chat.staff.get("/staff/texts").status_code == 200
    posts(boss, f"/staff/people/{number}/sign-out")
    error_message(chat.staff.get("/staff/tickets", headers=JSON), 401)
    posts(boss, f"/staff/people/{number}/shut-out")
    assert "Shut out" in boss.staff.get("/staff/people").text


def test_codes_are_turned_on_with_the_picture(chat: ChatTester) -> None:
    """A wrong code changes nothing and keeps the secret on the page."""
    chat.staff_signs_in()
    page = chat.staff.get("/staff/account").text
    secret = re.search(r'data-testid="secret">([A-Z2-7]+)<', page)
    assert secret is not None
    assert 'src="data:image/svg+xml' in page

    asked = {"secret": secret.group(1), "password": PASSWORD}
    wrong = posts(chat, "/staff/account/codes", code="000000", **asked)
    assert (wrong.status_code, secret.group(1) in wrong.text) == (422, True)
    code = pyotp.TOTP(secret.group(1)).now()
    unproven = posts(chat, "/staff/account/codes", code=code, **{**asked, "password": "a guess"})
    assert (unproven.status_code, "not the password" in unproven.text) == (422, True)
    right = posts(chat, "/staff/account/codes", code=code, **asked)

    assert "At every sign-in you are asked" in right.text
    codes = re.findall(r"<li><code>([\d-]+)</code>", right.text)
    assert len(codes) == 10
    assert codes[0] not in chat.staff.get("/staff/account").text
    refused = posts(chat, "/staff/account/codes/off", code="000000")
    assert (refused.status_code, 'data-testid="code-error"' in refused.text) == (422, True)
    renewed = posts(chat, "/staff/account/codes/recovery", code=codes[0])
    newest = re.findall(r"<li><code>([\d-]+)</code>", renewed.text)
    assert "Recovery codes left: 10." in renewed.text
    assert posts(chat, "/staff/account/codes/off", code=codes[1]).status_code == 422
    assert "Off. With them on" in posts(chat, "/staff/account/codes/off", code=newest[0]).text


def test_an_administrator_resets_codes_that_were_lost(boss: ChatTester, chat: ChatTester, services: Services) -> None:
    """The button is there for whoever has codes; their own an administrator does not reset."""
    chat.staff_signs_in()
    ana, own = services.people.id_of(ANA), services.people.id_of(BOSS)
    assert "Reset lost codes" not in boss.staff.get("/staff/people").text
    for person in (ana, own):
        secret = new_secret()
        services.second_factor.turn_on(person, secret, pyotp.TOTP(secret).now())
    chat._csrf_token = boss._csrf_token = ""
    with services.database.write() as session:
        session.get_one(StaffMember, own).totp_secret = None
    boss.staff_signs_in()

    assert boss.staff.get("/staff/people").text.count("Reset lost codes") == 1
    done = posts(boss, f"/staff/people/{ana}/reset-codes")

    assert "No email is set up, so tell them yourself." in done.text
    chat.staff_signs_in()
    again = posts(boss, f"/staff/people/{ana}/reset-codes")
    assert (again.status_code, "has no codes turned on" in again.text) == (409, True)
    assert "ask another administrator" in posts(boss, f"/staff/people/{own}/reset-codes").text


def test_sign_out_everywhere_ends_this_sign_in_too(chat: ChatTester) -> None:
    """It leads to the form."""
    chat.staff_signs_in()
    copy = chat.staff.cookies["frontdesk_staff"]

    for path in ("/staff/account/sign-out-elsewhere", "/staff/account/sign-out-everywhere"):
        refused = posts(chat, path, password="a guess")
        assert (refused.status_code, 'data-testid="elsewhere-error"' in refused.text) == (422, True)
    assert chat.staff.get("/staff/tickets").status_code == 200
    assert "Staff sign-in" in posts(chat, "/staff/account/sign-out-everywhere", password=PASSWORD).text

    chat.staff.cookies.set("frontdesk_staff", copy)
    error_message(chat.staff.get("/staff/tickets", headers=JSON), 401)


class TestLimited:
    """How often one may call is limited, as in production."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        """Set that."""
        return replace(settings, rate_limits=True)

    def test_too_many_tries_from_one_place_have_to_wait(
        self, visitor: TestClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Whichever accounts they were for."""
        monkeypatch.setattr(failures, "FAILURES", parse_many("3/day"))
        form = {"password": "x", "csrf_token": csrf_token_of(visitor.get("/staff/sign-in").text)}

        answers = [visitor.post("/staff/sign-in", data={**form, "email": f"{n}@x.example"}).text for n in range(4)]

        assert ["Too many tries from here" in answer for answer in answers] == [False, False, False, True]


def test_the_clinics_own_texts_are_kept_and_deleted(boss: ChatTester) -> None:
    """One that makes a forbidden claim is not kept, and the page says why."""
    posts(boss, "/staff/texts", shortcut="Parking", text="Park in front of the building.")
    assert "/parking" in boss.staff.get("/staff/texts").text

    refused = posts(boss, "/staff/texts", shortcut="cure", text="PRP will definitely cure your knee.")
    assert (refused.status_code, 'data-testid="text-error"' in refused.text) == (422, True)
    posts(boss, "/staff/texts/delete", shortcut="parking")

    assert "No texts of your own yet" in boss.staff.get("/staff/texts").text


def test_a_text_is_edited_and_no_other_is_overwritten(boss: ChatTester) -> None:
    """A shortcut that is taken is told beside its field, and what was written stays."""
    posts(boss, "/staff/texts", shortcut="parking", text="Park in front.")
    posts(boss, "/staff/texts", shortcut="hours", text="We open at nine.")

    refused = posts(boss, "/staff/texts", shortcut="parking", text="Something else.")
    assert (refused.status_code, 'id="shortcut-error"' in refused.text, "Something else." in refused.text) == (
        422,
        True,
        True,
    )
    edited = boss.staff.get("/staff/texts?edit=parking").text
    assert "Edit /parking" in edited
    assert ">Park in front.</textarea>" in edited
    posts(boss, "/staff/texts", shortcut="car-park", text="Park behind.", instead_of="parking")

    page = boss.staff.get("/staff/texts").text
    assert ("/car-park" in page, "/parking" in page, "We open at nine." in page) == (True, False, True)
