"""The one owner of opting out: hears that somebody wants no messages from us, and says what that means on a channel."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.channels import store
from bot.channels.keywords import Keyword, keyword_of
from bot.clinic import Clinic
from bot.reply import Reply
from bot.responses import FixedResponses
from bot.short_replies import Meaning, ShortReplies
from bot.vocabulary import ReplyKind, Responses


class OptOuts:
    """Hears opt-outs; a number's own is kept when their confirmation is stored (`bot.channels.outbound`)."""

    def __init__(self, clinic: Clinic, responses: FixedResponses, short_replies: ShortReplies) -> None:
        """Take the clinic's numbers, the fixed wordings, and what reads short replies."""
        self._responses = responses
        self._short_replies = short_replies
        self._numbers = {"clinic": clinic.name, "phone": clinic.phone, "emergency_number": clinic.emergency_number}

    def keyword_of(self, text: str) -> Keyword | None:
        """Give what a whole text asks of a sender of texts, by a carrier's word or in plain words of one's own."""
        keyword = keyword_of(text)
        if keyword is None and self._short_replies.meaning(text) is Meaning.OPT_OUT:
            return Keyword.STOP
        return keyword

    def confirmation(self, session: Session, conversation_id: str) -> Reply:
        """Give what is said to somebody who wants no messages; on a phone, storing it opts the number out."""
        is_texting = store.number_of(session, conversation_id) is not None
        name = Responses.SMS_OPTED_OUT if is_texting else Responses.MESSAGES_STOPPED
        return Reply(kind=ReplyKind.SMALLTALK, text=self._responses.text(name, **self._numbers), opts_out=is_texting)

    def help(self) -> Reply:
        """Give what is said to somebody who texts HELP: who we are, how to reach a person, how to opt out."""
        return Reply(kind=ReplyKind.SMALLTALK, text=self._responses.text(Responses.SMS_HELP, **self._numbers))
