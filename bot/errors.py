"""Every error of Frontdesk that a caller may want to tell apart.

FrontdeskError
 |- SettingsError         a setting is missing or bad
 |   `- EncryptionKeyError         what is stored is sealed with a key that was not given, or is another one
 |- ContentError          a file under data/ or clinic.yml is broken (names file and line)
 |   `- BrokenContentError     one or several places are broken (names each of them)
 |- NotFoundError         no such conversation, ticket or answer
 |   `- NoSuchConversationError    the conversation itself is not there
 |- PermissionDeniedError wrong token, wrong password, not signed in
 |   |- WrongTokenError            the token is not this conversation's
 |   `- IdentityNotProvenError     what a website says of its visitor is not signed by the clinic's server
 |- InvalidMessageError   a patient's message that cannot be taken
 |- InvalidContactError   a phone number or an email address that is none
 |- InvalidAppointmentError    an appointment with values that cannot be taken (names each of them)
 |- FhirServerError       a FHIR server that appointments are read from gives none
 |- ConflictError         somebody else was first
 |   |- IdReusedError              the client's id stands for another message already
 |   |- AnotherPersonError         somebody else is signed in in this conversation
 |   `- ClaimsError            a text to a patient claims what none may, and its writer has not been shown that yet
 |- TooManyRequestsError  somebody comes more often than is let through
 |- UnstorableTextError   a text with a character that no database takes
 |- NotDeliverableError   an outbound message that will never arrive
 |- NotYetError           an outbound message that may not be sent before a time
 `- RasaUnavailableError  Rasa did not answer, or answered nonsense
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path

STORE_DOWN_FOR_STAFF = "Nothing can be stored just now, so nothing was changed. Please try again in a minute."
"""What staff read where the store takes nothing; patients have a wording of their own."""


class FrontdeskError(Exception):
    """Root of all errors of this project; never raised itself."""


class SettingsError(FrontdeskError):
    """Raised at start when a setting is missing or has a value that is not allowed."""


class EncryptionKeyError(SettingsError):
    """Raised when what is stored is sealed with a key that is not set, or cannot be opened with the one that is."""


class ContentError(FrontdeskError):
    """Raised when a content file is broken.

    Args:
        path: The file.
        line: The line, counted from 1, where known.
        problem: What is wrong and what to do.
    """

    def __init__(self, path: Path | str, problem: str, line: int | None = None) -> None:
        self.path = str(path)
        self.line = line
        self.problem = problem
        place = f"{path}:{line}" if line is not None else str(path)
        super().__init__(f"{place}: {problem}")


class BrokenContentError(ContentError):
    """Raised when content files are broken, with every place that is.

    Args:
        problems: Each of them, at least one.
    """

    def __init__(self, problems: Sequence[ContentError]) -> None:
        first = problems[0]
        super().__init__(first.path, first.problem, first.line)
        self.problems = tuple(problems)
        self.args = ("\n".join(str(problem) for problem in problems),)


def all_of(error: ContentError) -> tuple[ContentError, ...]:
    """Give each place that an error names."""
    return error.problems if isinstance(error, BrokenContentError) else (error,)


class NotFoundError(FrontdeskError):
    """Raised when a conversation, ticket or answer does not exist."""


class PermissionDeniedError(FrontdeskError):
    """Raised when a token, a password or a session is wrong."""


class NoSuchConversationError(NotFoundError):
    """Raised when a conversation does not exist: its client may begin another one."""


class WrongTokenError(PermissionDeniedError):
    """Raised when a token is not that of its conversation: with it the client never gets in."""


class IdentityNotProvenError(PermissionDeniedError):
    """Raised when who a visitor is said to be is not signed by the clinic's server, or no longer."""


class InvalidMessageError(FrontdeskError):
    """Raised when a message cannot be taken: empty, too long, not text.

    Args:
        problem: What is wrong and what to do.
        too_long: Whether it is its length.
        field: Of a form, the field that it is about; empty where there is one only.
    """

    def __init__(self, problem: str, *, too_long: bool = False, field: str = "") -> None:
        self.too_long = too_long
        self.field = field
        super().__init__(problem)


class InvalidContactError(FrontdeskError):
    """Raised when a phone number or an email address cannot be one; says what to write, and nothing of the input."""


class InvalidAppointmentError(FrontdeskError):
    """Raised when an appointment cannot be taken.

    Args:
        problems: What is wrong, by the value's name, each with what to write instead; nothing of whom it is about.
    """

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        super().__init__("; ".join(f"{name} {problem}" for name, problem in problems.items()) + ".")


class FhirServerError(FrontdeskError):
    """Raised when a FHIR server gives no appointments; says why and what to do, and nothing of its answer."""


class UnstorableTextError(FrontdeskError):
    """Raised when a text that is to be stored or looked for has a NUL in it, which PostgreSQL cannot hold."""

    def __init__(self) -> None:
        super().__init__("There is a character in it that cannot be stored. Take it out and send it again.")


class ConflictError(FrontdeskError):
    """Raised when somebody else was first: a ticket already taken, a text changed meanwhile."""


class IdReusedError(ConflictError):
    """Raised when a client sends another message under an id that it has used before."""


class AnotherPersonError(ConflictError):
    """Raised when somebody signs in where a conversation is somebody else's."""


class ClaimsError(ConflictError):
    """Raised when a text to a patient claims what none may; it is sent once its writer has been shown that.

    Args:
        claims: What was found, each with what is wrong with it and what to say instead.
    """

    def __init__(self, claims: Sequence[tuple[str, str]]) -> None:
        self.claims = tuple(claims)
        found = " ".join(f'"{words}": {reason}' for words, reason in claims)
        super().__init__(f"Not sent, for what the text claims. {found}")


class TooManyRequestsError(FrontdeskError):
    """Raised when somebody comes more often than is let through.

    Args:
        wait: Seconds until it is worth trying again.
    """

    def __init__(self, wait: int) -> None:
        self.wait = wait
        until = f"{wait} seconds" if wait < 120 else f"{-(-wait // 60)} minutes"
        super().__init__(f"That was more than can be taken at once. Wait {until} and try again, or call the clinic.")


class NotDeliverableError(FrontdeskError):
    """Raised when an outbound message will never arrive, so that trying again is of no use; says why in a few words."""


class NotYetError(FrontdeskError):
    """Raised when an outbound message may not be sent before a time.

    Args:
        why: In a few words.
        not_before: The time, aware.
    """

    def __init__(self, why: str, not_before: dt.datetime) -> None:
        self.not_before = not_before
        super().__init__(why)


class ConnectionFailedError(FrontdeskError):
    """Raised when a server of ours did not answer; the message is the kind of trouble."""


class ProviderError(FrontdeskError):
    """Raised when a sign-in at the clinic's provider comes to nothing.

    Args:
        reason: Why, in a word for the log.
        detail: What kind of it; nothing of the person.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason, self.detail = reason, detail


class RasaUnavailableError(FrontdeskError):
    """Raised when Rasa is down, slow, or answers something that is no reply."""
