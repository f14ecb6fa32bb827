"""What works on appointments and plans, put together."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.appointments.asking import OwnAppointments
from bot.appointments.book import Book
from bot.appointments.treatment_names import TreatmentNames
from bot.appointments.written import Reader
from bot.channels.consent_wordings import Wording, wordings_of
from bot.clinic import Clinic
from bot.db.engine import Database
from bot.knowledge.serving import RulesNow
from bot.plans.files import load_plans
from bot.plans.planning import Planning
from bot.plans.reviewing import PlanReviewing
from bot.plans.serving import ServedPlans
from bot.plans.worker import PlanWorker
from bot.responses import FixedResponses


@dataclass(frozen=True, kw_only=True)
class AppointmentParts:
    """The parts: each says at its class what it does."""

    book: Book
    reader: Reader
    wordings: tuple[Wording, ...]
    own: OwnAppointments
    plans: ServedPlans
    planning: Planning
    worker: PlanWorker
    reviewing: PlanReviewing


def put_together(
    database: Database,
    clinic: Clinic,
    responses: FixedResponses,
    knowledge: Path,
    *,
    rules: RulesNow,
) -> AppointmentParts:
    """Put the parts together.

    Args:
        database: The store.
        clinic: Its zone, languages, treatments, quiet hours and values.
        responses: The fixed wordings.
        knowledge: The content folder.
        rules: What may be served at a moment.

    Raises:
        ContentError: A plan or consent.yml is broken.
    """
    plans = ServedPlans(load_plans(knowledge), rules)
    planning = Planning(plans, clinic)
    worker = PlanWorker(database, clinic, responses, plans, planning)
    wordings = wordings_of(knowledge)
    return AppointmentParts(
        book=Book(database, [planning.follow]),
        reader=Reader(clinic, TreatmentNames(knowledge, clinic), frozenset(wording.version for wording in wordings)),
        wordings=wordings,
        own=OwnAppointments(database),
        plans=plans,
        planning=planning,
        worker=worker,
        reviewing=PlanReviewing(database, clinic, plans, worker),
    )
