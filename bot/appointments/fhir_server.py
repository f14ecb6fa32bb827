"""FHIR R4 appointments from a server: searched page by page, each page tried again, all that came is kept."""

from __future__ import annotations

import datetime as dt
import ipaddress
import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from bot.appointments.fhir_resources import Resource, local_reference, read_resources, unpacked
from bot.appointments.outcome import ReadFile, Trouble
from bot.appointments.written import Reader
from bot.errors import FhirServerError

if TYPE_CHECKING:
    import httpx

AT_ONCE = 100
"""How many appointments a page is asked to have; a server may give fewer."""
MOST_PAGES = 2_000
LONGEST_PAGE = 50_000_000
"""Bytes."""
ALL_IN_SECONDS = 900.0
"""How long all of it may take: a nightly job ends."""
TIMEOUT_SECONDS = 30.0
WAITS = (1.0, 5.0)
"""Seconds before what failed is tried again."""
LONGEST_WAIT = 60.0
"""How long a server may have us wait before the next try."""
MISSING = "is not among what the server gave, so there is no phone number; let this account read Patients too."
_TOKEN = re.compile(r"[\x21-\x7e]+")
_PATIENT = re.compile(r"Patient/[A-Za-z0-9.\-]{1,64}")
_WHAT_TO_DO = {
    400: "It refuses the search: it must know Appointment by date, with _include=Appointment:patient.",
    401: "It does not take the token: put a new one into the file.",
    403: "The token may not read there: it needs Appointment and Patient.",
    404: "There is no FHIR at this address: give its base, such as https://ehr.example/fhir/r4.",
}


class _PassingError(Exception):
    """Raised for what may work at the next try; `wait` is how long the server asks for."""

    def __init__(self, problem: str, wait: float = 0.0) -> None:
        self.wait = wait
        super().__init__(problem)


@dataclass(kw_only=True)
class FhirServer:
    """One server's appointments.

    Attributes:
        base: Its address, without a slash at the end.
        token: What lets us in (a bearer token); empty where none is needed.
        sleep: What waits between tries.
        all_in: How many seconds all of it may take.
    """

    base: str
    token: str = ""
    sleep: Callable[[float], None] = time.sleep
    all_in: float = ALL_IN_SECONDS
    _until: float = field(init=False, default=0.0)

    def __post_init__(self) -> None:
        """Look at the address and the token.

        Raises:
            FhirServerError: One of them is none; says what to write.
        """
        self.base = self.base.rstrip("/")
        _check_address(self.base)
        if self.token and not _TOKEN.fullmatch(self.token):
            raise FhirServerError("The token's file must hold the token alone, on one line.")

    def read(self, since: dt.date, reader: Reader) -> ReadFile:
        """Read the appointments from a day on, with their patients.

        Where the server fails in the middle, what it gave before that is kept, and the failure is one of the troubles:
        the next time all is read again, and what is known already stays as it is.

        Args:
            since: The first day.
            reader: Reads the values.

        Raises:
            FhirServerError: It gave nothing at all; says why and what to do.
        """
        import httpx

        self._until = time.monotonic() + self.all_in
        appointments: dict[str, tuple[str, Resource]] = {}
        others: list[tuple[str, Resource]] = []
        troubles: list[Trouble] = []
        headers = {"accept": "application/fhir+json"} | (
            {"authorization": f"Bearer {self.token}"} if self.token else {}
        )
        with httpx.Client(timeout=TIMEOUT_SECONDS, headers=headers, trust_env=False) as client:
            pages = 0
            try:
                for resources in self._pages(client, since):
                    pages += 1
                    for address, one in resources:
                        if one.get("resourceType") == "Appointment" and isinstance(one.get("id"), str):
                            # The same one comes again where pages move on meanwhile; its newest word holds.
                            appointments[one["id"]] = (address, one)
                        else:
                            others.append((address, one))
            except FhirServerError as error:
                if pages == 0:
                    raise
                problem = f"{error} What came before page {pages + 1} is kept; import once more for the rest."
                troubles.append(Trouble(place=self.base, problem=problem))
            others += self._patients_missing(client, [*appointments.values(), *others], troubles)
        found = read_resources([*appointments.values(), *others], reader, MISSING)
        found.troubles += troubles
        return found

    def _pages(self, client: httpx.Client, since: dt.date) -> Iterator[list[tuple[str, Resource]]]:
        search = f"date=ge{since.isoformat()}&_include=Appointment:patient&_count={AT_ONCE}"
        address: str | None = f"{self.base}/Appointment?{search}"
        seen: set[str] = set()
        while address is not None:
            if address in seen:
                raise FhirServerError("The server's pages go round in a circle: one names an earlier one as the next.")
            seen.add(address)
            if len(seen) > MOST_PAGES:
                raise FhirServerError(f"The server gives more than {MOST_PAGES:,} pages; give a later day (--since).")
            bundle = self._get(client, address)
            if bundle.get("resourceType") != "Bundle":
                raise FhirServerError("The server's answer to a search is no Bundle, as FHIR has it.")
            try:
                resources = list(unpacked(bundle))
                address = self._next(bundle, address)
            except ValueError as error:
                raise FhirServerError(f"The server's answer {error}") from error
            yield resources

    def _next(self, bundle: Mapping[str, Any], address: str) -> str | None:
        links = bundle.get("link") or []
        if not isinstance(links, list):
            raise ValueError("holds a Bundle whose link is no list.")  # noqa: TRY004 (what is read)
        found = next((one.get("url") for one in links if isinstance(one, dict) and one.get("relation") == "next"), None)
        if found is None:
            return None
        following = urljoin(address, str(found))
        if _origin(following) != _origin(self.base):
            # The token is for this server alone.
            raise FhirServerError(
                f"The server's next page is on another one ({urlsplit(following).netloc[:80]}); it must name itself by "
                "the address that is given here."
            )
        return following

    def _patients_missing(
        self, client: httpx.Client, resources: list[tuple[str, Resource]], troubles: list[Trouble]
    ) -> list[tuple[str, Resource]]:
        """Ask for the patients one by one whom the server did not send along; what it does not give is told."""
        known = {f"Patient/{one.get('id')}" for _address, one in resources if one.get("resourceType") == "Patient"}
        wanted = {reference for _address, one in resources for reference in self._patients_of(one)}
        fetched = []
        for reference in sorted(wanted - known):
            try:
                patient = self._get(client, f"{self.base}/{reference}")
            except _NotThereError:
                continue
            except FhirServerError as error:
                troubles.append(Trouble(place=f"{self.base}/{reference}", problem=f"{error} Import once more."))
                break
            fetched.append(("", patient))
        return fetched

    def _patients_of(self, appointment: Resource) -> Iterator[str]:
        """Give the patients whom an appointment names and this server has."""
        participants = appointment.get("participant")
        for one in participants if isinstance(participants, list) else []:
            actor = one.get("actor") if isinstance(one, dict) else None
            reference = actor.get("reference") if isinstance(actor, dict) else None
            if isinstance(reference, str) and ("://" not in reference or reference.startswith(f"{self.base}/")):
                local = local_reference(reference)
                if _PATIENT.fullmatch(local):
                    yield local

    def _get(self, client: httpx.Client, address: str) -> Resource:
        """Get one resource, and try that again where it may help.

        Raises:
            FhirServerError: It does not come; says why.
        """
        for tries, wait in enumerate((*WAITS, None), 1):
            try:
                return self._try(client, address)
            except _PassingError as error:
                pause = max(wait or 0.0, error.wait)
                if wait is None or pause > LONGEST_WAIT or time.monotonic() + pause > self._until:
                    raise FhirServerError(f"{error} (Tries: {tries}.)") from error
                self.sleep(pause)
        raise AssertionError("the last try either gives or raises")

    def _try(self, client: httpx.Client, address: str) -> Resource:
        import httpx

        try:
            with client.stream("GET", address) as response:
                if response.status_code != httpx.codes.OK:
                    raise _refusal(response)
                body = self._body(response)
        except httpx.TimeoutException as error:
            raise _PassingError(f"The server does not answer within {TIMEOUT_SECONDS:.0f} seconds.") from error
        except httpx.ConnectError as error:
            raise _PassingError(f"The server cannot be reached ({_short(error)}).") from error
        except httpx.HTTPError as error:
            raise _PassingError(f"The server breaks off ({type(error).__name__}).") from error
        try:
            found = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise FhirServerError("The server's answer is no JSON; it must speak application/fhir+json.") from error
        if not isinstance(found, dict) or not isinstance(found.get("resourceType"), str):
            raise FhirServerError("The server's answer is no FHIR resource: each has a resourceType.")
        return found

    def _body(self, response: httpx.Response) -> bytes:
        body = bytearray()
        for piece in response.iter_bytes():
            body += piece
            if len(body) > LONGEST_PAGE:
                raise FhirServerError(f"The server's page has more than {LONGEST_PAGE // 1_000_000} MB.")
            if time.monotonic() > self._until:
                raise FhirServerError(f"The server took more than {self.all_in:g} seconds for all.")
        return bytes(body)


class _NotThereError(FhirServerError):
    """Raised where the server has no such resource, or none any more."""


def _refusal(response: httpx.Response) -> Exception:
    """Give what an answer other than OK is; its words are left out, they may be about a patient."""
    status = response.status_code
    if status == 429 or status >= 500:
        asked = response.headers.get("retry-after", "")
        return _PassingError(f"The server answers with status {status}.", float(asked) if asked.isdecimal() else 0.0)
    if 300 <= status < 400:
        return FhirServerError(f"The server sends us elsewhere (status {status}); give the address that it means.")
    what = _WHAT_TO_DO.get(status, "")
    kind = _NotThereError if status in {404, 410} else FhirServerError
    return kind(f"The server answers with status {status}. {what}".strip())


def _check_address(base: str) -> None:
    try:
        parts = urlsplit(base)
        host, _port = parts.hostname or "", parts.port
    except ValueError as error:
        raise FhirServerError(f"{base[:80]} is no address.") from error
    if parts.scheme not in {"http", "https"} or not host or parts.query or parts.fragment:
        raise FhirServerError(f"{base[:80]} is no base of a FHIR server; write it like https://ehr.example/fhir/r4.")
    if parts.username is not None:
        raise FhirServerError("The address holds a name or a password; put a token into a file instead.")
    if parts.scheme == "http" and not _is_this_machine(host):
        raise FhirServerError("The address must begin with https: patients' names and a token go there.")


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _origin(address: str) -> tuple[str, str, int | None]:
    parts = urlsplit(address)
    return parts.scheme, (parts.hostname or ""), parts.port or {"https": 443, "http": 80}.get(parts.scheme)


def _short(error: Exception) -> str:
    return (str(error) or type(error).__name__)[:120]
