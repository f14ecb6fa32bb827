"""The only wiring: settings in, the parts of a running Frontdesk out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial

from sqlalchemy.orm import Session

from bot.channels.opting_out import OptOuts
from bot.channels.twilio import SmsSender
from bot.clinic import Clinic, load_clinic
from bot.conversations.access import Access
from bot.conversations.identities import Identities
from bot.conversations.trials import Trial
from bot.db.engine import Database
from bot.escalation.alerts import Alerts
from bot.escalation.deadlines import Deadlines
from bot.escalation.desk.canned import CannedReplies
from bot.escalation.desk.notes import Notes
from bot.escalation.integration_sender import IntegrationSender
from bot.escalation.leaving import Leaving
from bot.escalation.lifecycle import Tickets
from bot.escalation.replying import Replies
from bot.knowledge.answering.answering import Answering
from bot.knowledge.answering.by_words import ByWords
from bot.knowledge.answering.exact_words import ExactWords
from bot.knowledge.answering.finding_table import FindingWords
from bot.knowledge.files.follow_ups import FollowUpTopics
from bot.knowledge.files.not_offered import NotOffered
from bot.knowledge.mentioned import Mentioned
from bot.knowledge.reviewing.review import Reviewing
from bot.knowledge.serving import RulesNow, rules_of
from bot.messaging.contact import Contacts
from bot.messaging.contact_form import ContactForm
from bot.messaging.deliver import Deliver
from bot.messaging.elsewhere import Elsewhere
from bot.messaging.feed import Feed
from bot.messaging.feedback import FeedbackBox
from bot.messaging.offers import Offers
from bot.messaging.presence import Presence
from bot.messaging.receive import Receive
from bot.messaging.red_flag_alarm import RedFlagAlarm
from bot.messaging.red_flag_card import RedFlagCards
from bot.messaging.safety_checks import SafetyChecks
from bot.messaging.texting import Texting
from bot.messaging.turn import Turn
from bot.messaging.waking import Waking
from bot.messaging.without_rasa import WithoutRasa
from bot.notifications import store as notifications
from bot.notifications.email import EmailSender
from bot.notifications.outbox import TEXT_WAITS, Outbox, Sender
from bot.notifications.webhook import WebhookSender
from bot.privacy.exports import Exports
from bot.privacy.memory_store import RasaMemory
from bot.privacy.patients import Patients
from bot.privacy.retention import Keeper
from bot.rasa_client import RasaClient
from bot.responses import FixedResponses
from bot.settings import Settings
from bot.short_replies import ShortReplies
from bot.staff.audit import record
from bot.staff.changing import Tell, tell_nobody
from bot.staff.integrations import Integrations
from bot.staff.people import People
from bot.staff.rate_limit import RateLimit
from bot.staff.second_factor import SecondFactor
from bot.staff.sign_in import StaffAccounts
from bot.triage import Triage
from bot.yaml_file import read_names


@dataclass(frozen=True, kw_only=True)
class Services:
    """The parts that the edge, the actions and the command line work with."""

    settings: Settings
    clinic: Clinic
    responses: FixedResponses
    database: Database
    knowledge_database: Database
    serving_rules: RulesNow
    answering: Answering
    follow_ups: FollowUpTopics
    not_offered: NotOffered
    language_names: Mapping[str, str]
    reviewing: Reviewing
    tickets: Tickets
    deadlines: Deadlines
    replies: Replies
    outbox: Outbox
    texts: Outbox
    notes: Notes
    canned: CannedReplies
    staff: StaffAccounts
    people: People
    patients: Patients
    keeper: Keeper
    second_factor: SecondFactor
    leaving: Leaving
    integrations: Integrations
    sign_in_limit: RateLimit
    feed: Feed
    presence: Presence
    elsewhere: Elsewhere
    deliver: Deliver
    rasa: RasaClient
    waking: Waking
    access: Access
    identities: Identities
    offers: Offers
    opt_outs: OptOuts
    receive: Receive
    texting: Texting
    cards: RedFlagCards
    feedback: FeedbackBox
    contacts: Contacts
    contact_form: ContactForm

    async def close(self) -> None:
        """Give back connections."""
        await self.texting.close()
        await self.rasa.close()
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
    return Triage.from_files(
        settings.knowledge_path / "red_flags.yml",
        settings.root / "data" / "danger",
        settings.root / "models" / "danger",
    )


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
    clinic = load_clinic(settings.clinic_path)
    responses = FixedResponses.from_file(settings.domain_path)
    cards = RedFlagCards(triage or partial(read_triage, settings), clinic, responses)
    knowledge_database = Database(settings.database_url)
    database = knowledge_database if trial is None else Database(trial.database_url)
    feed = Feed()
    deliver = Deliver(database, feed)
    senders = _senders(settings, database)
    alerts = Alerts(clinic, console_address=settings.public_url, ways=frozenset(senders))
    tickets = Tickets(database, clinic, responses, alerts)
    people = People(database)
    memory = RasaMemory(settings.tracker_url, settings.root)
    rasa = rasa or RasaClient(settings.rasa_url, timeout=settings.rasa_timeout)
    serving_rules = rules_of(clinic, production=settings.env == "production")
    mentioned = Mentioned.from_folder(settings.knowledge_path)
    answering = Answering(
        knowledge_database,
        clinic,
        responses,
        serving_rules,
        condition_names=read_names(settings.knowledge_path / "condition_names.yml"),
        mentioned=mentioned,
        finding_words=FindingWords.from_file(settings.knowledge_path / "finding_words.yml"),
    )
    waking = Waking(rasa)
    contacts = Contacts(database, deliver, tickets, clinic, responses)
    short_replies = ShortReplies.from_folder(settings.knowledge_path)
    opt_outs = OptOuts(clinic, responses, short_replies)
    offers = Offers(database, clinic, responses, short_replies, opt_outs)
    turn = Turn(
        feed=feed,
        deliver=deliver,
        tickets=tickets,
        rasa=rasa,
        cards=cards,
        checks=SafetyChecks(database, cards, clinic, responses),
        alarm=RedFlagAlarm(deliver, tickets),
        waking=waking,
        contacts=contacts,
        without_rasa=WithoutRasa(
            tickets,
            responses,
            ExactWords(knowledge_database, answering, responses),
            ByWords(knowledge_database, answering),
        ),
        offers=offers,
    )
    receive = Receive(
        database=database,
        feed=feed,
        deliver=deliver,
        tickets=tickets,
        turn=turn,
        cards=cards,
        contacts=contacts,
        responses=responses,
    )
    return Services(
        settings=settings,
        clinic=clinic,
        responses=responses,
        database=database,
        knowledge_database=knowledge_database,
        serving_rules=serving_rules,
        answering=answering,
        follow_ups=FollowUpTopics.from_file(settings.knowledge_path / "follow_ups.yml"),
        not_offered=NotOffered.from_file(settings.knowledge_path / "not_offered.yml"),
        language_names=read_names(settings.knowledge_path / "language_names.yml"),
        reviewing=Reviewing(database, clinic, responses, record, mentioned),
        tickets=tickets,
        deadlines=Deadlines(database, clinic, responses, alerts),
        replies=Replies(database, clinic, responses),
        outbox=Outbox(database, senders),
        texts=_texts(settings, database),
        notes=Notes(database),
        canned=CannedReplies(database, serving_rules),
        staff=StaffAccounts(database),
        people=people,
        patients=Patients(database, clinic, memory, settings.root),
        keeper=Keeper(database, clinic, memory, Exports(settings.root)),
        second_factor=SecondFactor(database, tell_by_email(settings)),
        leaving=Leaving(database, people, clinic, responses, alerts),
        integrations=Integrations(database),
        sign_in_limit=RateLimit(),
        feed=feed,
        presence=Presence(feed),
        elsewhere=Elsewhere(database, feed),
        deliver=deliver,
        rasa=rasa,
        waking=waking,
        access=Access(database, prefix="" if trial is None else trial.prefix),
        identities=Identities(database, settings.widget_secret, clinic.region),
        offers=offers,
        opt_outs=opt_outs,
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
        contact_form=ContactForm(contacts, receive, cards),
    )


def tell_by_email(settings: Settings) -> Tell:
    """Give how people are told what was done with their accounts: by email, where a mail server is set up."""
    if not settings.smtp_url:
        return tell_nobody

    def tell(session: Session, email: str, event: str, title: str, text: str) -> None:
        content = {"title": title, "text": text, "link": f"{settings.public_url.rstrip('/')}/staff/account"}
        notifications.add(session, way="email", target=email, event=event, content=content)

    return tell


def _senders(settings: Settings, database: Database) -> dict[str, Sender]:
    """Give the ways out that are set up, by name."""
    senders: dict[str, Sender] = {"integration": IntegrationSender(database)}
    if settings.smtp_url:
        senders["email"] = EmailSender(settings.smtp_url, settings.mail_from, settings.smtp_authorities)
    if settings.webhook_url:
        senders["webhook"] = WebhookSender(settings.webhook_url, settings.webhook_secret)
    return senders


def _texts(settings: Settings, database: Database) -> Outbox:
    """Give the outbox of texts; without an account at the provider what waits in it is given up in the end."""
    senders: dict[str, Sender] = {}
    if settings.sms is not None:
        senders[notifications.SMS] = SmsSender(database, settings.sms)
    return Outbox(database, senders, find=notifications.texts_due, waits=TEXT_WAITS)
