"""Edges of the packs that ship: versions, registrations, forms, years, and one log for many."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import TypedDict, Unpack

import pytest

from tests.rules.lives import LEARN, PACKS, SUPERVISE
from tests.unit.rules.builders import (
    ALMA,
    BEA,
    COVE,
    HARBOR,
    ME,
    agreement,
    candidacy,
    course,
    form,
    licence,
    lived,
    met,
    person,
    work,
)
from tests.unit.rules.packs import buckets, found, judge, the
from witnessmark.domain.agreements import Agreement
from witnessmark.domain.forms import Form, SignatureKind
from witnessmark.domain.people import Person
from witnessmark.domain.sessions import Session
from witnessmark.rules.evaluate import evaluate
from witnessmark.rules.experience import Experience, LoggedEntry

SINCE = "2015-01-01"


def _people(registered: str | None = SINCE) -> list[Person]:
    mine = [
        licence(kind, board=board, jurisdiction=place, issued=registered)
        for kind, board, place in LEARN
        if registered
    ]
    hers = [
        licence(kind, board=board, jurisdiction=place, issued="2010-01-01")
        for kind, board, place in SUPERVISE
    ]
    trained = [course("2009-06-01", minutes=2400)]
    trained += [course(f"{year}-06-01", minutes=960) for year in range(2013, 2027, 2)]
    return [
        person(ME, *mine),
        person(ALMA, *hers, training=trained),
        person(BEA, *hers, training=trained),
    ]


class Said(TypedDict, total=False):
    """What a test says otherwise."""

    reached: dict[str, str]
    agreements: list[Agreement]
    forms: list[Form]
    registered: str | None


def life(entries: list[LoggedEntry], sessions: list[Session], **said: Unpack[Said]) -> Experience:
    """Return an experience that every board would take, but for what a test says."""
    days = said.get("reached", {"degree": "2014-06-01"})
    everywhere = [agreement("2015-01-01", at=at, structure="supervised") for at in (HARBOR, COVE)]
    return lived(
        entries,
        sessions,
        people=_people(said.get("registered", SINCE)),
        agreements=said.get("agreements", everywhere),
        forms=said.get("forms", []),
        candidacies=[candidacy(name, **days) for name in PACKS],
    )


def monthly(month: str, signed: str, kind: SignatureKind = SignatureKind.ELECTRONIC) -> Form:
    first = date.fromisoformat(f"{month}-01")
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    signers = ((ALMA, signed, kind), (ME, signed, kind))
    return form("m-fvf", *signers, first_day=str(first), last_day=str(last), at=None)


def fieldwork(hours: int, meetings: int = 4, observed: int = 15) -> Experience:
    """Return a February of so many hours, half an hour of it at each meeting."""
    minutes = 60 * hours - 30 * meetings
    days = [f"2026-02-{2 + number:02}" for number in range(20)]
    entries = [work(day, minutes=minutes // 20, activity="assessment") for day in days]
    sessions = [
        met(f"2026-02-{3 + 3 * number:02}", minutes=30, observed=observed, clock="18:00")
        for number in range(meetings)
    ]
    return life(entries, sessions, forms=[monthly("2026-02", "2026-03-15")])


BACB = PACKS["bacb-trainee"]


@pytest.mark.parametrize(
    ("received", "version"),
    [
        ("2026-12-31", "2022"),
        ("2027-01-01", "2027"),
        ("2020-05-01", "2022"),
        (None, "2022"),  # taken for granted: as of the day of evaluation
    ],
)
def test_the_day_of_application_chooses_the_rules_of_the_bacb(
    received: str | None, version: str
) -> None:
    reached = {"degree": "2014-06-01"} | ({"application_received": received} if received else {})
    case = life([work("2026-02-02")], [], reached=reached)
    assert judge(case, BACB, "2026-06-01").version == version


@pytest.mark.parametrize(
    ("version", "meetings", "observed", "counts"),
    [
        ("2022", 4, 15, True),
        ("2022", 3, 15, False),  # four contacts
        ("2022", 4, 0, False),  # no observation
        ("2027", 2, 30, True),  # two contacts, sixty minutes watched
        ("2027", 2, 29, False),  # fifty-eight
        ("2027", 1, 30, False),
    ],
)
def test_contacts_and_observation_by_both_versions_of_the_bacb(
    version: str, meetings: int, observed: int, *, counts: bool
) -> None:
    # 20 h need 1 h of supervision, by 5 %: two meetings of 30 minutes are enough.
    case = fieldwork(20, meetings, observed)
    judged = evaluate(case, BACB, on=date(2026, 6, 1), version=version)
    assert (judged.total.credited == judged.total.logged) == counts
    assert (judged.total.credited == 0) != counts


@pytest.mark.parametrize(
    ("version", "credited", "overflow"), [("2022", 7800, 600), ("2027", 8400, 0)]
)
def test_a_month_of_the_bacb_holds_more_by_the_version_of_2027(
    version: str, credited: int, overflow: int
) -> None:
    # 140 h with 14 meetings of half an hour, 7 h = 5 %: 130 or 160 h are most.
    days = [f"2026-02-{1 + number:02}" for number in range(28)]
    sessions = [met(day, minutes=30, observed=15, clock="18:00") for day in days[::2]]
    entries = [work(day, minutes=285, activity="assessment") for day in days]
    case = life(entries, sessions, forms=[monthly("2026-02", "2026-03-15")])
    judged = evaluate(case, BACB, on=date(2026, 6, 1), version=version)
    assert (judged.total.credited, judged.total.overflow) == (credited, overflow)


@pytest.mark.parametrize(
    ("forms", "on", "code", "expected"),
    [
        ([monthly("2026-02", "2026-03-31")], "2026-06-01", None, (1200, 0, 0, 0)),
        ([monthly("2026-02", "2026-04-01")], "2026-06-01", "form_late", (0, 0, 0, 1200)),
        ([], "2026-06-01", "form_missing", (0, 1200, 0, 0)),
        ([], "2026-03-31", "form_due", (1200, 0, 0, 0)),
        ([monthly("2026-01", "2026-02-15")], "2026-06-01", "form_missing", (0, 1200, 0, 0)),
    ],
)
def test_the_monthly_form_of_the_bacb(
    forms: list[Form], on: str, code: str | None, expected: tuple[int, int, int, int]
) -> None:
    case = fieldwork(20)
    case = life(list(case.entries), list(case.sessions), forms=forms)
    judged = judge(case, BACB, on)
    assert buckets(judged) == expected
    if code:
        assert the(judged, code).rule == "monthly-form"


AMFT = PACKS["us-ca-amft"]


@pytest.mark.parametrize(
    ("reached", "registered", "code"),
    [
        ({"degree": "2026-01-15"}, "2026-02-02", None),
        # The 90-day rule: 2026-01-15 + 90 days is 2026-04-15.
        (
            {
                "degree": "2026-01-15",
                "registration_received": "2026-04-15",
                "fingerprinted": "2026-02-02",
            },
            "2026-05-01",
            None,
        ),
        (
            {
                "degree": "2026-01-15",
                "registration_received": "2026-04-16",
                "fingerprinted": "2026-02-02",
            },
            "2026-05-01",
            "not_registered",
        ),
        (
            {
                "degree": "2026-01-15",
                "registration_received": "2026-04-15",
                "fingerprinted": "2026-02-04",
            },
            "2026-05-01",
            "not_registered",
        ),
        ({"degree": "2026-02-08"}, None, None),  # a trainee yet
        ({}, None, "registration_unknown"),
    ],
)
def test_the_standing_of_a_supervisee_in_california(
    reached: dict[str, str], registered: str | None, code: str | None
) -> None:
    case = life(
        [work("2026-02-02", hours=5)], [met("2026-02-03")], reached=reached, registered=registered
    )
    judged = judge(case, AMFT, "2026-06-01")
    standing = [one.code for one in judged.findings if one.rule == "registered"]
    assert standing == ([code] if code else [])
    assert (judged.total.credited == 360) == (code is None)


def test_one_log_through_four_boards() -> None:
    # Four weeks of February: D 9 and an hour with two supervisees; D 6 and no meeting in the fifth.
    weeks = [date(2026, 2, 2) + timedelta(days=7 * number) for number in range(4)]
    entries = [work(str(week), hours=9) for week in weeks] + [work("2026-03-02", hours=6)]
    sessions = [met(str(week + timedelta(days=1)), together=2, observed=30) for week in weeks]
    case = life(entries, sessions, forms=[monthly("2026-02", "2026-03-15")])
    read = {
        name: buckets(judge(case, PACKS[name], "2026-03-20"))
        for name in ("us-ca-amft", "us-tx-lpc-associate", "us-fl-rmhci", "bacb-trainee")
    }
    assert read == {
        # 4 x (9 + 1) h; the week of March has no unit.
        "us-ca-amft": (2400, 0, 0, 360),
        # February has 4 h; March runs and has none yet.
        "us-tx-lpc-associate": (2400, 360, 0, 0),
        # Two weeks each: 18 D and 2 h; the third pair, from March on, ran out on the fifteenth.
        "us-fl-rmhci": (2400, 0, 0, 360),
        # Two are a group, so nothing of February; March runs, and has no contact yet.
        "bacb-trainee": (0, 360, 0, 2400),
    }


def test_voluntary_consultation_counts_toward_nothing() -> None:
    case = life([work("2026-02-02", hours=5)], [met("2026-02-03")])
    assert judge(case, PACKS["voluntary-consultation"]).total.credited == 0


@pytest.mark.parametrize(
    ("minutes", "contacts"), [([45], 1), ([44], 0), ([90], 2), ([45, 45], 2), ([60], 1)]
)
def test_new_york_counts_contacts_of_forty_five_minutes(minutes: list[int], contacts: int) -> None:
    entries = [work("2026-02-02", minutes=each) for each in minutes]
    judged = judge(life(entries, []), PACKS["us-ny-lcsw"])
    assert judged.equivalents["contact-hours"] == Fraction(contacts)


def _illinois(weeks: int, hours: int) -> list[LoggedEntry]:
    first = date(2025, 1, 6)
    return [
        work(str(first + timedelta(days=7 * week + day)), minutes=12 * hours)
        for week in range(weeks)
        for day in range(5)
    ]


@pytest.mark.parametrize(
    ("weeks", "hours", "on", "expected"),
    [
        (48, 35, "2026-01-06", (100_800, 0, 0, 0)),  # 48 x 35 = 1,680 h
        (48, 36, "2026-01-06", (100_800, 0, 2_880, 0)),  # 1,728 h, 48 beyond
        (47, 35, "2026-01-06", (0, 98_700, 0, 0)),  # a week too few
        (47, 35, "2026-01-05", (98_700, 0, 0, 0)),  # the year is not over
    ],
)
def test_a_year_of_illinois(
    weeks: int, hours: int, on: str, expected: tuple[int, int, int, int]
) -> None:
    pack = PACKS["us-il-lcpc"]
    only = {"category_map", "container"}
    years = pack.model_copy(update={"rules": tuple(r for r in pack.rules if r.rule in only)})
    assert buckets(judge(life(_illinois(weeks, hours), []), years, on)) == expected


def test_a_month_short_in_texas_is_told_and_so_is_a_third_supervisor() -> None:
    meetings = [met(f"2026-02-{day}", minutes=60) for day in ("03", "10", "17")]
    judged = judge(life([work("2026-02-02")], meetings), PACKS["us-tx-lpc-associate"], "2026-03-01")
    assert buckets(judged) == (0, 0, 0, 240)
    assert "hours_short" in found(judged)


@pytest.mark.parametrize(
    ("signed", "late"), [("2026-04-03", False), ("2026-04-04", True), ("2026-01-01", False)]
)
def test_sixty_days_from_the_first_supervised_day_are_counted_to_the_day(
    signed: str, *, late: bool
) -> None:
    # 2026-02-02 + 60 days: 26 in February, 31 in March, 3 in April.
    case = life(
        [work("2026-02-02", hours=5)],
        [met("2026-02-03")],
        agreements=[agreement("2026-02-02", signed_on=signed)],
    )
    judged = judge(case, AMFT, "2026-06-01")
    assert ("agreement_late" in found(judged)) == late
    assert judged.total.credited == 360


def test_six_supervisees_are_not_too_many_and_seven_are() -> None:
    def told(others: int) -> bool:
        agreements = [agreement("2015-01-01")] + [
            agreement("2015-01-01", supervisee=f"other-{number}") for number in range(others)
        ]
        case = life([work("2026-02-02", hours=5)], [met("2026-02-03")], agreements=agreements)
        judged = judge(case, AMFT, "2026-06-01")
        assert judged.total.credited == 360
        return "supervisor_load" in found(judged)

    assert [told(5), told(6)] == [False, True]
