"""A FHIR server on the loopback that answers as a test says: pages of a search, single patients, trouble."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Json = dict[str, Any]
TOKEN = "a-token-of-a-test"


class FhirServerInTests:
    """Serves appointments in pages and patients one by one, to who has the token.

    Attributes:
        pages: The resources of each page of the search.
        patients: Whom it gives one by one, by id.
        answers: What it answers instead, by the path with its query, one after the other: status, headers, body.
        asked: What it was asked, in order.
    """

    def __init__(self) -> None:
        self.pages: list[list[Json]] = [[]]
        self.patients: dict[str, Json] = {}
        self.answers: dict[str, list[tuple[int, Mapping[str, str], bytes]]] = {}
        self.asked: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())

    @property
    def base(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self._server.server_port}/fhir"

    @contextmanager
    def running(self) -> Iterator[FhirServerInTests]:
        """Listen until the end."""
        thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield self
        self._server.shutdown()
        self._server.server_close()
        thread.join()

    def page(self, number: int) -> Json:
        """Give a page of the search, as a server does."""
        links = [{"relation": "self", "url": f"{self.base}/Appointment"}]
        if number + 1 < len(self.pages):
            links.append({"relation": "next", "url": f"{self.base}?page={number + 1}"})
        return {
            "resourceType": "Bundle",
            "type": "searchset",
            "link": links,
            "entry": [
                {"fullUrl": f"{self.base}/{one['resourceType']}/{one.get('id')}", "resource": one}
                for one in self.pages[number]
            ],
        }

    def answer(self, path: str, authorization: str) -> tuple[int, Mapping[str, str], bytes]:
        """Answer one request."""
        self.asked.append(path)
        for begin, answers in self.answers.items():
            if path.startswith(begin) and answers:
                return answers.pop(0)
        if authorization != f"Bearer {TOKEN}":
            return 401, {}, b"{}"
        if path.startswith("/fhir/Appointment?"):
            return 200, {}, json.dumps(self.page(0)).encode()
        if path.startswith("/fhir?page="):
            return 200, {}, json.dumps(self.page(int(path.partition("=")[2]))).encode()
        patient = self.patients.get(path.removeprefix("/fhir/Patient/"))
        return (404, {}, b"{}") if patient is None else (200, {}, json.dumps(patient).encode())

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, headers, body = server.answer(self.path, self.headers.get("authorization", ""))
                self.send_response(status)
                for name, value in {"content-length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_parts: object) -> None:
                """Say nothing."""

        return Handler
