"""CSV as clinics keep it, against what the store knows: looked at, refused by row, imported."""

from pathlib import Path

from tests.integration.intake.conftest import Intake

from witnessmark.domain.hours import LogState
from witnessmark.surfaces.intake.csv_columns import Answers
from witnessmark.surfaces.intake.csv_dates import DateOrder
from witnessmark.surfaces.intake.preview import Preview, write_refused

HOURS = "Date,Name,Site,Type,Minutes,Mode,Supervisor,Client\n"
SESSIONS = "Date,Start,End,Site,Supervisor,Attendees,Status,Medium\n"


def sheet(intake: Intake, text: str, name: str = "sheet.csv") -> Path:
    path = intake.folder / name
    path.write_text(text, encoding="utf-8")
    return path


def refusals(preview: Preview) -> list[tuple[int, str, str]]:
    return [(one.line, one.column, one.reason) for one in preview.refused]


def test_the_three_bad_rows_of_the_invented_clinic_are_refused_and_the_rest_comes_in(
    intake: Intake,
) -> None:
    intake.take_case()
    sessions = intake.look_at(intake.folder / "sessions.csv")
    assert sessions.counts == {"rows": 13, "accepted": 12, "refused": 1}
    assert refusals(sessions) == [
        (6, "Attendees", "there is no person 'Nobody Example-Unknown' here")
    ]
    hours = intake.look_at(intake.folder / "hours.csv")
    assert hours.counts == {"rows": 14, "accepted": 12, "refused": 2}
    assert refusals(hours) == [
        (8, "Date", "there is no 11/31/2026 in the calendar"),
        (13, "Hours", "1500 minutes: 2026-11-20 has only 1440"),
    ]
    assert hours.unread == ("Remark",)
    intake.take_sheet("sessions.csv")
    intake.take_sheet("hours.csv")
    with intake.store.look(intake.clinic) as work:
        drafts = [log for log in work.logs.all() if log.state is LogState.DRAFT]
        assert {log.supervisee: log.minutes for log in drafts} == {
            "ms": 210 + 60 + 150 + 120,
            "jw": 60 + 180 + 120,
            "ar": 165 + 60 + 90,
            "lc": 150 + 60,
        }


def test_the_refused_file_can_be_mended_and_imported_and_copies_no_unread_column(
    intake: Intake,
) -> None:
    intake.take_case()
    text = HOURS + "11/31/2026,Mira Example-Santos,harbour,Notes,30,Office,ro,Canary-Client\n"
    path = write_refused(intake.look_at(sheet(intake, text)))
    assert path == intake.folder / "sheet.refused.csv"
    refused = path.read_text(encoding="utf-8-sig")
    assert refused == (
        "Line,Column,Reason,Mend,Date,Name,Site,Type,Minutes,Mode,Supervisor\n"
        "2,Date,there is no 11/31/2026 in the calendar,Correct the cell.,11/31/2026,"
        "Mira Example-Santos,harbour,Notes,30,Office,ro\n"
    )
    mended = sheet(intake, refused.replace(",11/31/2026", ",11/20/2026"), "mended.csv")
    assert intake.look_at(mended).counts["accepted"] == 1


def test_every_fault_of_a_row_is_told_at_once(intake: Intake) -> None:
    intake.take_case()
    text = (
        HOURS
        + "soon,Al Example,pier,dreaming,90.5,,ro,\n2026-11-24,ms,harbour,crisis,0,phone,ms,\n"
    )
    assert refusals(intake.look_at(sheet(intake, text))) == [
        (
            2,
            "Date; Name; Site; Type; Mode; Minutes",
            (
                "'soon' is not a date with a four-digit year; there is no person 'Al Example' here;"
                " there is no setting 'pier' here; 'dreaming' is no activity known here: write one"
                " of individual-therapy, couple-family-therapy, child-therapy, group-therapy,"
                " crisis, assessment, observation, supervision, record-keeping, case-management,"
                " client-advocacy, training, other; the cell is empty;"
                " '90.5' is not a whole number of minutes"
            ),
        ),
        (
            3,
            "Minutes; Date; Supervisor",
            "0 minutes is no time; 2026-11-24 has not come yet; nobody supervises themselves",
        ),
    ]


def test_a_list_that_grew_brings_only_what_is_not_logged_yet(intake: Intake) -> None:
    intake.take_case()
    row = "2026-11-17,ms,harbour,individual,50,office,ro,\n"
    first = intake.look_at(sheet(intake, HOURS + row))
    intake.take(first.contents, "first", first.digest)
    grown = intake.look_at(sheet(intake, HOURS + row * 3))
    assert refusals(grown) == [(2, "Date", "already logged")]
    assert [one.line for one in grown.accepted] == [3, 4]
    assert grown.alike == (4,)


def test_a_submitted_week_takes_no_more_rows(intake: Intake) -> None:
    intake.take_case()
    text = (
        HOURS
        + "2026-11-10,jw,harbour,notes,30,office,dl,\n2026-11-02,ms,harbour,notes,30,office,ro,\n"
    )
    assert refusals(intake.look_at(sheet(intake, text))) == [
        (2, "Date", "that week is submitted already"),
        (3, "Date", "that week is attested already"),
    ]


def test_start_and_end_count_what_really_passed_on_the_settings_clock(intake: Intake) -> None:
    intake.take_case()
    head = "Date,Name,Site,Type,Start,End,Mode,Supervisor\n"
    rows = (
        "2026-11-17,tn,eastern,crisis,9:00,9:50,phone,dl\n"
        "2026-11-01,tn,eastern,crisis,0:30,1:30,phone,dl\n"
    )
    preview = intake.look_at(sheet(intake, head + rows))
    assert [entry.minutes for entry in preview.contents.entries] == [50]
    ((line, column, reason),) = refusals(preview)
    assert (line, column) == (3, "Start")
    assert "happened twice in America/New_York" in reason


def test_a_session_is_refused_when_somebody_would_be_in_two_places(intake: Intake) -> None:
    intake.take_case()
    text = SESSIONS + (
        "2026-11-17,16:00,17:00,harbour,ro,ms,held,office\n"
        "2026-11-17,16:30,17:30,harbour,ro,ar,held,office\n"
        "2026-10-01,13:00,15:00,harbour,dl,tn,held,office\n"
    )
    assert refusals(intake.look_at(sheet(intake, text))) == [
        (3, "Start", "ro was in another session at that time (line 2)"),
        (4, "Start", "dl was in another session at that time"),
    ]


def test_who_attended_for_how_long_is_read_from_one_cell(intake: Intake) -> None:
    intake.take_case()
    head = "Date,Start,Minutes,Site,Supervisor,Attendees,Status,Medium,Topics\n"
    text = head + (
        '17/11/2026,16:00,90,harbour,ro,"Example-Santos, Mira (30 min); ar",held,zoom,canary\n'
        '18/11/2026,16:00,60,harbour,ro,"Mira Example-Santos, ar",no show,zoom,x\n'
    )
    preview = intake.look_at(sheet(intake, text), Answers(date_order=DateOrder.DAY_FIRST))
    first, second = preview.contents.sessions
    assert [(one.person, one.minutes) for one in first.attended] == [("ms", 30), ("ar", 90)]
    assert [(one.person, one.minutes) for one in second.attended] == [("ms", 0), ("ar", 0)]
    assert preview.unread == ("Topics",)
    assert first.said.topics == ()
