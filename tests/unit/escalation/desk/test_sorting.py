"""Labels, saved views, and several tickets at once."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.bootstrap import Services
from bot.db.engine import utc_now
from bot.errors import ConflictError, InvalidMessageError, NotFoundError, PermissionDeniedError
from bot.escalation import inbox_store
from bot.escalation.desk import labels, saved_views
from bot.escalation.inbox_store import InboxFilter
from bot.staff.actor import Actor
from bot.staff.store import audit_entries
from bot.vocabulary import EscalationReason, InboxView, Resolution, TicketStatus
from tests.factories import a_conversation, a_staff_member


@pytest.fixture
def ana(services: Services) -> Actor:
    """Give a staff member."""
    return Actor(staff_member_id=a_staff_member(services.database), name="Ana")


@pytest.fixture
def ben(services: Services) -> Actor:
    """Give a colleague."""
    return Actor(staff_member_id=a_staff_member(services.database, email="ben@clinic.example", name="Ben"), name="Ben")


async def a_ticket(services: Services, text: str = "How much is PRP?") -> int:
    """Let a patient write and ask for a person."""
    conversation = await a_conversation(services)
    await services.receive.receive(conversation, text, None)
    return services.tickets.open(conversation, reason=EscalationReason.ASKED_FOR_PERSON)


def _actions(services: Services) -> list[str]:
    with services.database.read() as session:
        return [entry.action for entry in audit_entries(session)]


def _listed(services: Services, **wanted) -> list[int]:
    with services.database.read() as session:
        found = inbox_store.page(session, InboxFilter(staff_member_id=0, view=InboxView.ALL, **wanted))
    return [row.ticket.id for row in found.rows]


async def test_a_label_is_put_on_once_however_it_is_written(services: Services, ana: Actor):
    """Colleagues' spelling holds; twice changes nothing; the ticket, the filter and the log have it."""
    one, two = await a_ticket(services), await a_ticket(services)

    assert services.labels.add(one, "  Call   back ", ana) is not None
    assert services.labels.add(one, "call BACK", ana) is None
    assert services.labels.add(two, "CALL back", ana) is not None
    assert services.labels.add(two, "billing", ana) is not None

    assert services.tickets.view(two).labels == ("billing", "Call back")
    assert services.labels.all() == ["billing", "Call back"]
    assert sorted(_listed(services, label="Call back")) == [one, two]
    assert _listed(services, label="billing") == [two]
    assert _listed(services, label="nosuch") == []
    assert _actions(services).count("ticket.label_added") == 3


async def test_a_label_is_taken_off_once(services: Services, ana: Actor):
    """Nobody minds if a colleague was quicker; a label that no ticket has is offered no more."""
    ticket = await a_ticket(services)
    services.labels.add(ticket, "Billing", ana)

    assert services.labels.remove(ticket, "billing", ana) is not None
    assert services.labels.remove(ticket, "billing", ana) is None

    assert services.tickets.view(ticket).labels == ()
    assert services.labels.all() == []


@pytest.mark.parametrize("written", ["", "  \n", "x" * 41])
async def test_what_is_no_label_is_refused(services: Services, ana: Actor, written: str):
    """And says how long one may be."""
    with pytest.raises(InvalidMessageError, match="40"):
        services.labels.add(await a_ticket(services), written, ana)


async def test_a_ticket_has_so_many_labels_and_no_more(services: Services, ana: Actor):
    """And there must be such a ticket."""
    ticket = await a_ticket(services)
    for number in range(labels.MOST):
        services.labels.add(ticket, f"label {number}", ana)

    with pytest.raises(ConflictError, match="at most 10"):
        services.labels.add(ticket, "one more", ana)
    with pytest.raises(NotFoundError):
        services.labels.add(ticket + 1, "billing", ana)


async def test_what_did_not_work_with_some_is_told_and_changes_nothing_there(
    services: Services, ana: Actor, ben: Actor
):
    """The others are done all the same; a ticket that was chosen twice is one."""
    one, two, three = [await a_ticket(services) for _ in range(3)]
    services.tickets.resolve(two, by=ana)
    services.tickets.assign(three, to=ben.staff_member_id or 0, by=ana)

    outcome = services.several.assign([one, one, two, three, 999], to=ben.staff_member_id or 0, by=ana)

    assert outcome.done == (one,)
    assert outcome.unchanged == (three,)
    assert [ticket for ticket, _why in outcome.failed] == [two, 999]
    assert "resolved already" in outcome.failed[0][1]
    assert services.tickets.view(one).assignee_name == "Ben"
    assert services.tickets.view(two).status is TicketStatus.RESOLVED


async def test_giving_several_is_taken_back_to_whose_each_was(services: Services, ana: Actor, ben: Actor):
    """To nobody, to a colleague, and out of sight again; what somebody else has taken since stays theirs."""
    (ana_id, ben_id), until = (ana.staff_member_id or 0, ben.staff_member_id or 0), utc_now() + dt.timedelta(hours=5)
    free, of_ana, snoozed, taken = [await a_ticket(services) for _ in range(4)]
    services.tickets.take(of_ana, ana)
    services.tickets.take(snoozed, ana)
    services.tickets.snooze(snoozed, until=until, by=ana)

    given = services.several.assign([free, of_ana, snoozed, taken], to=ben_id, by=ana)
    services.tickets.assign(taken, to=ana_id, by=ana)
    outcome = services.several.give_back(given.had, given_to=ben_id, by=ana)

    assert outcome.done == (free, of_ana, snoozed)
    assert outcome.failed == ((taken, "Ben no longer has this ticket."),)
    views = [services.tickets.view(ticket) for ticket in (free, of_ana, snoozed, taken)]
    assert [view.assignee_name for view in views] == [None, "Ana", "Ana", "Ana"]
    assert [view.status.value for view in views] == ["open", "assigned", "snoozed", "assigned"]
    assert views[2].snoozed_until == until


async def test_several_are_resolved_but_not_over_words_that_nobody_saw(services: Services, ana: Actor):
    """A patient who has written since keeps their ticket; the others are opened again as easily."""
    one, two = await a_ticket(services), await a_ticket(services)
    seen = 10_000

    refused = services.several.resolve([one], resolution=Resolution.ANSWERED, seen=0, by=ana)
    outcome = services.several.resolve([one, two], resolution=Resolution.CALLED_BACK, seen=seen, by=ana)

    assert refused.done == ()
    assert "has written since" in refused.failed[0][1]
    assert outcome.done == (one, two)
    assert services.tickets.view(one).resolution is Resolution.CALLED_BACK
    assert services.several.reopen(outcome.done, ana).done == (one, two)
    assert services.tickets.view(one).status is TicketStatus.OPEN


async def test_labels_of_several_are_undone_where_they_were_new(services: Services, ana: Actor):
    """What had the label before keeps it."""
    one, two = await a_ticket(services), await a_ticket(services)
    services.labels.add(one, "billing", ana)

    put_on = services.several.label([one, two], "billing", ana)
    services.several.unlabel(put_on.done, "billing", ana)

    assert (put_on.done, put_on.unchanged) == ((two,), (one,))
    assert (services.tickets.view(one).labels, services.tickets.view(two).labels) == (("billing",), ())


@pytest.mark.parametrize("chosen", [[], list(range(1, 102))])
def test_none_and_too_many_are_refused(services: Services, ana: Actor, chosen: list[int]):
    """Nothing is done by half."""
    with pytest.raises(ConflictError, match="tickets"):
        services.several.reopen(chosen, ana)


def _views(services: Services, who: Actor) -> list[tuple[str, bool, bool]]:
    with services.database.read() as session:
        return [(view.name, view.own, view.shared) for view in saved_views.seen_by(session, who.staff_member_id or 0)]


async def test_own_views_are_seen_by_oneself_and_shared_ones_by_all(services: Services, ana: Actor, ben: Actor):
    """With how many tickets they hold; "mine" in a shared view is each reader's own."""
    ticket = await a_ticket(services)
    services.labels.add(ticket, "billing", ana)
    services.tickets.take(ticket, ben)
    mine = InboxFilter(staff_member_id=ana.staff_member_id or 0, view=InboxView.MINE, label="billing", words="Kim")

    services.saved_views.save("Billing", mine, ana, shared=True)
    services.saved_views.save("Own", mine, ana, shared=False)

    assert _views(services, ana) == [("Billing", True, True), ("Own", True, False)]
    assert _views(services, ben) == [("Billing", False, True)]
    with services.database.read() as session:
        (of_ben,) = saved_views.seen_by(session, ben.staff_member_id or 0)
        of_ana = saved_views.seen_by(session, ana.staff_member_id or 0)[0]
    assert (of_ben.count, of_ana.count) == (1, 0)
    # Words that were searched for name patients: they are not kept.
    assert of_ana.wanted == InboxFilter(staff_member_id=ana.staff_member_id or 0, view=InboxView.MINE, label="billing")


def test_a_view_of_the_same_name_is_replaced(services: Services, ana: Actor):
    """So one is changed by saving it again."""
    for view in (InboxView.OPEN, InboxView.ALL):
        services.saved_views.save("Today", InboxFilter(staff_member_id=1, view=view), ana, shared=False)

    with services.database.read() as session:
        (kept,) = saved_views.seen_by(session, ana.staff_member_id or 0)
    assert kept.wanted.view is InboxView.ALL


def test_who_may_remove_a_view(services: Services, ana: Actor, ben: Actor):
    """Whose it is; and administrators what is shared, never what is somebody's own."""
    for name, shared in (("Shared", True), ("Own", False)):
        services.saved_views.save(name, InboxFilter(staff_member_id=1), ana, shared=shared)
    with services.database.read() as session:
        own, shared_one = (view.id for view in saved_views.seen_by(session, ana.staff_member_id or 0))

    with pytest.raises(PermissionDeniedError):
        services.saved_views.remove(shared_one, ben, may_remove_others=False)
    with pytest.raises(NotFoundError):
        services.saved_views.remove(own, ben, may_remove_others=True)
    services.saved_views.remove(shared_one, ben, may_remove_others=True)
    services.saved_views.remove(own, ana, may_remove_others=False)

    assert _views(services, ana) == []
    with pytest.raises(NotFoundError):
        services.saved_views.remove(own, ana, may_remove_others=False)


@pytest.mark.parametrize("name", ["", " ", "x" * 61])
def test_a_view_needs_a_name(services: Services, ana: Actor, name: str):
    """One that fits beside the others."""
    with pytest.raises(InvalidMessageError, match="60"):
        services.saved_views.save(name, InboxFilter(staff_member_id=1), ana, shared=False)
