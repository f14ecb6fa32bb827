"""What a short reply means that is nothing else: yes, no, a number, a title, taking back, no more texts.

The words are in `data/knowledge/short_replies.yml` and `opting_out.yml`; here stands only how they are read.
"""

from bot.short_replies.opt_out_sentences import OptOutSentences
from bot.short_replies.replies import FILE, Meaning, Places, ShortReplies

__all__ = ["FILE", "Meaning", "OptOutSentences", "Places", "ShortReplies"]
