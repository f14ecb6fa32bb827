"""What holds of the clinic's values: clinic.yml, and over it what people of the clinic changed in the console.

A value that was changed in the console stays as it is there until somebody decides otherwise. If clinic.yml says
something new of it afterwards, that is a conflict: it is told, and neither is lost.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

from sqlalchemy.orm import Session

from bot.clinic import Clinic
from bot.clinic_settings import store
from bot.clinic_settings.models import ClinicChange
from bot.clinic_settings.values import CHANGED_HERE, BadValuesError, as_json, with_values
from bot.db.engine import Database, utc_now
from bot.errors import ConflictError, NotFoundError
from bot.staff.actor import Actor
from bot.staff.audit import record_by

HISTORY = 50


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """A value of which clinic.yml and the console say different things, and nobody has decided between them.

    Attributes:
        name: The value.
        here: What the console says, which holds.
        in_file: What clinic.yml says.
        problem: Why the console's value cannot hold any more, so that the file's does; empty if it can.
        by: Who changed it in the console.
        at: When.
    """

    name: str
    here: Any
    in_file: Any
    problem: str
    by: str
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class ChangeView:
    """A change as the history shows it; `undoable` while it is its value's newest."""

    id: int
    name: str
    before: Any
    after: Any
    from_file: bool
    at: dt.datetime
    by: str
    undoable: bool


class ClinicSettings:
    """Keeps the values that the console changes; what it gives the others is the clinic that they were given."""

    def __init__(self, database: Database, clinic: Clinic) -> None:
        """Take the store, and the clinic as clinic.yml has it: that object follows from now on what holds."""
        self._database = database
        self._now = clinic
        self._file = clinic.model_copy()
        self._known = 0
        self._turn = Lock()

    def refresh(self) -> int:
        """Let the clinic be what holds now, if that has changed since; give the number of the newest change."""
        with self._turn, self._database.read() as session:
            newest = store.newest_id(session)
            if newest != self._known:
                self._now.follow(_over(self._file, store.newest_of_each(session))[0])
                self._known = newest
            return newest

    def as_in_file(self, name: str) -> Any:
        """Give what clinic.yml says of a value."""
        return as_json(self._file, name)

    def changed_here(self) -> dict[str, Any]:
        """Give the values in which the console's holds in place of the file's, by name."""
        now = {name: as_json(self._now, name) for name in CHANGED_HERE}
        return {name: value for name, value in now.items() if value != self.as_in_file(name)}

    def conflicts(self) -> list[Conflict]:
        """Give the values between whose two forms somebody has to decide."""
        with self._database.read() as session:
            newest = store.newest_of_each(session)
        problems = _over(self._file, newest)[1]
        return [
            Conflict(
                name=name,
                here=change.after,
                in_file=self.as_in_file(name),
                problem=problems.get(name, ""),
                by=change.staff_name,
                at=change.at,
            )
            for name, change in newest.items()
            if _holds(change, self._file) and (name in problems or change.in_file != self.as_in_file(name))
        ]

    def history(self) -> list[ChangeView]:
        """Give the last changes, the newest first."""
        with self._database.read() as session:
            rows = store.changes(session, limit=HISTORY)
            newest = {change.id for change in store.newest_of_each(session).values()}
        return [
            ChangeView(
                id=row.id,
                name=row.name,
                before=row.before,
                after=row.after,
                from_file=row.from_file,
                at=row.at,
                by=row.staff_name,
                undoable=row.id in newest and row.before != row.after and as_json(self._now, row.name) == row.after,
            )
            for row in rows
        ]

    def change(self, values: Mapping[str, Any], *, seen: Mapping[str, Any], by: Actor) -> list[str]:
        """Change values; all of them, or none.

        Args:
            values: What each is to be, by name, as JSON (`as_json`).
            seen: What the person who changes them had before their eyes.
            by: Who it is.

        Returns:
            The names of those that were another before.

        Raises:
            BadValuesError: The clinic may not have them, or somebody else changed one meanwhile.
        """
        with self._database.write() as session:
            newest = store.newest_of_each(session)
            current, _ = _over(self._file, newest)
            wanted = {name: value for name, value in values.items() if value != seen[name]}
            _require_unchanged(wanted, seen, current, newest)
            after = with_values(current, wanted)
            # As the clinic has them: what was typed may be written otherwise there.
            wanted = {name: as_json(after, name) for name in wanted}
            changed = [name for name, value in wanted.items() if value != as_json(current, name)]
            for name in changed:
                self._set(session, name, before=as_json(current, name), after=wanted[name], by=by)
        self.refresh()
        return changed

    def undo(self, change_id: int, by: Actor) -> str:
        """Put the value before a change back; give its name.

        Raises:
            ConflictError: It was changed again since, or clinic.yml may not say that any more.
            NotFoundError: There is no such change.
        """
        with self._database.write() as session:
            newest = store.newest_of_each(session)
            change = next((row for row in newest.values() if row.id == change_id), None)
            if change is None:
                if change_id > store.newest_id(session) or change_id < 1:
                    raise NotFoundError("There is no such change.")
                raise ConflictError("This was changed again since. Undo the newest change of it first.")
            current, _ = _over(self._file, newest)
            try:
                with_values(current, {change.name: change.before})
            except BadValuesError as error:
                raise ConflictError(f"That cannot be put back: {error}.") from error
            self._set(session, change.name, before=as_json(current, change.name), after=change.before, by=by)
            name = change.name
        self.refresh()
        return name

    def decide(self, name: str, *, take_file: bool, by: Actor) -> None:
        """Settle a conflict: clinic.yml's value holds from now on, or the console's still does.

        Raises:
            NotFoundError: There is no such conflict.
        """
        conflict = next((found for found in self.conflicts() if found.name == name), None)
        if conflict is None:
            raise NotFoundError("There is nothing to decide here any more.")
        with self._database.write() as session:
            after = conflict.in_file if take_file or conflict.problem else conflict.here
            self._set(session, name, before=conflict.here, after=after, by=by)
        self.refresh()

    def _set(self, session: Session, name: str, *, before: Any, after: Any, by: Actor) -> None:
        in_file = self.as_in_file(name)
        change = ClinicChange(
            name=name,
            before=before,
            after=after,
            in_file=in_file,
            from_file=after == in_file,
            at=utc_now(),
            staff_member_id=by.staff_member_id,
            staff_name=by.name,
        )
        store.add(session, change)
        record_by(
            session,
            by=by,
            action="clinic.changed",
            subject="clinic",
            subject_id=name,
            details={"before": before, "after": after},
        )


def _holds(change: ClinicChange, file: Clinic) -> bool:
    """Tell whether the console's value stands over the file's; not where both say the same."""
    return change.name in CHANGED_HERE and not change.from_file and change.after != as_json(file, change.name)


def _over(file: Clinic, newest: Mapping[str, ClinicChange]) -> tuple[Clinic, dict[str, str]]:
    """Give the clinic with what the console changed, and why some of that cannot hold.

    A value that a newer Frontdesk no longer takes must not keep patients from being served: the file's holds instead.
    """
    values, problems = {}, {}
    for name, change in newest.items():
        if not _holds(change, file):
            continue
        try:
            with_values(file, {name: change.after})
        except BadValuesError as error:
            problems[name] = error.problems.get(name, str(error))
        else:
            values[name] = change.after
    return (with_values(file, values) if values else file), problems


def _require_unchanged(
    wanted: Mapping[str, Any], seen: Mapping[str, Any], current: Clinic, newest: Mapping[str, ClinicChange]
) -> None:
    """Let nobody overwrite unseen what somebody else changed meanwhile.

    Raises:
        BadValuesError: Somebody did.
    """
    problems = {
        name: f"was changed by {newest[name].staff_name} while you had this page open; save again to put yours"
        for name, value in wanted.items()
        if as_json(current, name) not in (seen[name], value) and name in newest
    }
    if problems:
        raise BadValuesError(problems)
