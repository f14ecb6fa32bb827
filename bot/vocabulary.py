"""The names that stand in code and in YAML alike: one place to read them from.

Runs on Python 3.10 too, since Rasa's environment imports it.
"""

from __future__ import annotations

from enum import Enum


class ReplyKind(str, Enum):
    """What a reply to a patient is (a stable surface: see `frontdesk ask --jsonl`)."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    NO_ANSWER = "no_answer"
    ESCALATED = "escalated"
    EMERGENCY = "emergency"
    URGENT = "urgent"
    SMALLTALK = "smalltalk"
    SAFETY_CHECK = "safety_check"
    STAFF = "staff"


class Counted(str, Enum):
    """What a reply to a patient's message counts as in the figures."""

    ANSWERED = "answered"
    ASKED_BACK = "asked_back"
    NOT_UNDERSTOOD = "not_understood"
    NO_ANSWER = "no_answer"
    DECLINED = "declined"
    PASSED_ON = "passed_on"
    CARD = "card"
    CHECK = "check"
    OPTED_OUT = "opted_out"
    OTHER = "other"


class Shown(str, Enum):
    """What a danger in a message was met with."""

    CHECK = "check"
    CARD = "card"


class SafetyAnswer(str, Enum):
    """What a patient says of it: yes and no to a check, "not about me now" to a card."""

    YES = "yes"
    NO = "no"
    NOT_NOW = "not_now"


class Judgement(str, Enum):
    """What a staff member says of the look for danger in a message: it found what was none, or missed one."""

    NO_DANGER = "no_danger"
    MISSED = "missed"


class Author(str, Enum):
    """Who wrote a message."""

    PATIENT = "patient"
    BOT = "bot"
    STAFF = "staff"


class Handler(str, Enum):
    """Who answers a conversation now."""

    BOT = "bot"
    STAFF = "staff"


class Channel(str, Enum):
    """The means of messaging."""

    WEB_CHAT = "web_chat"
    CONSOLE = "console"
    SMS = "sms"
    WHATSAPP = "whatsapp"
    WEBHOOK = "webhook"


class TicketStatus(str, Enum):
    """Where a ticket stands."""

    OPEN = "open"
    ASSIGNED = "assigned"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"


class InboxView(str, Enum):
    """A view of the inbox; `open` holds the tickets that nobody has."""

    MINE = "mine"
    OPEN = "open"
    ASSIGNED = "assigned"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"
    ALL = "all"


class Resolution(str, Enum):
    """Why a ticket was resolved."""

    ANSWERED = "answered"
    BOOKED = "booked"
    CALLED_BACK = "called_back"
    NO_REPLY = "no_reply"
    NOT_FOR_US = "not_for_us"
    CANCELLED = "cancelled"
    MERGED = "merged"


class Urgency(str, Enum):
    """How soon staff must look at a ticket, least urgent first."""

    ROUTINE = "routine"
    SOON = "soon"
    URGENT = "urgent"
    EMERGENCY = "emergency"

    @property
    def rank(self) -> int:
        """Its place from 0 (routine) to 3 (emergency), to sort by."""
        return list(Urgency).index(self)


class EscalationReason(str, Enum):
    """Why a conversation was passed to staff."""

    ASKED_FOR_PERSON = "asked_for_person"
    NO_ANSWER = "no_answer"
    UNSURE_TWICE = "unsure_twice"
    RED_FLAG = "red_flag"
    ASSISTANT_DOWN = "assistant_down"
    OPTED_OUT = "opted_out"
    PRIVACY = "privacy"
    NOT_DELIVERED = "not_delivered"
    FILE = "file"
    CHECK_IN = "check_in"


class Role(str, Enum):
    """What a staff member may do."""

    AGENT = "agent"
    WRITER = "writer"
    CLINICIAN = "clinician"
    ADMIN = "admin"
    CLINICAL_ADMIN = "clinical_admin"


class ReviewStatus(str, Enum):
    """How far an answer's version has come in its review."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    RETIRED = "retired"


class FeedbackReason(str, Enum):
    """Why an answer did not help."""

    NOT_MY_QUESTION = "not_my_question"
    TOO_HARD = "too_hard"
    NOT_ENOUGH = "not_enough"
    LOOKS_WRONG = "looks_wrong"


class Outcome(str, Enum):
    """How a question ended."""

    ANSWERED = "answered"
    MISSING = "missing"
    TREATMENT_NEEDED = "treatment_needed"


class FollowUp(str, Enum):
    """How a message goes on about what was spoken of, where its own words do not say what they ask."""

    TREATMENT = "treatment"
    PLACE = "place"
    MEDICINE = "medicine"
    HOW_LONG = "how_long"
    BEFORE = "before"
    AFTER = "after"
    WHY = "why"


INTENT_PREFIX = "ask_"
"""An intent `ask_<topic>` asks about that topic."""
COMPARISON, CONDITIONS_TREATED = "comparison", "conditions_treated"
DEFINITION, EFFECTIVENESS = "definition", "effectiveness"


class Intents:
    """Intents that are no questions about a topic and that code asks for by name."""

    ABUSE = "abuse"
    AFFIRM = "affirm"
    ASK_PERSON = "ask_person"
    DENY = "deny"
    FALLBACK = "nlu_fallback"
    GIVE_CONTACT = "give_contact"
    OUT_OF_SCOPE = "out_of_scope"
    PERSONAL_MEDICAL_ADVICE = "personal_medical_advice"
    PRIVACY_QUESTION = "privacy_question"
    PRIVACY_REQUEST = "privacy_request"
    PROMPT_ATTACK = "prompt_attack"
    REPORT_CRISIS = "report_crisis"
    REPORT_EMERGENCY = "report_emergency"
    REPORT_SYMPTOM = "report_symptom"
    REPORT_URGENT = "report_urgent"
    SWITCH_TREATMENT = "switch_treatment"
    TELL_MORE = "tell_more"


DANGER_LEVELS = ("none", "urgent", "emergency", "crisis")
"""What the danger model tells apart, in the order of its numbers."""
REPORTS = frozenset({Intents.REPORT_CRISIS, Intents.REPORT_EMERGENCY, Intents.REPORT_URGENT})
"""The intents of examples that report a danger now: the danger model learns them, to Rasa all are `REPORT_SYMPTOM`."""


class Entities:
    """Entities that the rules find."""

    TREATMENT = "treatment"
    TREATMENT_CUE = "treatment_cue"
    CONDITION = "condition"
    BODY_PART = "body_part"
    MEDICINE = "medicine"


EXCLUDED = "excluded"
"""The role of a treatment that is named only to be left out ("other than PRP")."""


class ActionNames:
    """Custom actions of domain.yml."""

    ANSWER_QUESTION = "action_answer_question"
    CLARIFY = "action_clarify"
    DECLINE = "action_decline"
    ESCALATE = "action_escalate"
    FORGET_OFFER = "action_forget_offer"
    OFFER_PERSON = "action_offer_person"
    OPT_OUT = "action_opt_out"
    REQUEST_PRIVACY = "action_request_privacy"
    STORE_CONTACT = "action_store_contact"
    TAKE_OFFER = "action_take_offer"
    TELL_MORE = "action_tell_more"


class Responses:
    """Fixed wordings of domain.yml that code asks for by name."""

    ABUSE = "utter_abuse"
    APPOINTMENT_CHANGE = "utter_appointment_change"
    APPOINTMENT_NONE = "utter_appointment_none"
    APPOINTMENT_NOT_HERE = "utter_appointment_not_here"
    APPOINTMENT_OF = "utter_appointment_of"
    APPOINTMENT_SHARED = "utter_appointment_shared"
    ASK_CONTACT = "utter_ask_contact"
    ASK_QUESTION = "utter_ask_question"
    ASK_TREATMENT = "utter_ask_treatment"
    ASSUMED_TREATMENT = "utter_assumed_treatment"
    CALL_BACK = "utter_call_back"
    CALL_CRISIS = "utter_call_crisis"
    CALL_EMERGENCY = "utter_call_emergency"
    CALL_TODAY = "utter_call_today"
    CANCEL_REFUSED = "utter_cancel_refused"
    CANCELLED = "utter_cancelled"
    CONDITION_LISTED = "utter_condition_listed"
    CONDITION_NOT_LISTED = "utter_condition_not_listed"
    COMPARE_NOT_THERE = "utter_compare_not_there"
    CARD_CALL = "utter_card_call"
    CARD_CLOSED = "utter_card_closed"
    CARD_CLOSED_NOW = "utter_card_closed_now"
    CARD_OPEN_NOW = "utter_card_open_now"
    CARD_REASON_CRISIS = "utter_card_reason_crisis"
    CARD_REASON_EMERGENCY = "utter_card_reason_emergency"
    CARD_REASON_URGENT = "utter_card_reason_urgent"
    CARD_STANDS = "utter_card_stands"
    CHECK_IN_SAME = "utter_check_in_same"
    CHECK_IN_WELL = "utter_check_in_well"
    CLOSED_DAY = "utter_closed_day"
    CLOSED_NOW = "utter_closed_now"
    IN_GENERAL = "utter_in_general"
    CODE_ALREADY = "utter_code_already"
    CODE_EXPIRED = "utter_code_expired"
    CODE_LINKED = "utter_code_linked"
    CODE_NO_TEXTS = "utter_code_no_texts"
    CODE_SENT = "utter_code_sent"
    CODE_TEXT = "utter_code_text"
    CODE_TOO_MANY = "utter_code_too_many"
    CODE_WRONG = "utter_code_wrong"
    COMPARE_WHICH = "utter_compare_which"
    CONTACT_DECLINED = "utter_contact_declined"
    CONTACT_STORED = "utter_contact_stored"
    PLAN_ENDING = "utter_plan_ending"
    PLAN_NO_PLACE = "utter_plan_no_place"
    CONTACT_TOO_LONG = "utter_contact_too_long"
    CONTACT_STORED_BY = "utter_contact_stored_by"
    CONTACT_UNREADABLE = "utter_contact_unreadable"
    NAME_NOTED = "utter_name_noted"
    DANGER_FIRST = "utter_danger_first"
    DECLINED = "utter_declined"
    DID_YOU_MEAN = "utter_did_you_mean"
    ASK_THE_REST = "utter_ask_the_rest"
    ESCALATED = "utter_escalated"
    EXACT_WORDS = "utter_exact_words"
    FOUND_BY_WORDS = "utter_found_by_words"
    ESCALATED_AFTER_HOURS = "utter_escalated_after_hours"
    ESCALATED_CLOSED = "utter_escalated_closed"
    ESCALATED_NO_TIME = "utter_escalated_no_time"
    GLAD = "utter_glad"
    HANDED_BACK = "utter_handed_back"
    KEPT_EVER = "utter_kept_ever"
    KEPT_FOR = "utter_kept_for"
    LEFT_UNANSWERED = "utter_left_unanswered"
    MERGED = "utter_merged"
    MESSAGES_STOPPED = "utter_messages_stopped"
    NO_ANSWER = "utter_no_answer"
    NOT_UNDERSTOOD = "utter_not_understood"
    MORE_WAITING = "utter_more_waiting"
    NOBODY_FREE = "utter_nobody_free"
    NOT_GIVEN_HERE = "utter_not_given_here"
    NOT_OFFERED = "utter_not_offered"
    OFFERED = "utter_offered"
    BEST_FOR_ME = "utter_best_for_me"
    BOOKED_FOR = "utter_booked_for"
    OFFER_PERSON = "utter_offer_person"
    OPEN_AGAIN = "utter_open_again"
    OPEN_DAY = "utter_open_day"
    OPEN_NOW = "utter_open_now"
    OPEN_ON_HOLIDAY = "utter_open_on_holiday"
    ONE_WAITING = "utter_one_waiting"
    OPTION_ASK_STAFF = "utter_option_ask_staff"
    OFFER_BY_TEXT = "utter_offer_by_text"
    OPTION_BY_TEXT = "utter_option_by_text"
    OPTION_BETTER = "utter_option_better"
    OPTION_SAME = "utter_option_same"
    OPTION_WORSE = "utter_option_worse"
    OPTION_NO = "utter_option_no"
    OPTION_NONE = "utter_option_none"
    OPTION_NOT_NOW = "utter_option_not_now"
    OPTION_NO_THANKS = "utter_option_no_thanks"
    OPTION_PERSON = "utter_option_person"
    OPTION_PERSON_AGAIN = "utter_option_person_again"
    OPTION_SAFE = "utter_option_safe"
    OPTION_YES_NOW = "utter_option_yes_now"
    OTHER_LANGUAGE = "utter_other_language"
    OUT_OF_SCOPE = "utter_out_of_scope"
    PERSONAL_MEDICAL_ADVICE = "utter_personal_medical_advice"
    NOT_YOUR_CASE = "utter_not_your_case"
    PICK_ONE = "utter_pick_one"
    PICK_TREATMENT = "utter_pick_treatment"
    PRIVACY = "utter_privacy"
    PRIVACY_MORE = "utter_privacy_more"
    PRIVACY_REQUEST = "utter_privacy_request"
    PROMPT_ATTACK = "utter_prompt_attack"
    REPORT_SYMPTOM = "utter_report_symptom"
    RESOLVED = "utter_resolved"
    SAFETY_CHECK = "utter_safety_check"
    SAFETY_CHECK_AGAIN = "utter_safety_check_again"
    SAFETY_CHECK_CRISIS = "utter_safety_check_crisis"
    SAFETY_CHECK_WHY = "utter_safety_check_why"
    SAFETY_NO = "utter_safety_no"
    SAFETY_NO_CRISIS = "utter_safety_no_crisis"
    SAFETY_NOT_NOW = "utter_safety_not_now"
    SAFETY_SAFE = "utter_safety_safe"
    FILE_PASSED_ON = "utter_file_passed_on"
    SMS_HELP = "utter_sms_help"
    SMS_NOT_SAVED = "utter_sms_not_saved"
    SMS_OPTED_IN = "utter_sms_opted_in"
    SMS_OPTED_OUT = "utter_sms_opted_out"
    SMS_PICTURE = "utter_sms_picture"
    SMS_STOP_QUESTION = "utter_sms_stop_question"
    SMS_WELCOME = "utter_sms_welcome"
    STANDS = "utter_stands"
    STANDS_AFTER_HOURS = "utter_stands_after_hours"
    STANDS_CALL_BACK = "utter_stands_call_back"
    STANDS_NO_TIME = "utter_stands_no_time"
    SEVERAL_WAITING = "utter_several_waiting"
    STAFF_LEFT = "utter_staff_left"
    STILL_ABOUT = "utter_still_about"
    STAFF_SILENT = "utter_staff_silent"
    TAKEN = "utter_taken"
    TELL_MORE = "utter_tell_more"
    USED_FOR = "utter_used_for"
    UNAVAILABLE = "utter_unavailable"
    UNREADABLE = "utter_unreadable"
    UNSET = "utter_unset"
    WAKING = "utter_waking"
