"""What the shipped packs count, on small invented experiences; all numbers were worked by hand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache

import pytest

from tests.unit.rules.builders import (
    ALMA,
    BEA,
    ME,
    agreement,
    buckets,
    candidacy,
    course,
    credited,
    form,
    found,
    judge,
    licence,
    lived,
    met,
    person,
    the,
    work,
)
from witnessmark.application.rule_packs import pack_named
from witnessmark.domain.consultations import Consultation
from witnessmark.domain.ids import ConsultationId
from witnessmark.domain.sessions import Medium, Session
from witnessmark.rules.evaluate import evaluate
from witnessmark.rules.experience import Experience, LoggedEntry
from witnessmark.rules.findings import Evaluation

shipped_pack = cache(pack_named)
ME_REGISTERED = person(
    ME,
    licence("AMFT", issued="2025-01-01"),
    licence("ASW", issued="2025-01-01"),
    licence("APCC", issued="2025-01-01"),
)
ALMA_LCSW = person(ALMA, licence("LCSW"), training=[course("2025-01-01")])
BCBA = person(
    ALMA,
    licence("BCBA", board="bacb-bcba", jurisdiction="US"),
    training=[course("2020-01-01", minutes=480)],
)


def in_california(
    hours: Iterable[LoggedEntry],
    sessions: Iterable[Session],
    *,
    pack: str,
    degree: str = "2024-06-01",
    signed_on: str = "2025-06-01",
) -> Evaluation:
    case = lived(
        hours,
        sessions,
        people=[ME_REGISTERED, ALMA_LCSW],
        agreements=[agreement("2025-06-01", signed_on=signed_on)],
        candidacies=[candidacy(pack, degree=degree)],
    )
    return judge(case, shipped_pack(pack))


@pytest.mark.parametrize("pack", ["us-ca-amft", "us-ca-asw", "us-ca-apcc"])
@pytest.mark.parametrize(
    ("direct", "individual", "group", "credit"),
    [
        (10, 1, 0, {"direct": 600, "supervision": 60}),
        (11, 1, 0, {"direct": 600, "supervision": 60}),
        (11, 2, 0, {"direct": 660, "supervision": 120}),
        (11, 1, 2, {"direct": 660, "supervision": 180}),
        (11, 0, 4, {"direct": 660, "supervision": 240}),
        (8, 0, 0, {"direct": 0}),
        (8, 5, 2, {"direct": 480, "supervision": 360}),
    ],
)
def test_in_california_a_week_counts_by_its_units(
    pack: str, direct: int, individual: int, group: int, credit: dict[str, int]
) -> None:
    hours = [work("2026-03-09", hours=5), work("2026-03-10", hours=direct - 5)]
    sessions = [met("2026-03-11", minutes=individual * 60)] if individual else []
    sessions += [met("2026-03-12", minutes=group * 60, together=3)] if group else []
    assert credited(in_california(hours, sessions, pack=pack)) == credit


def test_of_41_hours_in_seven_days_the_other_experience_goes_first() -> None:
    hours = [work(f"2026-03-{day:02}", hours=6) for day in range(9, 13)]
    hours += [work(f"2026-03-{day:02}", hours=7, activity="record-keeping") for day in (13, 14)]
    judged = in_california(hours, [met("2026-03-10", minutes=180)], pack="us-ca-asw")
    assert credited(judged) == {"direct": 24 * 60, "other": 13 * 60, "supervision": 180}
    assert buckets(judged)[2] == 60


def test_trainees_of_california_are_held_to_one_unit_for_five_hours_on_the_average() -> None:
    hours = [work("2026-03-09", hours=7), work("2026-03-16", hours=4), work("2026-03-23", hours=2)]
    sessions = [met("2026-03-10"), met("2026-03-17", minutes=120)]
    judged = in_california(hours, sessions, pack="us-ca-amft", degree="2026-05-01")
    assert credited(judged) == {"direct": 11 * 60, "supervision": 180}
    assert the(judged, "ratio_short").minutes == 120


def test_toward_the_lcsw_hours_count_from_the_degree_on_if_the_board_had_the_application() -> None:
    case = lived(
        [work("2026-04-27", hours=5), work("2026-05-04", hours=5)],
        [met("2026-04-27"), met("2026-05-04")],
        people=[person(ME, licence("ASW", issued="2026-06-01")), ALMA_LCSW],
        agreements=[agreement("2026-01-01")],
        candidacies=[
            candidacy(
                "us-ca-asw",
                degree="2026-05-01",
                fingerprinted="2026-01-01",
                registration_received="2026-05-02",
            )
        ],
    )
    assert buckets(judge(case, shipped_pack("us-ca-asw"))) == (360, 0, 0, 360)


@pytest.mark.parametrize(("signed_on", "late"), [("2026-03-06", False), ("2026-03-07", True)])
def test_the_agreement_of_california_is_late_on_day_61_and_only_told(
    signed_on: str, *, late: bool
) -> None:
    judged = in_california(
        [work("2026-01-05", hours=8)], [met("2026-01-05")], pack="us-ca-asw", signed_on=signed_on
    )
    assert ("agreement_late" in found(judged), judged.total.credited) == (late, 9 * 60)


def in_texas(hours: Iterable[LoggedEntry], sessions: Iterable[Session]) -> Experience:
    supervisor = licence("LPC-S", jurisdiction="US-TX", board="us-tx-bhec-lpc-s")
    associate = licence("LPC Associate", jurisdiction="US-TX", board="us-tx-bhec-lpc-associate")
    return lived(
        hours,
        sessions,
        people=[person(ME, associate), person(ALMA, supervisor), person(BEA, supervisor)],
        agreements=[
            agreement("2026-01-01", ends="2026-04-15"),
            agreement("2026-04-18", supervisor=BEA),
        ],
    )


def test_texas_wants_four_hours_a_month_from_both_supervisors_together() -> None:
    hours = [work("2026-04-13", hours=4), work("2026-04-16", hours=3, under=BEA)]
    hours += [work("2026-04-20", hours=4, under=BEA), work("2026-05-04", hours=4, under=BEA)]
    sessions = [
        met("2026-04-02", minutes=120),
        met("2026-04-21", minutes=120, led_by=[BEA]),
        met("2026-05-05", minutes=239, led_by=[BEA]),
    ]
    judged = judge(in_texas(hours, sessions), shipped_pack("us-tx-lpc-associate"), "2026-06-01")
    assert credited(judged) == {"direct": 8 * 60, "supervision": 240}
    assert the(judged, "agreement_not_in_force").minutes == 3 * 60
    assert the(judged, "hours_short").minutes == 4 * 60 + 239


def test_texas_wants_the_documentation_within_30_days_of_the_end() -> None:
    case = in_texas([work("2026-04-13")], [met("2026-04-02", minutes=240)])
    judged = judge(case, shipped_pack("us-tx-lpc-associate"), "2026-05-01")
    assert the(judged, "form_due").by_when == date(2026, 5, 15)


def fieldwork(
    *, signed_on: str = "2026-07-31", structure: str = "supervised", group: int = 105
) -> Experience:
    """Return June 2026: 114 h alone, 2.5 h individually, and two groups."""
    sessions = [met("2026-06-02", minutes=75, observed=60), met("2026-06-09", minutes=75)]
    sessions += [met(f"2026-06-{day}", minutes=group, together=2) for day in (16, 23)]
    return lived(
        [work(f"2026-06-{day:02}", hours=6, activity="assessment") for day in range(1, 20)],
        sessions,
        people=[BCBA],
        agreements=[agreement("2026-01-01", structure=structure)],
        forms=[form("m-fvf", (ALMA, signed_on), first_day="2026-06-01", last_day="2026-06-30")],
        candidacies=[candidacy("bacb-trainee", application_received="2026-11-01")],
    )


def test_a_bacb_month_with_too_much_group_keeps_its_largest_part_that_complies() -> None:
    judged = judge(fieldwork(), shipped_pack("bacb-trainee"))
    assert credited(judged) == {"unrestricted": 95 * 60, "supervision": 5 * 60}
    assert judged.equivalents == {"fieldwork": 100}


def test_a_bacb_month_signed_for_in_august_counts_nothing() -> None:
    judged = judge(fieldwork(signed_on="2026-08-01"), shipped_pack("bacb-trainee"))
    assert (judged.total.credited, found(judged)) == (0, ["form_late"])


def test_a_concentrated_bacb_month_is_judged_by_the_day_of_application() -> None:
    case, pack = fieldwork(structure="concentrated", group=75), shipped_pack("bacb-trainee")
    before = judge(case, pack)
    after = evaluate(case, pack, on=date(2026, 11, 24), version="2027")
    assert (before.version, found(before)) == ("2022", ["contacts_short"])
    assert (after.version, found(after)) == ("2027", ["observation_missing"])


def test_an_rbt_is_told_of_a_short_month_and_loses_nothing() -> None:
    case = lived(
        [work(f"2026-06-{day:02}", hours=5) for day in range(1, 21)],
        [met("2026-06-02", minutes=150, together=2, observed=10), met("2026-06-09", minutes=149)],
        people=[BCBA],
    )
    judged = judge(case, shipped_pack("bacb-rbt"))
    assert (buckets(judged), found(judged)) == ((6299, 0, 0, 0), ["percent_short"])


def test_florida_supports_fifteen_hours_with_each_hour_and_lets_groups_alternate() -> None:
    intern = licence("RMHCI", jurisdiction="US-FL", board="us-fl-doh-rmhci")
    counselor = licence("LMHC", jurisdiction="US-FL", board="us-fl-doh-lmhc")
    case = lived(
        [work(f"2026-03-{day:02}", hours=8) for day in (9, 10, 16, 17)]
        + [work("2026-03-23", hours=3)],
        [
            met("2026-03-09", together=3),
            met("2026-03-11", together=3),
            met("2026-03-18", together=2),
        ],
        people=[person(ME, intern), person(ALMA, counselor)],
        forms=[form("supervisor-letter", (ALMA, "2026-03-01"))],
    )
    judged = judge(case, shipped_pack("us-fl-rmhci"))
    assert found(judged) == ["ratio_short", "not_alternating", "hours_short"]
    assert credited(judged) == {"direct": 30 * 60, "supervision": 120}
    assert (the(judged, "ratio_short").minutes, the(judged, "hours_short").minutes) == (120, 180)


def test_new_york_counts_contacts_of_45_minutes_and_nothing_else() -> None:
    case = lived(
        [work("2026-03-09", minutes=minutes) for minutes in (45, 44, 60, 90)]
        + [work("2026-03-09", hours=3, activity="record-keeping")],
        [met("2026-03-10"), met("2026-03-11", medium=Medium.VIDEO)],
        people=[person(ALMA, licence("LCSW", jurisdiction="US-NY", board="us-ny-op-lcsw"))],
    )
    judged = judge(case, shipped_pack("us-ny-lcsw"))
    done = {one.rule: int(one.done) for one in judged.requirements}
    assert (done["total"], done["supervision"], found(judged)) == (4, 60, ["not_counted"])


def test_a_year_of_illinois_is_1680_hours_at_most() -> None:
    counselor = licence("LCPC", jurisdiction="US-IL", board="us-il-idfpr-lcpc")
    days = [date(2025, 1, 6).toordinal() + 7 * week for week in range(50)]
    case = lived(
        [work(str(date.fromordinal(day + one)), hours=9) for day in days for one in range(4)],
        [met(str(date.fromordinal(day))) for day in days],
        people=[person(ALMA, counselor)],
    )
    judged = judge(case, shipped_pack("us-il-lcpc"))
    assert (buckets(judged), found(judged)) == ((1680 * 60, 0, 170 * 60, 0), ["over_maximum"])


def test_voluntary_consultation_is_shown_by_month_and_counts_toward_nothing() -> None:
    meetings = [
        Consultation(ConsultationId(day), date.fromisoformat(day), 90, (ME, BEA))
        for day in ("2026-05-04", "2026-06-01", "2026-06-15")
    ]
    case = lived(consultations=meetings)
    judged = judge(case, shipped_pack("voluntary-consultation"))
    shown = {str(one.period.first): one.tally.logged for one in judged.windows}
    assert shown == {"2026-05-01": 90, "2026-06-01": 180}
    assert (judged.total.credited, judged.requirements) == (0, ())
    assert the(judged, "over_cap").happened == (
        "So far there are 4 h 30 min of consultation hours; none of them count here."
    )
    others = judge(case, shipped_pack("us-ny-lcsw"))
    assert others.total.logged == 0
