"""The only wiring: settings in, the parts of a running Frontdesk out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache, partial

from bot.analytics.weekly import WeeklyFigures
from bot.appointments.store import zone_of
from bot.browser_keys.keys import BrowserKeys
from bot.channels.files import Files
from bot.channels.opting_out import OptOuts
from bot.channels.quiet_hours import QuietHours
from bot.channels.receipts import Receipts
from bot.channels.sending import PatientSender
from bot.channels.spoken_opt_outs import SpokenOptOuts
from bot.clinic import Clinic, load_clinic
from bot.clinic_settings.settings import ClinicSettings
from bot.conversations.access import Access
from bot.conversations.identities import Identities
from bot.conversations.trials import Trial
from bot.curation.lessons import Lessons
from bot.curation.trainings import Trainings
from bot.db.engine import Database
from bot.db.named_locks import NamedLocks
from bot.db.notices import notices_between_edges
from bot.escalation.alerts import Alerts
from bot.escalation.desk.canned import CannedReplies
from bot.escalation.desk.judging import Judging
from bot.escalation.desk.labels import Labels
from bot.escalation.desk.notes import Notes
from bot.escalation.desk.saved_views import SavedViews
from bot.escalation.desk.several import Several
from bot.escalation.due.deadlines import Deadlines
from bot.escalation.due.undelivered import Undelivered
from bot.escalation.leaving import Leaving
from bot.escalation.lifecycle import Tickets
from bot.escalation.replying import Replies
from bot.escalation.ways_out import senders_of, tell_by_email
from bot.knowledge.answering.answering import Answering
from bot.knowledge.answering.by_words import ByWords
from bot.knowledge.answering.exact_words import ExactWords
from bot.knowledge.answering.finding_table import FindingWords
from bot.knowledge.files.days import FILE as DAYS
from bot.knowledge.files.days import Days
from bot.knowledge.files.follow_ups import FollowUpTopics
from bot.knowledge.files.heard import FILE as HEARD
from bot.knowledge.files.heard import Heard
from bot.knowledge.files.not_offered import NotOffered
from bot.knowledge.mentioned import Mentioned
from bot.knowledge.reviewing.review import Reviewing
from bot.knowledge.serving import RulesNow, rules_of
from bot.messaging.contact import Contacts
from bot.messaging.contact_form import ContactForm
from bot.messaging.danger.alarm import RedFlagAlarm
from bot.messaging.danger.card import RedFlagCards
from bot.messaging.danger.checks import SafetyChecks
from bot.messaging.danger.reminder import DangerReminder
from bot.messaging.deliver import Deliver
from bot.messaging.elsewhere import Elsewhere
from bot.messaging.feed import Feed
from bot.messaging.feedback import FeedbackBox
from bot.messaging.files import PassedFiles
from bot.messaging.going_on import GoingOnByText
from bot.messaging.offering.check_ins import CheckIns
from bot.messaging.offering.offers import Offers
from bot.messaging.presence import Presence
from bot.messaging.receive import Receive
from bot.messaging.relay import Relay
from bot.messaging.texting import Texting
from bot.messaging.turn import Turn
from bot.messaging.turns import Turns
from bot.messaging.waking import Waking
from bot.messaging.without_rasa import WithoutRasa
from bot.notifications import store as notifications
from bot.notifications.outbox import TEXT_WAITS, Outbox
from bot.opt_outs.reading import judge_of
from bot.plans.parts import AppointmentParts, put_together
from bot.privacy.exports import Exports
from bot.privacy.memory_store import RasaMemory
from bot.privacy.patients import Patients
from bot.privacy.retention import Keeper
from bot.process.metrics import Metrics
from bot.rasa_client.client import RasaClient
from bot.redaction.redactor import REDACTION, load_redactor
from bot.responses import FixedResponses
from bot.settings import Settings
from bot.short_replies import OptOutSentences, ShortReplies
from bot.short_replies.check_ins import CheckInWords
from bot.staff.audit import record
from bot.staff.integrations import Integrations
from bot.staff.own_account import OwnAccount
from bot.staff.passkeys.keeping import Passkeys
from bot.staff.passkeys.relying_party import relying_party
from bot.staff.people import People, given_passwords_last
from bot.staff.provider.signing_in import ProviderSignIns
from bot.staff.second_factor import SecondFactor
from bot.staff.sign_in import StaffAccounts
from bot.triage import Triage
from bot.yaml_file import read_names


@dataclass(frozen=True, kw_only=True)
class Services:
    """The parts that the edge, the actions and the command line work with."""

    settings: Settings
    clinic: Clinic
    clinic_settings: ClinicSettings
    responses: FixedResponses
    database: Database
    named_locks: NamedLocks
    knowledge_database: Database
    serving_rules: RulesNow
    answering: Answering
    follow_ups: FollowUpTopics
    not_offered: NotOffered
    heard: Heard
    days: Days
    mentioned: Mentioned
    language_names: Mapping[str, str]
    reviewing: Reviewing
    lessons: Lessons
    trainings: Trainings
    tickets: Tickets
    deadlines: Deadlines
    undelivered: Undelivered
    replies: Replies
    outbox: Outbox
    texts: Outbox
    receipts: Receipts
    quiet_hours: QuietHours
    files: Files
    appointments: AppointmentParts
    notes: Notes
    canned: CannedReplies
    labels: Labels
    several: Several
    saved_views: SavedViews
    judging: Judging
    weekly_figures: WeeklyFigures
    browser_keys: BrowserKeys
    staff: StaffAccounts
    provider: ProviderSignIns | None
    passkeys: Passkeys
    people: People
    own_account: OwnAccount
    patients: Patients
    keeper: Keeper
    second_factor: SecondFactor
    leaving: Leaving
    integrations: Integrations
    feed: Feed
    relay: Relay
    presence: Presence
    elsewhere: Elsewhere
    deliver: Deliver
    rasa: RasaClient
    waking: Waking
    access: Access
    identities: Identities
    offers: Offers
    check_ins: CheckIns
    opt_outs: OptOuts
    spoken_opt_outs: SpokenOptOuts
    receive: Receive
    texting: Texting
    cards: RedFlagCards
    feedback: FeedbackBox
    contacts: Contacts
    going_on: GoingOnByText
    contact_form: ContactForm
    subject_names: Mapping[str, str]
    metrics: Metrics

    async def close(self) -> None:
        """Give back connections."""
        await self.texting.close()
        await self.rasa.close()
        self.named_locks.close()
        self.database.close()
        self.knowledge_database.close()


@lru_cache(maxsize=1)
def read_triage(settings: Settings) -> Triage:
    """Read what looks for danger: the clinic's signs, and the model with its encoder; once for a process.

    Args:
        settings: Where things are.

    Raises:
        ContentError: A file is broken, or the model's encoder has not been built.
    """
    root, rules = settings.root, settings.knowledge_path / "red_flags.yml"
    return Triage.from_files(rules, root / "data" / "danger", root / "models" / "danger")


def build_services(
    settings: Settings,
    *,
    rasa: RasaClient | None = None,
    triage: Triage | Callable[[], Triage] | None = None,
    trial: Trial | None = None,
) -> Services:
    """Put the parts together; nothing connects before it is used.

    Args:
        settings: Where things are.
        rasa: Another client of Rasa, for tests.
        triage: The look for danger that was read before, or what reads it when it is first asked for (`read_triage`).
        trial: Where conversations and all that comes of them are kept instead of the clinic's store, which then gives
            nothing but its answers.

    Raises:
        ContentError: clinic.yml, domain.yml or a file of data/knowledge is broken.
    """
    # A copy: what the console changes is changed in it.
    clinic = load_clinic(settings.clinic_path).model_copy()
    responses, folder = FixedResponses.from_file(settings.domain_path), settings.knowledge_path
    cards = RedFlagCards(triage or partial(read_triage, settings), clinic, responses)
    knowledge_database = Database.of(settings)
    database = knowledge_database if trial is None else Database(trial.database_url, settings.encryption_keys)
    named_locks = NamedLocks(database)
    feed = Feed()
    relay = Relay(database, feed, notices_between_edges(database, settings.redis_url))
    deliver = Deliver(database, feed)
    senders = senders_of(settings, database)
    redactor = partial(load_redactor, settings.root / REDACTION, clinic.region)
    alerts = Alerts(clinic, console_address=settings.public_url, ways=frozenset(senders), redactor=redactor)
    tickets = Tickets(database, clinic, responses, alerts)
    labels, party = Labels(database), relying_party(settings.public_url, clinic.name)
    people = People(database, (clinic.name, *clinic.treatments))
    memory = RasaMemory(settings.tracker_url, settings.root, settings.encryption_keys)
    rasa = rasa or RasaClient(settings.rasa_urls, timeout=settings.rasa_timeout)
    serving_rules = rules_of(clinic, production=settings.env == "production")
    heard = Heard.from_file(folder / HEARD)
    mentioned = replace(Mentioned.from_folder(folder), asides=heard.names)
    names = {kind: read_names(folder / f"{kind}_names.yml") for kind in ("condition", "medicine", "aside")}
    answering = Answering(
        knowledge_database,
        clinic,
        responses,
        serving_rules,
        condition_names=names["condition"],
        mentioned=mentioned,
        finding_words=FindingWords.from_file(folder / "finding_words.yml"),
        left_to_staff=heard.left_to_staff,
    )
    waking, metrics, quiet_hours = Waking(rasa), Metrics(), QuietHours(clinic, zone_of)
    going_on = GoingOnByText(database, clinic, responses, sends_texts=settings.sms is not None)
    contacts = Contacts(database, deliver, tickets, clinic, responses, going_on=going_on)
    short_replies = ShortReplies.from_folder(folder)
    opt_outs = OptOuts(
        clinic, responses, short_replies, OptOutSentences.from_folder(folder), partial(judge_of, settings.root)
    )
    offers = Offers(database, clinic, responses, short_replies, opt_outs)
    check_ins = CheckIns(database, clinic, responses, tickets, CheckInWords.from_folder(folder))
    turn = Turn(
        feed=feed,
        deliver=deliver,
        tickets=tickets,
        rasa=rasa,
        cards=cards,
        checks=SafetyChecks(database, cards, clinic, responses),
        alarm=RedFlagAlarm(deliver, tickets),
        reminder=DangerReminder(database, clinic, responses),
        waking=waking,
        contacts=contacts,
        without_rasa=WithoutRasa(
            tickets,
            responses,
            ExactWords(knowledge_database, answering, responses),
            ByWords(knowledge_database, answering),
        ),
        offers=offers,
        metrics=metrics,
        files=PassedFiles(database, clinic, tickets, responses),
        check_ins=check_ins,
        going_on=going_on,
    )
    receive = Receive(
        database=database,
        feed=feed,
        deliver=deliver,
        tickets=tickets,
        turn=turn,
        turns=Turns(named_locks),
        cards=cards,
        contacts=contacts,
        responses=responses,
        metrics=metrics,
    )
    reviewing = Reviewing(database, clinic, responses, record, mentioned)
    return Services(
        settings=settings,
        clinic=clinic,
        clinic_settings=ClinicSettings(knowledge_database, clinic),
        responses=responses,
        database=database,
        named_locks=named_locks,
        knowledge_database=knowledge_database,
        serving_rules=serving_rules,
        answering=answering,
        follow_ups=FollowUpTopics.from_file(folder / "follow_ups.yml"),
        not_offered=NotOffered.from_file(folder / "not_offered.yml"),
        heard=heard,
        days=Days.from_file(folder / DAYS),
        mentioned=mentioned,
        language_names=read_names(folder / "language_names.yml"),
        reviewing=reviewing,
        lessons=Lessons(database, reviewing, redactor, record),
        trainings=Trainings(database, record),
        tickets=tickets,
        deadlines=Deadlines(database, clinic, responses, alerts),
        undelivered=Undelivered(database, clinic, responses, alerts),
        replies=Replies(database, clinic, responses, feed.is_heard),
        outbox=Outbox(database, senders),
        texts=Outbox(
            database,
            {notifications.SMS: PatientSender(database, settings, quiet_hours)},
            find=notifications.texts_due,
            waits=TEXT_WAITS,
        ),
        receipts=Receipts(database),
        quiet_hours=quiet_hours,
        files=Files(database, settings.sms),
        appointments=put_together(database, clinic, responses, folder, rules=serving_rules),
        notes=Notes(database),
        canned=CannedReplies(database, serving_rules),
        labels=labels,
        several=Several(tickets, labels),
        saved_views=SavedViews(database),
        judging=Judging(database),
        weekly_figures=WeeklyFigures(
            database, clinic, console_address=settings.public_url, by_email="email" in senders
        ),
        browser_keys=BrowserKeys(database),
        staff=StaffAccounts(
            database, dt.timedelta(minutes=settings.idle_minutes), given_passwords_last(settings.env), party
        ),
        provider=None if settings.provider is None else ProviderSignIns(database, settings.provider, party),
        passkeys=Passkeys(database, party, tell_by_email(settings), is_required=settings.require_codes),
        people=people,
        own_account=OwnAccount(database, tell_by_email(settings), (clinic.name, *clinic.treatments)),
        patients=Patients(database, clinic, memory, settings.root),
        keeper=Keeper(database, clinic, memory, Exports(settings.root)),
        second_factor=SecondFactor(database, tell_by_email(settings), is_required=settings.require_codes),
        leaving=Leaving(database, people, clinic, responses, alerts),
        integrations=Integrations(database),
        feed=feed,
        relay=relay,
        presence=Presence(feed),
        elsewhere=Elsewhere(database, feed),
        deliver=deliver,
        rasa=rasa,
        waking=waking,
        access=Access(database, prefix="" if trial is None else trial.prefix),
        identities=Identities(database, settings.widget_secret, clinic),
        offers=offers,
        check_ins=check_ins,
        opt_outs=opt_outs,
        spoken_opt_outs=SpokenOptOuts(database),
        receive=receive,
        texting=Texting(
            database=database,
            clinic=clinic,
            responses=responses,
            feed=feed,
            tickets=tickets,
            contacts=contacts,
            receive=receive,
            opt_outs=opt_outs,
        ),
        cards=cards,
        feedback=FeedbackBox(database, deliver, responses),
        contacts=contacts,
        going_on=going_on,
        contact_form=ContactForm(contacts, receive, cards),
        metrics=metrics,
        subject_names={**names["condition"], **names["medicine"], **names["aside"]},
    )


def running_services(settings: Settings, *, trial: Trial | None = None) -> Services:
    """Put the parts together for a command that works on the store: with the clinic's values that hold now.

    Args:
        settings: Where things are.
        trial: As in `build_services`.

    Raises:
        ContentError: As in `build_services`.
    """
    services = build_services(settings, trial=trial)
    services.clinic_settings.refresh()
    return services
