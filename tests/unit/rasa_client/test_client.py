"""The client of Rasa: what it sends, and that anything but replies counts as Rasa being down."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from bot.errors import ConnectionFailedError, RasaUnavailableError
from bot.rasa_client.client import RasaClient
from bot.reply import Option, Reply
from bot.vocabulary import ReplyKind
from tests.letter_forms import FORMS

Handler = Callable[[str, bytes], tuple[int, bytes]]
"""Takes a path and a body; gives a status and a body."""


class StandIn:
    """Stands where the connections to Rasa would."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler

    async def ask(
        self, method: str, path: str, body: bytes, *, timeout: float, conversation_id: str = ""
    ) -> tuple[int, bytes]:
        """Let the handler answer."""
        assert timeout > 0
        assert bool(conversation_id) == (path == "/webhooks/rest/webhook")
        assert method == ("POST" if body else "GET")
        return self._handler(path, body)

    def close(self) -> None:
        """Close nothing."""


def _client(handler: Handler) -> RasaClient:
    return RasaClient(["http://127.0.0.1:5005"], timeout=1.0, connections=StandIn(handler))


def _answering(body: object, status: int = 200) -> Handler:
    return lambda _path, _body: (status, json.dumps(body).encode())


def _raw(body: bytes) -> Handler:
    return lambda _path, _body: (200, body)


class Recorder:
    """Keeps what was sent, and answers nothing."""

    def __init__(self) -> None:
        self.sent: list[dict[str, str]] = []
        self.paths: list[str] = []

    def __call__(self, path: str, body: bytes) -> tuple[int, bytes]:
        """Take a request."""
        self.paths.append(path)
        self.sent.append(json.loads(body))
        return 200, b"[]"


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("does it hurt?", "does it hurt?"),
        ("  does it hurt?  ", "does it hurt?"),
        ("/restart", "restart"),
        ("  //session_start", "session_start"),
        ("/ /restart", "restart"),
        ("\n/\u00a0/ask_person", "ask_person"),
        ("/", "?"),
        ("and/or", "and/or"),
        ("\uff0frestart", "restart"),
        ("\u200b/restart", "restart"),
        ('/ask_cost{"treatment": "prp"}', 'ask_cost{"treatment": "prp"}'),
    ],
)
async def test_patients_words_never_start_with_a_slash(text: str, sent: str):
    """Rasa reads a leading slash as a command."""
    recorder = Recorder()

    await _client(recorder).send("abc", text)

    assert recorder.sent == [{"sender": "abc", "message": sent}]
    assert recorder.paths == ["/webhooks/rest/webhook"]


@pytest.mark.parametrize("form", FORMS)
async def test_rasa_reads_letters_in_their_plain_form(form: str):
    """In a turn, and where it only looks for danger."""
    recorder = Recorder()
    client = _client(recorder)

    await client.send("abc", FORMS[form]("does prp hurt"))
    with pytest.raises(RasaUnavailableError):
        await client.understand(FORMS[form]("does prp hurt"))

    assert [sent["message" if "message" in sent else "text"].lower() for sent in recorder.sent] == ["does prp hurt"] * 2


@pytest.mark.parametrize(
    ("option", "message"),
    [
        (Option(title="Talk to a person", intent="ask_person"), "/ask_person"),
        (
            Option(title="PRP?", topic="session_count", treatments=("prp",), intent="ask_session_count"),
            '/ask_session_count{"treatment": ["prp"]}',
        ),
        (
            Option(title="PRP or surgery?", topic="comparison", treatments=("prp", "surgery"), intent="ask_comparison"),
            '/ask_comparison{"treatment": ["prp", "surgery"]}',
        ),
    ],
)
async def test_a_choice_is_sent_as_its_intent_with_its_treatments(option: Option, message: str):
    """A button needs no guessing."""
    recorder = Recorder()

    await _client(recorder).choose("abc", option)

    assert recorder.sent == [{"sender": "abc", "message": message}]


async def test_replies_of_actions_and_fixed_responses_are_read():
    """Both kinds of message that Rasa's channel gives, in order; an empty one is left out."""
    answer = Reply(kind=ReplyKind.ANSWER, text="Four to eight.", topic="session_count", confidence=0.9)
    body = [
        {"recipient_id": "abc", "custom": answer.model_dump(mode="json")},
        {"recipient_id": "abc", "text": "You are welcome."},
        {"recipient_id": "abc", "image": "x.png"},
    ]

    replies = await _client(_answering(body)).send("abc", "thanks")

    assert replies == [answer, Reply(kind=ReplyKind.SMALLTALK, text="You are welcome.")]


@pytest.mark.parametrize(
    "handler",
    [
        pytest.param(_answering([], 500), id="500"),
        pytest.param(_answering([], 404), id="404"),
        pytest.param(_answering({"status": "failure"}), id="no list"),
        pytest.param(_answering(None), id="null"),
        pytest.param(_answering(["hello"]), id="a list of texts"),
        pytest.param(_answering([{"custom": {"kind": "poem"}}]), id="a reply of an unknown form"),
        pytest.param(_answering([{"custom": "hello"}]), id="a reply that is a text"),
        pytest.param(_raw(b"<html>"), id="not JSON"),
        pytest.param(_raw(b"\xff\xfe["), id="not text"),
        pytest.param(_raw(b""), id="empty"),
    ],
)
async def test_anything_but_replies_counts_as_rasa_being_down(handler: Handler):
    """The patient is told the truth instead of nothing."""
    with pytest.raises(RasaUnavailableError):
        await _client(handler).send("abc", "hello")


async def test_a_broken_connection_counts_as_rasa_being_down():
    """And the error says of which kind, without the patient's words."""

    def fail(_path: str, _body: bytes) -> tuple[int, bytes]:
        raise ConnectionFailedError("ConnectionRefusedError")

    with pytest.raises(RasaUnavailableError, match="ConnectionRefusedError") as raised:
        await _client(fail).send("abc", "my secret")

    assert "my secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("handler", "ready"),
    [
        (_answering({"model_file": "a.tar.gz"}), True),
        (_answering({"model_file": ""}), False),
        (_answering({}, 503), False),
        (_raw(b"up"), False),
    ],
)
async def test_rasa_is_ready_once_it_has_a_model(handler: Handler, ready: bool):
    """Up without a model answers nobody."""
    client = _client(handler)

    assert await client.is_ready() is ready

    await client.close()


async def test_rasa_that_is_down_is_not_ready():
    """The health page asks without raising."""

    def refuse(_path: str, _body: bytes) -> tuple[int, bytes]:
        raise ConnectionFailedError("ConnectionRefusedError")

    assert not await _client(refuse).is_ready()


async def test_looking_at_what_a_text_means_leaves_the_conversation_alone():
    """No sender: Rasa understands the words and remembers nothing."""
    recorder = Recorder()

    with pytest.raises(RasaUnavailableError, match="no object"):
        await _client(recorder).understand("/restart")

    assert (recorder.paths, recorder.sent) == (["/model/parse"], [{"text": "restart"}])
