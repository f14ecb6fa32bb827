"""A table of appointments: what can be kept is, and each other line says what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.appointments.csv_file import read_csv
from bot.errors import ContentError
from tests.unit.appointments.appointments_in_tests import HEADER, file_of, reader

NOT_A_TABLE = [
    ("", "first line must name the columns"),
    ("id,name\n", "no column phone, date, time"),
    (f"{HEADER.strip()},colour\n", "'colour'"),
    (f"{HEADER.strip()},name\n", "twice"),
    (f'{HEADER}A1,"Zoe,312-555-0123,,,2026-12-10,09:30\n', ":2: has a quote"),
    (f"{HEADER}A1,\0\n", "no text"),
]


def test_lines_are_kept_or_told_with_their_number(tmp_path: Path):
    """Also below a cell that is longer than a line, and with the marks that spreadsheets put in."""
    path = file_of(
        tmp_path,
        f"\ufeff{HEADER}"
        'A1,"Zoe\nQuill",312-555-0123,prp,knee,2026-12-10,09:30,,,\n'
        "A2,Tom,312-555-0124,laser,,2026-12-10,9.30,,,\n"
        "\n"
        "A3,Eva,(312) 555-0125,,,2026-12-11,10:00,,es,canceled\n"
        "A1,Eva,312-555-0125,,,2026-12-11,10:00,,,\n"
        "A4,Eva,312-555-0125,,,2026-12-11,10:00,,,,,,\n",
    )

    found = read_csv(path, reader())

    assert [(place, one.external_id) for place, one in found.details] == [("line 2", "A1"), ("line 6", "A3")]
    assert found.details[0][1].patient_name == "Zoe Quill"
    told = [str(trouble) for trouble in found.troubles]
    assert [line.partition(":")[0] for line in told] == ["line 4", "line 7", "line 8"]
    assert "laser" in told[0]
    assert "14:30" in told[0]
    assert "same id as line 2" in told[1]
    assert "13 cells for 10 columns" in told[2]


def test_a_table_with_semicolons_is_read(tmp_path: Path):
    """As spreadsheets write it where a comma stands in numbers."""
    path = file_of(tmp_path, "ID;Name;Phone;Date;Time\nA1;Zoe;312-555-0123;2026-12-10;09:30\n")

    assert [one.external_id for _place, one in read_csv(path, reader()).details] == ["A1"]


@pytest.mark.parametrize(("text", "says"), NOT_A_TABLE)
def test_what_is_no_table_says_what_to_do(tmp_path: Path, text: str, says: str):
    """And nothing of it is kept."""
    with pytest.raises(ContentError, match=says):
        read_csv(file_of(tmp_path, text), reader())


def test_a_file_in_another_encoding_says_what_to_do(tmp_path: Path):
    """As old spreadsheets save it."""
    path = tmp_path / "a.csv"
    path.write_bytes(f"{HEADER}A1,Zoë\n".encode("latin-1"))

    with pytest.raises(ContentError, match="CSV UTF-8"):
        read_csv(path, reader())
