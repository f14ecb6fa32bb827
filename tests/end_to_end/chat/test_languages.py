"""A reply in another language than the page's says so, to screen readers and in the direction of its letters."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.end_to_end.people import Patient, Staff


def test_a_message_in_arabic_is_answered_in_arabic_and_english(patient: Patient, staff: Staff):
    """Each part in its own language; what was typed runs from right to left as well."""
    reply = patient.says("كم جلسة أحتاج؟ اسمي سامي")
    parts = reply.locator(".bubble > .text")

    expect(parts).to_have_count(2)
    expect(parts.first).to_have_attribute("lang", "ar")
    expect(parts.first).to_have_attribute("dir", "rtl")
    assert parts.last.get_attribute("lang") is None
    own = patient.messages("patient").locator(".text")
    assert own.evaluate("element => getComputedStyle(element).direction") == "rtl"

    patient.page.get_by_test_id("talk-to-person").click()
    expect(patient.page.get_by_test_id("request")).to_be_visible()
    staff.opens_ticket("سامي")
    expect(staff.page.locator('[data-author="bot"] .text[lang="ar"]').first).to_have_attribute("dir", "rtl")
    staff.resolves()
