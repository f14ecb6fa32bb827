"""The one owner of opting out: hears that somebody wants no messages from us, and says what that means on a channel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from bot.channels import store
from bot.channels.keywords import Keyword, keyword_of
from bot.clinic import Clinic
from bot.conversations.on_screen import replies_on_screen
from bot.conversations.store import said_before
from bot.reply import Reply
from bot.responses import FixedResponses
from bot.short_replies import Meaning, OptOutSentences, ShortReplies
from bot.vocabulary import ReplyKind, Responses

if TYPE_CHECKING:
    # The action server confirms opt-outs and never hears one: it does not load what the judge is made of.
    from bot.opt_outs.judge import OptOutJudge

ASKED_ONCE_IN = 40
"""Messages of ours; within so many the question whether no more are wanted is not asked again."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a text asks of a sender of texts.

    Attributes:
        keyword: What.
        says_more: Whether it says something besides, which staff are to read.
        of_messages: Whether it names the messages that are to end, and says nothing besides.
    """

    keyword: Keyword
    says_more: bool = False
    of_messages: bool = False


class OptOuts:
    """Hears opt-outs; a number's own is kept when their confirmation is stored (`bot.channels.outbound`)."""

    def __init__(
        self,
        clinic: Clinic,
        responses: FixedResponses,
        short_replies: ShortReplies,
        sentences: OptOutSentences,
        judge: Callable[[], OptOutJudge],
    ) -> None:
        """Take the clinic's numbers, the fixed wordings, and what reads short replies and whole sentences.

        Args:
            clinic: The clinic's numbers.
            responses: The fixed wordings.
            short_replies: What reads short replies.
            sentences: What hears sentences by their parts.
            judge: Gives the judge of all other texts; it is read when the first text comes.
        """
        self._sentences = sentences
        self._judge = judge
        self._responses = responses
        self._short_replies = short_replies
        self._clinic = clinic

    def asked_for(self, text: str) -> Asked | None:
        """Give what a text asks of a sender of texts, by a carrier's word or in any words of one's own."""
        keyword = keyword_of(text)
        if keyword is not None:
            return Asked(keyword=keyword)
        if self._short_replies.meaning(text) is Meaning.OPT_OUT:
            return Asked(keyword=Keyword.STOP, of_messages=self._sentences.names_messages(text))
        left = self._sentences.reads(text)
        judge = self._judge()
        if left is None and not judge.is_sure(text):
            return None
        says_more = judge.says_more(text) if left is None else left.says_more
        of_messages = not says_more and self._sentences.names_messages(text)
        return Asked(keyword=Keyword.STOP, says_more=says_more, of_messages=of_messages)

    def question_about(self, session: Session, conversation_id: str, text: str, *, before: int) -> Reply | None:
        """Give what to ask somebody who may want no more texts; None if they do not seem to, or were asked already.

        Args:
            session: The open session.
            conversation_id: Which conversation; only a phone's is asked.
            text: What the patient wrote.
            before: The id of that message.
        """
        if store.number_of(session, conversation_id) is None or not self._judge().is_unsure(text):
            return None
        question = self.question()
        said = said_before(session, conversation_id, before, limit=ASKED_ONCE_IN)
        asked = any(reply is not None and reply["text"] == question.text for _in_reply_to, reply in said)
        return None if asked else question

    def question(self) -> Reply:
        """Give the question whether somebody wants no more texts: a yes to it is a STOP."""
        return Reply(kind=ReplyKind.SMALLTALK, text=self._responses.text(Responses.SMS_STOP_QUESTION))

    def is_asked(self, session: Session, conversation_id: str, *, before: int) -> bool:
        """Say whether that question is the last thing that a patient read before a message."""
        shown = replies_on_screen(session, conversation_id, before=before)
        return bool(shown) and shown[0].text == self.question().text

    def confirmation(self, session: Session, conversation_id: str) -> Reply:
        """Give what is said to somebody who wants no messages; on a phone, storing it opts the number out."""
        is_texting = store.number_of(session, conversation_id) is not None
        name = Responses.SMS_OPTED_OUT if is_texting else Responses.MESSAGES_STOPPED
        return Reply(kind=ReplyKind.SMALLTALK, text=self._responses.text(name, **self._numbers()), opts_out=is_texting)

    def help(self) -> Reply:
        """Give what is said to somebody who texts HELP: who we are, how to reach a person, how to opt out."""
        return Reply(kind=ReplyKind.SMALLTALK, text=self._responses.text(Responses.SMS_HELP, **self._numbers()))

    def _numbers(self) -> dict[str, str]:
        clinic = self._clinic
        return {"clinic": clinic.name, "phone": clinic.phone, "emergency_number": clinic.emergency_number}
