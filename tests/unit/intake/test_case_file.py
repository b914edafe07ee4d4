"""A case file's shape and names: everything wrong is told at once, each with its line."""

from pathlib import Path

import pytest

from witnessmark.errors import DeclarationError
from witnessmark.shipped import shipped
from witnessmark.surfaces.intake.case_file import CaseFile, case_file_schema
from witnessmark.surfaces.intake.case_reading import read_case_file
from witnessmark.surfaces.intake.case_words import npi_is_valid

PEOPLE_AND_SETTINGS = """\
case_file: 1
clinic: {id: quay, name: Quay (invented), time_zone: America/Los_Angeles}
people:
  - {id: sv, registered_name: Petra Example-Lund}
  - {id: se, registered_name: Noa Example-Reyes}
settings:
  - {id: quay, name: Quay Street, time_zone: America/Los_Angeles, week_start: monday}
"""


def told(tmp_path: Path, more: str, before: str = PEOPLE_AND_SETTINGS) -> list[tuple[str, int]]:
    path = tmp_path / "case.yaml"
    path.write_text(before + more, encoding="utf-8")
    with pytest.raises(DeclarationError) as error:
        read_case_file(path)
    assert all(problem.file == str(path) and problem.mend for problem in error.value.problems)
    codes = [(problem.code, problem.line or 0) for problem in error.value.problems]
    return sorted(codes, key=lambda each: each[1])


def test_every_mistake_of_shape_is_told_with_its_line(tmp_path: Path) -> None:
    more = """\
sessions:
  - {id: s 1, setting: quay, start: 2026-10-06 16:00, end: 5 pm, status: met, led_by: [sv],
     attended: [{person: se, minutes: -1}], medium: video}
entries:
  - {id: e-1, supervisee: se, setting: quay, day: 2026-10-05, minutes: 2.5, activity: training,
     modality: video, supervisor: sv, client: Nobody Example}
leaves:
  - {id: l-1, person: se, first_day: 2026-10-05}
"""
    assert told(tmp_path, more) == [
        ("wrong_value", 9),
        ("wrong_value", 9),
        ("enum", 9),
        ("greater_than_equal", 10),
        ("int_type", 12),
        ("extra_forbidden", 13),
        ("missing", 15),
    ]


def test_every_name_and_time_that_does_not_hold_is_told_with_its_line(tmp_path: Path) -> None:
    more = """\
agreements:
  - {id: a-1, supervisor: se, supervisee: se, setting: quay, starts: 2026-10-05, ends: 2026-10-01}
sessions:
  - {id: s-1, setting: pier, start: 2026-10-06 16:00, end: 2026-10-06 17:00, status: held,
     led_by: [nobody], attended: [{person: se, minutes: 60}], medium: video, group: none}
  - {id: s-1, setting: quay, start: 2026-11-01 01:30, end: 2026-11-01 03:00, status: held,
     led_by: [sv], attended: [{person: se, minutes: 60}], medium: video}
weeks:
  - {supervisee: se, setting: quay, week_of: 2026-10-06, submitted_at: 2026-10-12 08:30,
     recorded_by: se}
attestations:
  - {id: t-1, supervisee: se, setting: quay, week_of: 2026-10-05, supervisor: sv,
     method: recorded-elsewhere, signed_on: 2026-10-13,
     recorded_by: se, recorded_at: 2026-10-13 17:00}
"""
    assert told(tmp_path, more) == [
        ("ends_before_start", 9),
        ("supervises_oneself", 9),
        ("unknown_setting", 11),
        ("unknown_person", 12),
        ("unknown_group", 12),
        ("local_time_unclear", 13),
        ("id_twice", 13),
        ("not_a_week_start", 16),
        ("records_for_oneself", 21),
    ]


def test_a_week_that_starts_on_the_wrong_day_is_told_which_day_it_would_be(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    more = "weeks: [{supervisee: se, setting: quay, week_of: 2026-10-08, "
    more += "submitted_at: 2026-10-12 08:30, recorded_by: se}]\n"
    path.write_text(PEOPLE_AND_SETTINGS + more, encoding="utf-8")
    with pytest.raises(DeclarationError) as error:
        read_case_file(path)
    (problem,) = error.value.problems
    assert problem.message == "2026-10-08 is a Thursday; weeks at Quay Street start on Monday."
    assert problem.mend == "Write 2026-10-05."


def test_a_number_that_is_a_name_is_asked_to_stand_in_quotes(tmp_path: Path) -> None:
    before = PEOPLE_AND_SETTINGS.replace(
        "Noa Example-Reyes}", "Noa Example-Reyes, npi: 1000003016}"
    )
    assert told(tmp_path, "", before) == [("number_without_quotes", 5)]


def test_an_npi_is_believed_only_with_its_check_digit() -> None:
    assert npi_is_valid("1234567893")  # the example of 45 CFR 162.406's algorithm
    assert npi_is_valid("1000001010")
    assert not npi_is_valid("1234567890")
    assert not npi_is_valid("123456789")


def test_the_published_schema_is_the_models() -> None:
    published = shipped("schemas") / "case-file.schema.json"
    assert published.read_text(encoding="utf-8") == case_file_schema()


def test_the_shipped_clinic_says_of_itself_that_it_is_invented() -> None:
    from importlib.resources import as_file, files

    with as_file(files("witnessmark.sandbox") / "files" / "practice.case.yaml") as path:
        read = read_case_file(path)
    assert read.contents.marked == "invented"
    names = [person.registered_name for person in read.contents.people]
    assert len(names) == 7
    assert all("Example-" in name for name in names)
    assert CaseFile.model_fields.keys() >= set(read.contents.counts())


PROVEN = """\
case_file: 1
clinic: {id: quay, name: Quay (invented), time_zone: America/Los_Angeles}
people:
  - {id: one, registered_name: Petra Example-Lund, npi: "1000001010"}
  - id: two
    registered_name: Petra Lund-Example
    npi: "1000001010"
    licences:
      - {type: LCSW, number: INV 17, board: invented-ca, board_name: Invented, jurisdiction: US-CA,
         issued: 2020-01-01, history: [{since: 2020-01-01, status: licensed}]}
      - {type: LCSW, number: INV 18, board: invented-ca, board_name: Invented, jurisdiction: US-CA,
         issued: 2020-01-01, history: [{since: 2020-01-01, status: licensed}]}
  - id: three
    registered_name: Noa Example-Reyes
    licences:
      - {type: LCSW, number: inv17, board: invented-ca, board_name: Invented, jurisdiction: US-CA,
         issued: 2020-01-01, history: [{since: 2020-01-01, status: licensed}]}
      - {type: LCSW, number: INV 18, board: invented-ny, board_name: Invented, jurisdiction: US-NY,
         issued: 2020-01-01, history: [{since: 2020-01-01, status: licensed}]}
"""


def test_nobody_stands_under_two_ids_by_npi_or_by_licence(tmp_path: Path) -> None:
    assert told(tmp_path, "", PROVEN) == [("one_human_twice", 7), ("one_human_twice", 16)]


@pytest.mark.parametrize("text", ["[1, 2]", "only words", "case_file: 1\nclinic: x\n"])
def test_a_wrong_shape_is_told_without_a_programmers_words(tmp_path: Path, text: str) -> None:
    path = tmp_path / "case.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DeclarationError, match="Names with values belong here") as error:
        read_case_file(path)
    assert "instance" not in str(error.value)


WHAT_BOARDS_ASK = """\
candidacies:
  - {id: w-1, person: se, pack: us-ca-amft, reached: [{milestone: degree, on: 2025-05-01},
     {milestone: degree, on: 2025-06-01}]}
  - {id: w-2, person: se, pack: us-ca-amft}
  - {id: w-2, person: nobody, pack: us-ca-asw}
forms:
  - {id: f-1, form: m-fvf, signatures: [{person: sv, on: 2026-10-01, kind: ink}]}
  - {id: f-2, form: m-fvf, supervisee: se, supervisor: none, setting: pier, first_day: 2026-10-05,
     last_day: 2026-10-01, signatures: [{person: other, on: 2026-10-01, kind: typed}]}
sessions:
  - {id: s-1, setting: quay, start: 2026-10-06 16:00, end: 2026-10-06 17:00, status: held,
     led_by: [sv], attended: [{person: se, minutes: 50, observed: 60}], medium: video}
attestations:
  - {id: t-1, supervisee: se, setting: quay, week_of: 2026-10-05, supervisor: sv,
     method: recorded-elsewhere, signed_on: 2026-10-13, recorded_by: sv,
     recorded_at: 2026-10-13 17:00, signed_entries: [
      {id: e-1, supervisee: se, setting: quay, day: 2026-10-12, minutes: 60, activity: training,
       modality: video, supervisor: sv},
      {id: e-1, supervisee: se, setting: quay, day: 2026-10-05, minutes: 60, activity: training,
       modality: video, supervisor: se}]}
"""


def test_what_boards_ask_has_to_hold_together_too(tmp_path: Path) -> None:
    assert told(tmp_path, WHAT_BOARDS_ASK) == [
        ("milestone_twice", 10),
        ("candidacy_twice", 11),
        ("id_twice", 12),
        ("unknown_person", 12),
        ("form_of_nobody", 14),
        ("unknown_person", 15),
        ("unknown_setting", 15),
        ("unknown_person", 16),
        ("ends_before_start", 16),
        ("observed_longer", 19),
        ("signed_entry_elsewhere", 24),
        ("id_twice", 26),
        ("signed_entry_elsewhere", 26),
    ]


def test_words_that_no_board_has_are_told_with_their_line(tmp_path: Path) -> None:
    more = """\
candidacies:
  - {id: w-1, person: se, pack: AMFT, reached: [{milestone: wedding, on: 2025-05-01}]}
forms:
  - {id: f-1, form: m-fvf, supervisee: se, signatures: []}
  - {id: f-2, form: m-fvf, supervisee: se, signatures: [{person: sv, on: 2026-10-01, kind: wax}]}
"""
    assert told(tmp_path, more) == [
        ("string_pattern_mismatch", 9),
        ("enum", 9),
        ("too_short", 11),
        ("enum", 12),
    ]
