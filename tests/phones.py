"""A patient's phone and a small real HTTP server that stands where Twilio's would."""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import json
import re
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit
from xml.etree import ElementTree as ET

import httpx

from bot.outside_accounts.channels import SmsSettings

AUTH_TOKEN, CLINIC_NUMBER, WHATSAPP_NUMBER = "12345", "+15550142000", "+15550142001"
TEMPLATE = "HX0123456789"
PUBLIC_URL = "https://desk.clinic.example"
WEBHOOK = f"{PUBLIC_URL}/channels/sms"
PICTURE = b"\xff\xd8\xff a picture"

_sids = itertools.count(1)
_accounts = itertools.count(1)


class StandInTwilio:
    """Takes texts as Twilio does: basic auth, a form, 201; keeps what it was given, in order."""

    def __init__(self) -> None:
        self.begin_anew()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    template = TEMPLATE

    def begin_anew(self) -> None:
        """Take texts for another account: what an earlier test's edge still sends is no longer taken."""
        self.account = f"AC{next(_accounts):016x}"
        self.forget()

    def forget(self) -> None:
        """Begin without memory, for the same account."""
        self.sent: list[tuple[str, str]] = []
        self.taken: list[tuple[str, str]] = []
        self.tries = 0
        self.asked = 0
        self.down = False
        self.refused: dict[str, int] = {}

    @property
    def settings(self) -> SmsSettings:
        """The account, with this server as Twilio."""
        return SmsSettings(
            account_sid=self.account,
            auth_token=AUTH_TOKEN,
            number=CLINIC_NUMBER,
            api_url=f"http://127.0.0.1:{self._server.server_port}",
            webhook_url=WEBHOOK,
            whatsapp_number=WHATSAPP_NUMBER,
            whatsapp_template=self.template,
        )

    def start(self) -> None:
        """Listen."""
        self._thread.start()

    def stop(self) -> None:
        """Close."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def sent_to(self, number: str) -> list[str]:
        """Give what a phone was sent."""
        return [body for to, body in self.sent if to == number]

    def _authorization(self) -> str:
        return "Basic " + base64.b64encode(f"{self.account}:{AUTH_TOKEN}".encode()).decode()

    def take(self, path: str, authorization: str, body: str) -> tuple[int, dict[str, object]]:
        """Answer one request."""
        if authorization != self._authorization():
            return 401, {"code": 20003}
        self.tries += 1
        if self.down:
            return 503, {"code": 20503}
        if path != f"/2010-04-01/Accounts/{self.account}/Messages.json":
            return 404, {"code": 20404}
        form = {name: values[0] for name, values in parse_qs(body, keep_blank_values=True).items()}
        clinic = f"whatsapp:{WHATSAPP_NUMBER}" if form["To"].startswith("whatsapp:") else CLINIC_NUMBER
        if "ContentSid" in form:
            form["Body"] = f"{form['ContentSid']}: {json.loads(form['ContentVariables'])['1']}"
        if form.get("From") != clinic or not form.get("Body"):
            return 400, {"code": 21602}
        if len(form["Body"].encode("utf-16-le")) // 2 > 1600:
            return 400, {"code": 21617}
        if form["To"] in self.refused:
            return 400, {"code": self.refused[form["To"]]}
        sid = self.takes(form["To"], form["Body"], receipt_url=form["StatusCallback"])
        return 201, {"sid": sid, "status": "queued"}

    def takes(self, to: str, body: str, *, receipt_url: str = "") -> str:
        """Take a text; give its id."""
        sid = f"SM{next(_sids):032d}"
        self.sent.append((to, body))
        self.taken.append((sid, receipt_url))
        return sid

    def listed(self, address: str, authorization: str) -> tuple[int, dict[str, object]]:
        """List what was sent to a number, as Twilio does."""
        asked = parse_qs(urlsplit(address).query)
        self.asked += 1
        if self.down or "Basic" not in authorization or "DateSent>" not in asked:
            return 503, {"code": 20503}
        sids = [sid for sid, _ in self.taken]
        found = [
            {"sid": sid, "to": to, "body": body}
            for sid, (to, body) in zip(sids, self.sent, strict=True)
            if to == asked["To"][0]
        ]
        return 200, {"messages": found}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        take, listed, authorization = self.take, self.listed, self._authorization

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if not self.path.startswith("/media/"):
                    self._answer(*listed(self.path, self.headers.get("authorization", "")))
                    return
                known = self.headers.get("authorization") == authorization()
                self.send_response(200 if known else 401)
                self.end_headers()
                self.wfile.write(PICTURE if known else b"")

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"])).decode("ascii")
                self._answer(*take(self.path, self.headers.get("authorization", ""), body))

            def _answer(self, status: int, answer: dict[str, object]) -> None:
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.end_headers()
                self.wfile.write(json.dumps(answer).encode())

            def log_message(self, *_words: object) -> None:
                """Print nothing."""

        return Handler


class Phone:
    """A phone that texts the clinic: what it sends reaches the edge as Twilio's webhook."""

    def __init__(self, edge: httpx.Client, twilio: StandInTwilio, number: str = "+15550199001") -> None:
        self.edge = edge
        self.twilio = twilio
        self.number = number

    def texts(self, body: str, *, sid: str | None = None, files: int = 0) -> list[str]:
        """Send a text; give what Twilio was told to send back at once."""
        response = self.calls(self.form(body, sid=sid, files=files))
        assert response.status_code == 200, response.text
        assert response.headers["content-type"].startswith("application/xml")
        return [message.text or "" for message in ET.fromstring(response.text).iter("Message")]  # noqa: S314 (ours)

    def form(self, body: str, *, sid: str | None = None, files: int = 0) -> dict[str, str]:
        """Give the parameters of the webhook."""
        return {
            "ToCountry": "US",
            "MessageSid": sid or f"SM{next(_sids):032d}",
            "AccountSid": self.twilio.account,
            "From": self.number,
            "To": CLINIC_NUMBER,
            "Body": body,
            "NumMedia": str(files),
            "FromCity": "",
            **{f"MediaUrl{at}": f"{self.twilio.settings.api_url}/media/{at}" for at in range(files)},
            **{f"MediaContentType{at}": "image/jpeg" for at in range(files)},
        }

    def calls(self, form: dict[str, str], *, signed: str | None = None, address: str = WEBHOOK) -> httpx.Response:
        """Call the webhook with a form; signed as Twilio would, or with what is given."""
        headers = {"content-type": "application/x-www-form-urlencoded"}
        headers["x-twilio-signature"] = signed if signed is not None else signed_by_hand(form, address)
        return self.edge.post("/channels/sms", content=urlencode(form), headers=headers)

    def tells(self, status: str, *, of: int, code: int | None = None, signed: str | None = None) -> httpx.Response:
        """Tell the edge, as Twilio does, what became of a text: of the first, the second ... that was sent."""
        sid, address = self.twilio.taken[of - 1]
        form = {"MessageSid": sid, "MessageStatus": status, "To": self.number, "From": CLINIC_NUMBER}
        if code is not None:
            form["ErrorCode"] = str(code)
        headers = {"content-type": "application/x-www-form-urlencoded"}
        headers["x-twilio-signature"] = signed if signed is not None else signed_by_hand(form, address)
        return self.edge.post(address.removeprefix(PUBLIC_URL), content=urlencode(form), headers=headers)

    @property
    def received(self) -> list[str]:
        """What this phone was sent, oldest first."""
        return self.twilio.sent_to(self.number)

    def gets(self, words: str, *, times: int = 1, seconds: float = 10.0) -> str:
        """Wait until texts with these words have come; give the newest of them."""
        eventually(lambda: len(self._with(words)) >= times, seconds)
        return self._with(words)[-1]

    def _with(self, words: str) -> list[str]:
        return [text for text in self.received if re.search(words, text)]


def signed_by_hand(form: dict[str, str], address: str = WEBHOOK, auth_token: str = AUTH_TOKEN) -> str:
    """Compute a signature from Twilio's description, apart from the code under test."""
    text = address
    for name, value in sorted(form.items()):
        text += name + value
    mac = hmac.HMAC(auth_token.encode(), text.encode("utf-8"), hashlib.sha1)
    return base64.encodebytes(mac.digest()).decode().strip()


def eventually(check: Callable[[], object], seconds: float = 10.0) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.02)
