"""What tests of appointments start from: a reader of this clinic's, and an appointment that can be kept."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from bot.appointments.treatment_names import TreatmentNames
from bot.appointments.written import Reader, Written
from bot.clinic import load_clinic
from bot.settings import load_settings
from bot.staff.actor import Actor

ANA = Actor(staff_member_id=None, name="Ana")
PHONE = "+13125550123"
GOOD = Written(
    id="A1",
    name="Zoe Quill",
    phone="312-555-0123",
    treatment="PRP",
    body_part="Left knee",
    date="2026-12-10",
    time="09:30",
)
AT = dt.datetime(2026, 12, 10, 15, 30, tzinfo=dt.UTC)
"""When that is, where the clinic is (Chicago)."""
HEADER = "id,name,phone,treatment,body_part,date,time,zone,language,status\n"


def reader() -> Reader:
    """Give a reader by the project's own files."""
    settings = load_settings({})
    clinic = load_clinic(settings.clinic_path)
    treatments = TreatmentNames(settings.knowledge_path, clinic)
    return Reader(clinic, treatments, frozenset({"2026-12"}))


def file_of(folder: Path, text: str, name: str = "appointments.csv") -> Path:
    """Write a file; give where it is."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path
