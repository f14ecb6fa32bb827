"""Words in another language carry it on the staff's page, too."""

from __future__ import annotations

from bot.reply import Passage, Reply
from bot.vocabulary import ReplyKind
from tests.chat_tester import ChatTester
from tests.fakes import FakeRasa


def test_staff_see_each_passage_in_its_language_and_direction(chat: ChatTester, rasa: FakeRasa) -> None:
    """The chat gets the same parts; what a patient typed takes the direction of its letters."""
    arabic = Passage.in_language("هذا المساعد <لا>", "ar")
    reply = Reply(kind=ReplyKind.NO_ANSWER, text="…", passages=(arabic, Passage(text="In English.")))
    rasa.answer = lambda _text: [reply]

    said = chat.patient_says("كم جلسة أحتاج؟")
    chat.patient_asks_for_person()
    page = chat.staff_reads()

    assert said[0]["reply"]["passages"][0] == {"text": "هذا المساعد <لا>", "lang": "ar", "dir": "rtl"}
    assert '<p class="text" lang="ar" dir="rtl">هذا المساعد &lt;لا&gt;</p><p class="text">In English.</p>' in page
    assert '<p class="text" dir="auto">كم جلسة أحتاج؟</p>' in page
