"""The chat's HTTP interface as a well-behaved client meets it."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.bootstrap import Services
from bot.conversations import store
from bot.reply import Reply
from bot.vocabulary import ReplyKind
from tests.chat_tester import ChatTester
from tests.fakes import FakeRasa
from tests.integration.edge import NewChat, SlowRasa, TestClient, error_message
from tests.phones import eventually


def test_a_new_conversation_has_an_id_and_a_secret(visitor: TestClient) -> None:
    """Two conversations share neither, and both are long enough not to be guessed."""
    first, second = (visitor.post("/api/conversations") for _ in range(2))

    assert first.status_code == 201
    assert set(first.json()) == {"conversation_id", "token"}
    assert first.json()["conversation_id"] != second.json()["conversation_id"]
    assert first.json()["token"] != second.json()["token"]
    assert len(first.json()["token"]) >= 43


def test_a_message_gets_its_replies(chat: ChatTester) -> None:
    """The message comes back as it was stored, followed by the replies."""
    response = chat.patient_sends({"text": "hello", "client_message_id": "a"})

    inbound, reply = response.json()["messages"]
    assert (inbound["author"], inbound["text"], inbound["client_message_id"]) == ("patient", "hello", "a")
    assert inbound["reply"] is None
    assert inbound["created_at"].endswith("Z")
    assert (reply["author"], reply["text"], reply["reply"]["kind"]) == ("bot", "You said: hello", "smalltalk")
    assert reply["id"] > inbound["id"]


def test_a_message_needs_no_client_message_id(chat: ChatTester) -> None:
    """A program that leaves it out is served, and twice the same text is two messages."""
    for _ in range(2):
        chat.patient_sends({"text": "hello"})

    assert chat.patient_sees() == ["hello", "You said: hello"] * 2


def test_two_questions_give_two_replies(chat: ChatTester, rasa: FakeRasa) -> None:
    """Each reply is a message of its own, in order."""
    rasa.answer = lambda _text: [Reply(kind=ReplyKind.SMALLTALK, text=text) for text in ("First.", "Second.")]

    replies = chat.patient_says("two things")

    assert [reply["text"] for reply in replies] == ["First.", "Second."]


def test_the_transcript_survives_a_reload(chat: ChatTester, new_chat: NewChat) -> None:
    """It holds this conversation's messages and no other's."""
    new_chat().patient_says("somebody else's words")

    chat.patient_says("hello")

    transcript = chat.transcript()
    assert [message["text"] for message in transcript["messages"]] == ["hello", "You said: hello"]
    assert (transcript["handler"], transcript["staff_name"]) == ("bot", None)


def test_the_transcript_gives_only_what_is_new(chat: ChatTester) -> None:
    """`after` is the id of the last message seen."""
    last = chat.patient_says("one")[-1]["id"]

    chat.patient_says("two")

    assert [message["text"] for message in chat.transcript(after=last)["messages"]] == ["two", "You said: two"]
    assert chat.transcript(after=10**12)["messages"] == []


@pytest.mark.parametrize("after", ["-1", "x", "1.5", str(10**30)])
def test_a_bad_position_in_the_transcript_is_refused(chat: ChatTester, after: str) -> None:
    """The error says which value is wrong."""
    response = chat.patient.get(f"{chat.path}/messages", params={"after": after}, headers=chat.bearer)

    assert "after" in error_message(response, 422)


def test_a_retry_gives_the_same_result_once(chat: ChatTester, rasa: FakeRasa) -> None:
    """The same client_message_id twice: one message is stored, Rasa hears it once, the answer is the same."""
    first = chat.patient_sends({"text": "hello", "client_message_id": "same"})
    second = chat.patient_sends({"text": "hello", "client_message_id": "same"})

    assert first.json() == second.json()
    assert rasa.heard[chat.conversation_id] == ["hello"]
    assert chat.patient_sees() == ["hello", "You said: hello"]


def test_a_retry_while_the_first_try_runs_gives_the_same_result_once(chat: ChatTester, rasa: FakeRasa) -> None:
    """Five at the same time are one message."""
    with ThreadPoolExecutor(5) as pool:
        body = {"text": "hello", "client_message_id": "same"}
        results = [response.json() for response in pool.map(chat.patient_sends, [body] * 5)]

    assert all(result == results[0] for result in results)
    assert rasa.heard[chat.conversation_id] == ["hello"]


def test_client_message_ids_belong_to_their_conversation(new_chat: NewChat) -> None:
    """Two patients' browsers may count in the same way."""
    one, other = new_chat(), new_chat()

    one.patient_says("mine", client_message_id="1")
    replies = other.patient_says("yours", client_message_id="1")

    assert replies[0]["text"] == "You said: yours"


def test_messages_of_one_conversation_are_answered_in_order(
    chat: ChatTester, rasa: FakeRasa, services: Services
) -> None:
    """The second waits for the replies to the first, however fast it comes."""

    def is_stored() -> bool:
        with services.database.read() as session:
            return store.count_messages(session) > 0

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(chat.patient_says, "first", "a")
        eventually(is_stored)
        second = pool.submit(chat.patient_says, "second", "b")
        first.result(), second.result()

    assert rasa.heard[chat.conversation_id] == ["first", "second"]
    assert chat.patient_sees() == ["first", "You said: first", "second", "You said: second"]


def test_many_conversations_are_answered_at_the_same_time(new_chat: NewChat, rasa: SlowRasa) -> None:
    """One patient's slow answer holds nobody else up."""
    chats = [new_chat() for _ in range(8)]
    rasa.together = asyncio.Barrier(len(chats))

    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda one: one.patient_says("hello"), chats))

    assert all(reply[0]["text"] == "You said: hello" for reply in replies)


def test_a_token_in_the_address_opens_nothing(chat: ChatTester) -> None:
    """Addresses are kept in logs and histories, so nobody is to get used to it."""
    response = chat.patient.get(f"{chat.path}/messages", params={"token": chat.token})

    error_message(response, 403)


REQUESTS: list[tuple[str, str, dict[str, str] | None]] = [
    ("GET", "messages", None),
    ("POST", "messages", {"text": "hello"}),
    ("POST", "escalations", {}),
    ("POST", "contact", {"phone": "555-0100"}),
]


@pytest.mark.parametrize("authorization", [None, "", "Bearer ", "Bearer wrong", "Bearer é", "Basic abc"])
def test_nobody_gets_in_without_the_token(chat: ChatTester, authorization: str | None) -> None:
    """Wrong, missing or of another kind: the same refusal everywhere, and nothing is stored."""
    headers = {} if authorization is None else {"authorization": authorization.encode()}

    for method, place, body in REQUESTS:
        response = chat.patient.request(method, f"{chat.path}/{place}", json=body, headers=headers)
        assert "Start a new chat" in error_message(response, 403)

    assert chat.patient_sees() == []


def test_another_conversations_token_does_not_fit(new_chat: NewChat) -> None:
    """A patient cannot read somebody else's chat with a token of their own."""
    one, other = new_chat(), new_chat()

    response = one.patient.get(f"{one.path}/messages", headers=other.bearer)

    error_message(response, 403)


def test_an_unknown_conversation_is_not_found(visitor: TestClient) -> None:
    """The page then starts a new one."""
    for method, place, body in REQUESTS:
        response = visitor.request(
            method, f"/api/conversations/nosuch/{place}", json=body, headers={"authorization": "Bearer x"}
        )
        assert "Start a new one" in error_message(response, 404)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/api/nosuch", 404), ("GET", "/nosuch", 404), ("DELETE", "/api/conversations", 405), ("PUT", "/", 405)],
)
def test_errors_of_the_framework_have_our_form(visitor: TestClient, method: str, path: str, status: int) -> None:
    """No client has to read two kinds of errors."""
    error_message(visitor.request(method, path), status)


def test_the_interface_describes_itself(visitor: TestClient) -> None:
    """The OpenAPI document holds every address of the chat with its methods and the form of errors."""
    document = visitor.get("/api/openapi.json").json()

    paths = {path: set(methods) for path, methods in document["paths"].items()}
    assert paths["/api/conversations"] == {"post"}
    assert paths["/api/conversations/{conversation_id}/messages"] == {"get", "post"}
    assert paths["/api/conversations/{conversation_id}/escalations"] == {"post"}
    assert paths["/api/conversations/{conversation_id}/contact"] == {"post"}
    assert {"/health/live", "/health/ready", "/metrics"} <= set(paths)
    send = document["paths"]["/api/conversations/{conversation_id}/messages"]["post"]
    assert send["responses"]["413"]["content"]["application/json"]["schema"]["$ref"].endswith("/ErrorOut")
    assert not any(path.startswith("/staff") for path in paths)
