"""What is outside while processes are killed: a provider of texts and a receiver of alerts, on one port."""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx

from bench.faults.checker import Text
from bot.channels.twilio import signature
from bot.outside_accounts.channels import SmsSettings

LATENCY_SECONDS = 0.2
"""From taking a text to saying so: in that time the one who sent it may be killed."""
RECEIPTS = (("sent", 0.5), ("delivered", 6.0))
"""What whoever asked for it is told of a text afterwards, and how many seconds later."""
_LOOPBACK = "127.0.0.1"


class Outside:
    """Takes texts as Twilio does and alerts as a webhook does, and keeps both in order.

    Attributes:
        texts: Those it took.
        alerts: The ids of the alerts.
        in_hand: How many texts it has taken and not said so yet.
        edges: Where it tells what became of a text, one after the other until one hears it.
    """

    def __init__(self) -> None:
        self.texts: list[Text] = []
        self.alerts: list[int] = []
        self.in_hand = 0
        self.edges: Sequence[str] = ()
        self._numbers = itertools.count(1)
        self._server = ThreadingHTTPServer((_LOOPBACK, 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self.address = f"http://{_LOOPBACK}:{self._server.server_port}"

    @property
    def sms(self) -> SmsSettings:
        """The clinic's account here."""
        return SmsSettings(
            account_sid="ACfaults",
            auth_token="not a secret",  # noqa: S106 (it opens nothing but this server)
            number="+15550142000",
            api_url=self.address,
            webhook_url="https://desk.clinic.example/channels/sms",
        )

    @property
    def alerts_address(self) -> str:
        """Where alerts go."""
        return f"{self.address}/alerts"

    def start(self) -> None:
        """Listen."""
        self._thread.start()

    def stop(self) -> None:
        """Close."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _take(self, path: str, body: str) -> dict[str, object]:
        if path == "/alerts":
            self.alerts.append(int(json.loads(body)["id"]))
            return {}
        form = {name: values[0] for name, values in parse_qs(body).items()}
        number = next(self._numbers)
        self.texts.append(Text(number=number, phone=form["To"], text=form["Body"]))
        sid = _sid(number)
        if "StatusCallback" in form:
            threading.Thread(target=self._tell, args=(form["StatusCallback"], sid, form["To"]), daemon=True).start()
        self.in_hand += 1
        time.sleep(LATENCY_SECONDS)
        self.in_hand -= 1
        return {"sid": sid, "status": "queued"}

    def _tell(self, address: str, sid: str, phone: str) -> None:
        """Tell what becomes of a text, to the address as it is known outside, by way of whichever edge is up."""
        for status, seconds in RECEIPTS:
            time.sleep(seconds)
            told = {"AccountSid": self.sms.account_sid, "MessageSid": sid, "MessageStatus": status, "To": phone}
            signed = signature(self.sms.auth_token, address, {name: [value] for name, value in told.items()})
            headers = {"content-type": "application/x-www-form-urlencoded", "x-twilio-signature": signed}
            for edge in self.edges:
                try:
                    path = urlsplit(address).path
                    answer = httpx.post(edge + path, content=urlencode(told), headers=headers, trust_env=False)
                except httpx.TransportError:
                    continue
                if answer.is_success:
                    break

    def _listed(self, address: str) -> dict[str, object]:
        (phone,) = parse_qs(urlsplit(address).query)["To"]
        of_phone = [text for text in self.texts if text.phone == phone]
        return {"messages": [{"sid": _sid(text.number), "to": text.phone, "body": text.text} for text in of_phone]}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        take, listed = self._take, self._listed

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self._answer(201, take(self.path, self.rfile.read(int(self.headers["content-length"])).decode()))

            def do_GET(self) -> None:
                self._answer(200, listed(self.path))

            def _answer(self, status: int, answer: dict[str, object]) -> None:
                try:
                    self.send_response(status)
                    self.send_header("content-type", "application/json")
                    self.end_headers()
                    self.wfile.write(json.dumps(answer).encode())
                except OSError:
                    # Whoever asked is dead.
                    return

            def log_message(self, *_words: object) -> None:
                """Print nothing."""

        return Handler


def _sid(number: int) -> str:
    """Give the id of a text as Twilio writes one."""
    return f"SM{number:032x}"
