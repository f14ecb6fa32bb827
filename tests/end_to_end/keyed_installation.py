"""An installation that is started with one key or another, and a patient and staff who write a marked word into it."""

from __future__ import annotations

import re
import tarfile
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx

from tests.chat_tester import ChatTester, csrf_token_of
from tests.end_to_end.linked_project import link_project
from tests.end_to_end.running import RunningFrontdesk

MARKER = "zanzibarmarker"
"""Stands in whatever somebody writes; hyphens and letters around it are left as they are by all that cleans texts."""
PHONE, EMAIL = "3125550142", f"{MARKER}@mail.example"
QUESTION = f"is prp safe for my {MARKER} knee"
KEY_FILE = "FRONTDESK_ENCRYPTION_KEY_FILE"


class Installation:
    """One folder with its databases, started with this or that key.

    Args:
        folder: An empty folder.
        addresses: Variables with the databases' addresses; empty for SQLite.
    """

    def __init__(self, folder: Path, addresses: dict[str, str]) -> None:
        self.project, self.state, self.keys = (folder / name for name in ("project", "state", "keys"))
        for each in (self.project, self.state, self.keys):
            each.mkdir()
        link_project(self.project)
        self._addresses = addresses
        self._running: list[RunningFrontdesk] = []

    def with_key(self, name: str | None) -> RunningFrontdesk:
        """Give it as it is started with a key of `keys`; not started yet."""
        chosen = {} if name is None else {KEY_FILE: str(self.keys / name)}
        self._running.append(RunningFrontdesk(self.project, self.state, addresses={**self._addresses, **chosen}))
        return self._running[-1]

    def stop(self) -> None:
        """Make sure that nothing of it is left."""
        for each in self._running:
            each.stop()

    def files_with(self, *words: str) -> list[str]:
        """Name the files of the databases, logs and all else that was written in which one of these words stands."""
        return files_with([self.state, self.project / "var"], *words)


class Desk:
    """A patient and the first member of staff at a running Frontdesk, without a browser."""

    def __init__(self, frontdesk: RunningFrontdesk, opened: ExitStack, email: str, password: str) -> None:
        patient, staff = (
            opened.enter_context(httpx.Client(base_url=frontdesk.address, timeout=60.0, trust_env=False))
            for _ in range(2)
        )
        self.chat = ChatTester(patient, staff, email=email, password=password)
        self.chat.staff_signs_in()

    def posts(self, path: str, **form: str) -> httpx.Response:
        """Send a form of the console; give what follows."""
        token = csrf_token_of(self.chat.staff.get("/staff/tickets").text)
        data = {"csrf_token": token, **form}
        response = self.chat.staff.post(path, data=data, follow_redirects=True)
        assert response.status_code == 200, response.text
        return response

    def reads(self, path: str) -> str:
        """Open a page of the console."""
        page = self.chat.staff.get(path, follow_redirects=True)
        assert page.status_code == 200, (path, page.text)
        return page.text

    def works(self) -> None:
        """Let the patient ask, be in danger and leave a contact; let staff do all that they can with it."""
        chat = self.chat
        assert [one["reply"]["kind"] for one in chat.patient_says(QUESTION)] == ["answer"]
        assert chat.patient_says(f"{MARKER}: crushing chest pain, I cannot breathe")[0]["reply"]["kind"] == "emergency"
        chat.patient_asks_for_person()
        chat.patient_leaves_contact(name=f"Zoe {MARKER}", phone=PHONE, email=EMAIL)
        ticket = chat.ticket
        self.posts(f"/staff/tickets/{ticket}/take")
        self.posts(f"/staff/tickets/{ticket}/notes", text=f"Call {MARKER} after five")
        chat.staff_replies(f"Dear {MARKER}, please call 911.")

    def finds(self, conversation_id: str) -> None:
        """Find the patient by what staff know of them, and read it all."""
        for words in (f"my {MARKER} knee", MARKER.upper(), "312 555 0142", EMAIL):
            assert conversation_id in self.posts("/staff/conversations", words=words).text, words
        page = self.reads(f"/staff/conversations/{conversation_id}")
        for words in (QUESTION, f"Zoe {MARKER}", f"Dear {MARKER}"):
            assert words in page, words

    def learns(self) -> str:
        """Draft a lesson of the reply, as a writer does; give its page."""
        reply = re.search(r'data-author="staff"[^>]*data-id="(\d+)"', self.chat.staff_reads())
        assert reply is not None
        made = self.posts(
            "/staff/knowledge/lessons/from-reply", conversation=self.chat.conversation_id, message=reply[1]
        )
        asked = f"does the {MARKER} ramp take a machine"
        self.posts(made.url.path, question=asked, intent="ask_cost", treatment="prp", proposed=f"It does, {MARKER}.")
        return self.reads(made.url.path)


def nothing_starts_without_the_key(installation: Installation) -> None:
    """The one line says which key is wanted and what to do; nothing is changed, so that the right one opens all."""
    installation.with_key("wrong").run("keys", "make", str(installation.keys / "wrong"))
    for key, said in ((None, "none is set"), ("wrong", "the one that is set is")):
        done = installation.with_key(key).start_another()
        assert done.returncode == 1, done.stdout
        assert "What is stored is encrypted with the key" in done.stderr, done.stderr
        assert said in done.stderr
        assert f"Set {KEY_FILE} to the file with that key" in done.stderr
        assert "Traceback" not in done.stderr + done.stdout


def files_with(folders: Iterable[Path], *words: str) -> list[str]:
    """Name the files below some folders in which one of these words stands, in whichever form a database keeps text."""
    forms = [form for word in words for form in (word.encode(), word.upper().encode(), word.encode("utf-16-le"))]
    found = [path for folder in folders for path in folder.rglob("*")]
    return [str(path) for path in found if path.is_file() and any(form in path.read_bytes() for form in forms)]


def in_backup(file: Path) -> bytes:
    """Give all that a backup holds, unpacked."""
    with tarfile.open(file) as archive:
        members = [archive.extractfile(member) for member in archive if member.isfile()]
        return b"".join(member.read() for member in members if member is not None)


def transcript(frontdesk: RunningFrontdesk, chat: ChatTester) -> list[dict[str, Any]]:
    """Give the messages of a chat as the patient's page loads them."""
    path = f"{frontdesk.address}{chat.path}/messages"
    return list(httpx.get(path, headers=chat.bearer, trust_env=False).raise_for_status().json()["messages"])
