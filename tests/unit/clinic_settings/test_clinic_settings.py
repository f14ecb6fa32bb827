"""What holds of the clinic's values: the file's, what the console changed, and what becomes of both."""

from __future__ import annotations

from typing import Any

import pytest

from bot.bootstrap import Services
from bot.clinic import Clinic
from bot.clinic_settings.settings import ClinicSettings
from bot.clinic_settings.values import CHANGED_HERE, BadValuesError, as_json
from bot.errors import ConflictError, NotFoundError
from bot.staff import store as staff
from bot.staff.actor import Actor
from bot.vocabulary import Responses

ANA = Actor(staff_member_id=None, name="Ana")
BEN = Actor(staff_member_id=None, name="Ben")


def _restarted(services: Services, **in_file: Any) -> tuple[ClinicSettings, Clinic]:
    """Give what a process finds that starts now, with some values of clinic.yml changed."""
    clinic = Clinic.model_validate({**_file(services).model_dump(), **in_file})
    settings = ClinicSettings(services.database, clinic)
    settings.refresh()
    return settings, clinic


def _file(services: Services) -> Clinic:
    return services.clinic_settings._file


def _change(services: Services, by: Actor = ANA, **values: Any) -> list[str]:
    seen = {name: as_json(services.clinic, name) for name in values}
    return services.clinic_settings.change(values, seen=seen, by=by)


def test_a_change_holds_at_once_for_whoever_has_the_clinic(services: Services):
    """Nobody has to be given another one."""
    assert _change(services, parking="Behind the house.") == ["parking"]

    assert services.clinic.parking == "Behind the house."
    assert services.clinic.fill("Park: {clinic.parking}", str) == "Park: Behind the house."


def test_another_process_reads_it_with_its_next_look(services: Services):
    """As the actions do before each answer."""
    other, clinic = _restarted(services)
    _change(services, phone="312-555-0199")
    assert clinic.phone == "555-0142"

    other.refresh()

    assert clinic.phone == "312-555-0199"


def test_opening_hours_are_those_of_the_console(services: Services):
    """In the sentence that patients read, too."""
    hours = dict.fromkeys(as_json(services.clinic, "hours"), "closed") | {"monday": "09:00-12:00"}

    _change(services, hours=hours)

    assert services.clinic.hours_text() == "Monday 9 am to 12 pm, Tuesday to Sunday closed"


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("phone", "call us", "cannot be called"),
        ("phone", "", "is empty"),
        ("email", "hello", "no email address"),
        ("hours", {"monday": "17:00-08:30"}, "monday"),
        ("holidays", ["2026-13-01"], "date"),
    ],
)
def test_what_clinic_yml_may_not_say_the_console_may_not_either(
    services: Services, name: str, value: Any, problem: str
):
    """By the same code, and nothing of it is kept."""
    with pytest.raises(BadValuesError) as raised:
        _change(services, parking="New.", **{name: value})

    assert problem in raised.value.problems[name]
    assert services.clinic.parking != "New."
    assert services.clinic_settings.history() == []


def test_who_changed_what_stands_in_history_and_audit_log(services: Services):
    """With what it was before."""
    _change(services, prices="From 400 dollars.")

    (change,) = services.clinic_settings.history()
    assert (change.by, change.before, change.after) == ("Ana", "", "From 400 dollars.")
    with services.database.read() as session:
        (entry,) = staff.audit_entries(session, action="clinic.changed")
    assert (entry.staff_name, entry.subject_id) == ("Ana", "prices")
    assert entry.details == {"before": "", "after": "From 400 dollars."}


def test_undo_puts_back_what_was_before(services: Services):
    """And can be undone itself."""
    _change(services, prices="From 400 dollars.")
    (change,) = services.clinic_settings.history()

    services.clinic_settings.undo(change.id, BEN)

    assert services.clinic.prices == ""
    newest, oldest = services.clinic_settings.history()
    assert (newest.by, newest.undoable, oldest.undoable) == ("Ben", True, False)
    services.clinic_settings.undo(newest.id, BEN)
    assert services.clinic.prices == "From 400 dollars."


def test_only_the_newest_change_of_a_value_is_undone(services: Services):
    """An older one would take the newer back with it, unseen."""
    _change(services, prices="A")
    first = services.clinic_settings.history()[0].id
    _change(services, prices="B")

    with pytest.raises(ConflictError, match="changed again since"):
        services.clinic_settings.undo(first, ANA)
    with pytest.raises(NotFoundError):
        services.clinic_settings.undo(first + 10, ANA)
    assert services.clinic.prices == "B"


def test_nobody_overwrites_unseen_what_somebody_else_changed_meanwhile(services: Services):
    """Two people had the page open."""
    seen = {"parking": services.clinic.parking, "prices": services.clinic.prices}
    services.clinic_settings.change({"parking": "Ana's", "prices": ""}, seen=seen, by=ANA)

    with pytest.raises(BadValuesError) as raised:
        services.clinic_settings.change({"parking": "Ben's", "prices": ""}, seen=seen, by=BEN)
    # What Ben has not touched is left as Ana made it.
    services.clinic_settings.change({"parking": seen["parking"], "prices": "Ben's"}, seen=seen, by=BEN)

    assert "changed by Ana" in raised.value.problems["parking"]
    assert (services.clinic.parking, services.clinic.prices) == ("Ana's", "Ben's")


def test_a_change_in_the_file_of_what_the_console_has_not_changed_holds(services: Services):
    """The file is the form in which most is said."""
    _change(services, prices="From 400 dollars.")

    settings, clinic = _restarted(services, parking="On the roof.")

    assert (clinic.parking, clinic.prices) == ("On the roof.", "From 400 dollars.")
    assert settings.conflicts() == []


def test_a_change_in_the_file_of_what_the_console_has_changed_is_a_conflict(services: Services):
    """The console's holds until somebody decides; neither is lost."""
    _change(services, parking="Console's.")

    settings, clinic = _restarted(services, parking="File's.")

    assert clinic.parking == "Console's."
    (conflict,) = settings.conflicts()
    assert (conflict.name, conflict.here, conflict.in_file, conflict.by) == ("parking", "Console's.", "File's.", "Ana")


@pytest.mark.parametrize(("take_file", "holds"), [(True, "File's."), (False, "Console's.")])
def test_a_conflict_is_decided_once(services: Services, take_file: bool, holds: str):
    """And not asked again at the next start."""
    _change(services, parking="Console's.")
    settings, clinic = _restarted(services, parking="File's.")

    settings.decide("parking", take_file=take_file, by=BEN)

    assert clinic.parking == holds
    assert _restarted(services, parking="File's.")[0].conflicts() == []
    with pytest.raises(NotFoundError):
        settings.decide("parking", take_file=True, by=BEN)


def test_what_file_and_console_both_say_is_no_conflict_and_follows_the_file_again(services: Services):
    """As after `frontdesk clinic export --in-place`."""
    _change(services, parking="Console's.")

    settings, clinic = _restarted(services, parking="Console's.")

    assert settings.conflicts() == []
    assert settings.changed_here() == {}
    assert clinic.parking == "Console's."


def test_a_value_that_cannot_hold_any_more_gives_way_to_the_file_and_is_told(services: Services):
    """As when a newer Frontdesk checks more: patients are served all the same."""
    _change(services, email="new@cedargrove.example", parking="Console's.")
    with services.database.write() as session:
        session.connection().exec_driver_sql("UPDATE clinic_changes SET after = '\"nobody\"' WHERE name = 'email'")

    settings, clinic = _restarted(services)

    assert (clinic.email, clinic.parking) == ("hello@cedargrove.example", "Console's.")
    (conflict,) = settings.conflicts()
    assert conflict.name == "email"
    assert "no email address" in conflict.problem
    settings.decide("email", take_file=False, by=BEN)
    assert settings.conflicts() == []


def test_every_value_can_be_said_and_read_back(services: Services):
    """Nothing is changed by saving a page on which nothing was changed."""
    values = {name: as_json(services.clinic, name) for name in CHANGED_HERE}

    assert services.clinic_settings.change(values, seen=values, by=ANA) == []
    assert services.clinic_settings.history() == []


def test_nobody_keeps_a_value_of_their_own_beside_the_clinics(services: Services):
    """Cards, checks, texts and what is read from messages were all made with the old number."""
    _change(services, phone="312-555-0199", after_hours="Call the night nurse.")

    card = services.cards.of_level("urgent").reply.card
    assert card is not None
    assert card.phone == "312-555-0199"
    assert "312-555-0199" in services.opt_outs.help().text
    # The clinic's own number is no way to reach a patient; the one that it had is none of the clinic's any more.
    assert not services.contacts.found_in("I called you at 312-555-0199")
    assert "312-555-0199" in services.texting._says(Responses.SMS_HELP)
