"""`progress`: how far somebody is, from the store and from a file; and who may see it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.acceptance.hours_case import write_case
from tests.support.clinic import run
from witnessmark.application.acts import Act
from witnessmark.application.progressing import Wanted, see_progress
from witnessmark.bootstrap import open_installation
from witnessmark.domain.actors import OPERATOR, Action, Actor, Role
from witnessmark.domain.ids import ClinicId, PersonId
from witnessmark.errors import NotAllowedError, UnknownRecordError
from witnessmark.manifest.load import load_manifest
from witnessmark.shipped import shipped

ON = ("--on", "2026-11-24")


def test_it_says_how_far_and_when_with_the_method(tmp_path: Path) -> None:
    case = write_case(tmp_path, weeks=37)
    said = run(
        "progress",
        "robin",
        "--case",
        str(case),
        "--unreviewed",
        *ON,
        *("--home", str(tmp_path / "store")),
        "--if",
        "direct=25 h,couple-family-therapy=10 h,supervision=2 h,record-keeping=3 h",
    )
    text = " ".join(said.err.replace("unreviewed", "").split())
    assert "592 h of 3,000 h (+74 h)" in text
    assert "not attested 666 h 592 h 74 h" in text
    assert "`witnessmark rules case robin` writes that file" in text
    # 16 h a week count, 4 of them with couples: 2,408 h more take 151 weeks, the last of them
    # from 8 October 2029; the 352 h more with couples take 88
    assert "Finish date: about 2029-10-14." in text
    assert "Last 26 full weeks (since 2026-05-25): 16 h a week count" in text
    assert "Your own pace: what counted in the last 8, 13 and 26 full weeks" in text
    # 67 of the 104 weeks are missing, longer than 40 h a week need for the hours
    assert "every week: all would be met by 2028-03-12, in week 67." in text
    assert "Of each such week's 40 h, 40 h would count." in text
    assert "An evaluation every 12 months is asked for, and none is on record" in text
    assert "Alma Example-Ngata: 1 supervisee of at most 6" in text
    assert {line.split()[0] for line in said.err.splitlines() if line} == {"unreviewed"}


def test_store_and_file_say_the_same(tmp_path: Path) -> None:
    home = ("--home", str(tmp_path / "store"))
    case = write_case(tmp_path, weeks=3)
    assert run("import", str(case), "--yes", *home).code == 0
    words = ("progress", "robin", *ON, *home, "--unreviewed", "--json")
    from_store = run(*words)
    assert from_store.code in {0, 1}, from_store.out
    assert from_store.result == run(*words, "--case", str(case)).result
    (one,) = from_store.result["packs"]
    assert one["progress"]["by_attestation"]["not"]["credited"] == 3 * 960


def test_a_standing_duty_has_no_finish_date(tmp_path: Path) -> None:
    case = write_case(tmp_path, weeks=3, pack="bacb-rbt")
    said = run("progress", "robin", "--case", str(case), *ON)
    assert "No finish date: these rules ask for no total: they are a standing duty." in " ".join(
        said.err.split()
    )


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("robin",), "--unreviewed"),
        (("kim", "--unreviewed"), "kim"),
        (("robin", "--unreviewed", "--if", "yoga=3 h"), "direct"),
    ],
)
def test_what_cannot_be_said_says_why(tmp_path: Path, words: tuple[str, ...], told: str) -> None:
    home = ("--home", str(tmp_path / "store"))
    assert run("import", str(write_case(tmp_path)), "--yes", *home).code == 0
    said = run("progress", *words, *ON, *home)
    assert said.code == 2
    assert told in said.err


def test_hours_that_new_ones_push_out_are_told_for_what_they_are(tmp_path: Path) -> None:
    case = Path(__file__).parents[1] / "rules" / "vectors" / "22-five-years.case.yaml"
    home = ("--home", str(tmp_path / "store"))
    said = run("progress", "se", "--case", str(case), "--on", "2025-03-20", *home)
    # 30 h are of May 2020: five years from then end with April 2025
    text = " ".join(said.err.split())
    assert "30 h more cannot count together with hours of 2025-05-20 or later (BCBA" in text
    assert "drop if" not in text


def test_a_person_sees_their_own_progress_and_nobody_elses_whatever_a_manifest_says(
    tmp_path: Path,
) -> None:
    home = tmp_path / "store"
    assert run("import", str(write_case(tmp_path)), "--yes", "--home", str(home)).code == 0
    robin, wanted = PersonId("robin"), Wanted(date(2026, 3, 16), unreviewed=True)
    shipped_table = load_manifest(shipped("manifest.yaml")).value.permission_table()
    generous = {role: frozenset(Action) for role in Role}
    at = datetime(2026, 3, 16, tzinfo=UTC)
    with (
        open_installation(home) as installation,
        installation.store.look(ClinicId("invented-harbor")) as work,
    ):
        own = Act(Actor(Role.SUPERVISEE, robin), at, shipped_table)
        (mine,) = see_progress(work, robin, wanted, act=own).progress
        assert mine.total.credited == 960
        for actor, table in (
            (Actor(Role.SUPERVISEE, PersonId("alma")), shipped_table),
            (Actor(Role.ADMIN, robin), shipped_table),
            (Actor(Role.ADMIN, PersonId("alma")), generous),
            (Actor(Role.SUPERVISOR, PersonId("alma")), generous),
            (Actor(Role.AUDITOR), generous),
        ):
            with pytest.raises(NotAllowedError):
                see_progress(work, robin, wanted, act=Act(actor, at, table))
        nobody = PersonId("kim")
        with pytest.raises(UnknownRecordError):
            see_progress(work, nobody, wanted, act=Act(OPERATOR, at, shipped_table))
