"""How a clinic's CSV is understood: nothing is guessed, nothing is rounded."""

from datetime import date, time
from pathlib import Path

import pytest

from witnessmark.domain.ids import PersonId
from witnessmark.domain.people import Person
from witnessmark.errors import DeclarationError
from witnessmark.surfaces.intake.csv_columns import Answers, open_questions, settle_columns
from witnessmark.surfaces.intake.csv_dates import (
    DateOrder,
    doubtful_dates,
    order_of,
    read_date,
)
from witnessmark.surfaces.intake.csv_hours import HOURS
from witnessmark.surfaces.intake.csv_sheets import Sheet, likely_sheet
from witnessmark.surfaces.intake.csv_table import Table, read_table, write_table
from witnessmark.surfaces.intake.csv_values import read_clock_cell, read_hours, roster_of_people


def table(tmp_path: Path, text: str, encoding: str = "utf-8") -> Table:
    path = tmp_path / "sheet.csv"
    path.write_bytes(text.encode(encoding))
    return read_table(path)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_delimiter_and_encoding_are_found_out(
    tmp_path: Path, delimiter: str, encoding: str
) -> None:
    text = f'Datum{delimiter}Name\r\n16.11.2026{delimiter}"Zoë\nExample"\r\n\r\n'
    read = table(tmp_path, text + f"17.11.2026{delimiter}Al\r\n", encoding)
    assert read.headers == ("Datum", "Name")
    assert [(row.line, row.cells) for row in read.rows] == [
        (2, ("16.11.2026", "Zoë\nExample")),
        (5, ("17.11.2026", "Al")),
    ]


def test_what_is_no_table_is_refused_with_a_cure(tmp_path: Path) -> None:
    for text, what in (("", "empty"), ("a,a\n1,2\n", "stands twice"), ("a\0b", "not text")):
        with pytest.raises(DeclarationError, match=what):
            table(tmp_path, text)


def test_dates_prove_their_own_order_or_are_asked() -> None:
    assert order_of(["11/09/2026", "11/16/2026"]) is DateOrder.MONTH_FIRST
    assert order_of(["09.11.2026", "16.11.2026"]) is DateOrder.DAY_FIRST
    assert doubtful_dates(["11/09/2026", "10/11/2026"]) == ("11/09/2026", "10/11/2026")
    assert doubtful_dates(["16/11/2026", "11/16/2026"]) == ("16/11/2026", "11/16/2026")
    assert doubtful_dates(["11/11/2026", "2026-11-09", "9 Nov 2026"]) == ()


def test_a_date_is_read_in_the_order_that_was_proved() -> None:
    ninth = date(2026, 11, 9)
    assert read_date("11/9/2026", DateOrder.MONTH_FIRST) == ninth
    assert read_date("9.11.2026", DateOrder.DAY_FIRST) == ninth
    for plain in ("2026-11-09", "9 Nov 2026", "9. November 2026", "Nov 9, 2026"):
        assert read_date(plain, DateOrder.DAY_FIRST) == ninth
    for wrong in ("11/31/2026", "11/9/26", "2026-13-01", "soon"):
        with pytest.raises(ValueError, match=wrong):
            read_date(wrong, DateOrder.MONTH_FIRST)


def test_hours_become_whole_minutes_exactly_or_are_refused() -> None:
    told = {
        "1.5": 90,
        "1,5": 90,
        "1:30": 90,
        "2": 120,
        "0.05": 3,
        ".25": 15,
        "8.1": 486,
        "25": 1500,
    }
    assert {text: read_hours(text) for text in told} == told
    for wrong in ("1.33", "0.83", "-1", "1:75", "1h", "1.5.0"):
        with pytest.raises(ValueError, match=r"hours|minutes"):
            read_hours(wrong)


def test_times_of_day_are_read_as_people_write_them() -> None:
    assert read_clock_cell("12:05 AM") == time(0, 5)
    assert read_clock_cell("12:05 pm") == time(12, 5)
    assert read_clock_cell("9.30") == time(9, 30)
    for wrong in ("13:00 pm", "24:00", "noon"):
        with pytest.raises(ValueError, match=wrong):
            read_clock_cell(wrong)


def test_a_person_is_found_by_any_of_their_names_and_two_alike_are_refused() -> None:
    roster = roster_of_people(
        [
            Person(PersonId("p1"), "Tomáš Example-Novák", "Tomas Example-Novak"),
            Person(PersonId("p2"), "Sam Example"),
            Person(PersonId("p3"), "Samuel Example", "Sam Example"),
        ]
    )
    for text in ("P1", "tomáš  example-novák", "Example-Novak, Tomas"):
        assert roster.find(text) == "p1"
    with pytest.raises(ValueError, match="could be p2, p3: write the id"):
        roster.find("sam example")
    with pytest.raises(ValueError, match="there is no person"):
        roster.find("Nobody Example")


def test_columns_that_are_missing_or_doubtful_are_asked_and_answers_settle_them(
    tmp_path: Path,
) -> None:
    sheet = table(
        tmp_path,
        "Date,Service date,Seen by,Site,Type,Hours,Supervisor,Client\n"
        "11/09/2026,11/10/2026,Al,Quay,Individual,1,Bo,Nobody Example\n",
    )
    questions = open_questions(sheet, HOURS, Answers())
    assert questions.missing == ("supervisee", "modality")
    assert questions.doubtful == {"day": ("Date", "Service date")}
    assert questions.dates == ("11/09/2026",)
    with pytest.raises(DeclarationError) as error:
        settle_columns(sheet, HOURS, Answers())
    assert [problem.code for problem in error.value.problems] == [
        "column_missing",
        "column_missing",
        "column_doubtful",
        "date_order_unclear",
    ]
    answers = Answers(
        columns={"Seen by": "supervisee", "Date": "day"},
        fixed={"modality": "in-person"},
        date_order=DateOrder.MONTH_FIRST,
    )
    settled = settle_columns(sheet, HOURS, answers)
    (row,) = sheet.rows
    assert settled.text(row, "supervisee") == "Al"
    assert settled.text(row, "modality") == "in-person"
    assert settled.unread() == ("Service date", "Client")


def test_an_answer_that_names_nothing_is_refused(tmp_path: Path) -> None:
    sheet = table(tmp_path, "Date\n")
    with pytest.raises(DeclarationError) as error:
        open_questions(sheet, HOURS, Answers(columns={"Dat": "day", "Date": "client"}))
    codes = [problem.code for problem in error.value.problems]
    assert codes == ["unknown_heading", "unknown_field"]


def test_which_sheet_a_file_is_shows_in_its_headings(tmp_path: Path) -> None:
    hours = table(tmp_path, "Date,Name,Site,Type,Hours,Mode,Supervisor\n")
    assert likely_sheet(hours, Answers()) is Sheet.HOURS
    sessions = table(tmp_path, "Date,Start,End,Site,Supervisor,Attendees,Status,Medium\n")
    assert likely_sheet(sessions, Answers()) is Sheet.SESSIONS


def test_no_cell_we_write_is_run_as_a_formula(tmp_path: Path) -> None:
    path = tmp_path / "refused.csv"
    write_table(path, [["=1+1", "+1", "-1", "@x", "fine", "a=b"]])
    assert path.read_text(encoding="utf-8-sig") == "'=1+1,'+1,'-1,'@x,fine,a=b\n"
