"""Edges of supervision: who led, who was there, what stands beside a session, what is short."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.unit.rules.builders import (
    ALMA,
    BEA,
    COVE,
    agreement,
    candidacy,
    licence,
    lived,
    met,
    person,
    work,
)
from tests.unit.rules.packs import buckets, credited, found, judge, pack_of, the
from witnessmark.domain.people import LicenceStatus
from witnessmark.domain.sessions import Medium, Session, SessionStatus

UNITS = """
- {id: units, rule: units_per_window, scope: setting, window: week,
   on_shortfall: cap_to_supported, unit: {individual: 60 min, triadic: 60 min, group: 120 min},
   shortest: {individual: 60 min, triadic: 60 min, group: 60 min},
   base: 1, work: {category: direct}, each_unit_supports: 10 h, most: 2}
- {id: group, rule: group_size, supervision: group, at_most: 8}
- {id: supervisor, rule: supervisor_qualified_at, licences: [lmft]}
- {id: agreed, rule: agreement_in_force}
"""
PACK = pack_of(UNITS)
MONDAY, TUESDAY = "2026-02-02", "2026-02-03"


@pytest.mark.parametrize(
    ("sessions", "expected"),
    [
        # D 10 h = 600 in all of these.
        ([met(TUESDAY)], (660, 0, 0, 0)),
        ([met(TUESDAY, together=2)], (660, 0, 0, 0)),  # triadic is a unit
        ([met(TUESDAY, together=3)], (0, 0, 0, 660)),  # an hour of group is half of one
        ([met(TUESDAY, together=8, minutes=120)], (720, 0, 0, 0)),
        ([met(TUESDAY, together=9, minutes=120)], (0, 0, 0, 720)),  # too many
        ([met(TUESDAY, minutes=59)], (0, 0, 0, 659)),  # too short for a unit
        ([met(TUESDAY, minutes=30), met(TUESDAY, minutes=30, clock="15:00")], (0, 0, 0, 660)),
        ([met(TUESDAY, there=0)], (0, 0, 0, 600)),  # expected, and absent
        ([met(TUESDAY, minutes=90, there=60)], (660, 0, 0, 0)),  # came late
        ([met(TUESDAY, minutes=90, there=59)], (0, 0, 0, 659)),  # came later
        ([met(TUESDAY, status=SessionStatus.CANCELLED)], (0, 0, 0, 600)),
        ([met(TUESDAY, status=SessionStatus.PLANNED)], (0, 0, 0, 600)),
        ([met(TUESDAY, at=COVE)], (60, 0, 0, 600)),  # a unit of another setting
        ([met("2026-02-09")], (60, 0, 0, 600)),  # a week later
        ([met("2026-02-01")], (60, 0, 0, 600)),  # the day before
    ],
)
def test_what_makes_a_unit_for_ten_hours(
    sessions: list[Session], expected: tuple[int, int, int, int]
) -> None:
    case = lived([work(MONDAY, hours=10)], sessions)
    assert buckets(judge(case, PACK)) == expected


def test_who_came_to_a_group_and_left_at_once_does_not_make_it_larger() -> None:
    # Eight for two hours; the ninth was expected, and absent.
    session = met(TUESDAY, together=9, minutes=120)
    attended = (*session.attended[:-1], replace(session.attended[-1], minutes=0))
    case = lived([work(MONDAY, hours=10)], [replace(session, attended=attended)])
    assert buckets(judge(case, PACK)) == (720, 0, 0, 0)


@pytest.mark.parametrize(
    ("minutes", "logged", "held"),
    [(60, 60, 0), (45, 60, 0), (90, 90, 30)],  # what no session covers stands, and waits
)
def test_an_entry_of_supervision_is_its_session_logged_twice(
    minutes: int, logged: int, held: int
) -> None:
    entry = work(TUESDAY, minutes=minutes, activity="supervision")
    judged = judge(lived([entry], [met(TUESDAY)]), PACK)
    assert (judged.total.logged, judged.total.held) == (logged, held)
    assert credited(judged)["supervision"] == 60


def test_supervision_that_is_only_logged_supports_nothing() -> None:
    entries = [work(MONDAY, hours=5), work(TUESDAY, activity="supervision")]
    judged = judge(lived(entries), PACK)
    assert buckets(judged) == (0, 60, 0, 300)
    assert set(found(judged)) == {"no_session", "units_missing"}


LAPSED = licence(
    history=[("2010-01-01", LicenceStatus.LICENSED), ("2026-02-04", LicenceStatus.SUSPENDED)]
)


@pytest.mark.parametrize(
    ("led_by", "day", "expected"),
    [
        ([BEA], "2026-02-03", (360, 0, 0, 0)),  # the last good day
        ([BEA], "2026-02-04", (0, 0, 0, 360)),
        ([ALMA, BEA], "2026-02-04", (360, 0, 0, 0)),  # one of two is enough
    ],
)
def test_of_two_supervisors_one_lapses(
    led_by: list[str], day: str, expected: tuple[int, int, int, int]
) -> None:
    case = lived([work(MONDAY, hours=5)], [met(day, led_by=led_by)], people=[person(BEA, LAPSED)])
    assert buckets(judge(case, PACK)) == expected


def test_hours_name_their_own_supervisor_and_fall_by_her_licence_alone() -> None:
    # Alma's unit carries Bea's hours of Monday; those of Wednesday are nobody's.
    case = lived(
        [work(MONDAY, hours=5, under=BEA), work("2026-02-04", hours=5, under=BEA)],
        [met(TUESDAY)],
        people=[person(BEA, LAPSED)],
    )
    assert buckets(judge(case, PACK)) == (360, 0, 0, 300)


def test_void_work_asks_for_no_second_unit() -> None:
    # 15 h, of which 6 are Bea's after her licence: 9 h need one unit.
    case = lived(
        [work(MONDAY, hours=9), work("2026-02-04", hours=6, under=BEA)],
        [met(TUESDAY)],
        people=[person(BEA, LAPSED)],
    )
    judged = judge(case, PACK)
    assert buckets(judged) == (600, 0, 0, 360)
    assert "units_short" not in found(judged)


@pytest.mark.parametrize(
    ("known", "expected", "code"),
    [
        ([], (0, 360, 0, 0), "agreement_missing"),
        ([agreement(at=COVE)], (0, 360, 0, 0), "agreement_missing"),
        ([agreement(supervisor=BEA)], (0, 360, 0, 0), "agreement_missing"),
        ([agreement("2026-02-04")], (0, 0, 0, 360), "agreement_not_in_force"),
        ([agreement(ends="2026-02-01")], (0, 0, 0, 360), "agreement_not_in_force"),
        ([agreement(signed_on="2026-02-04")], (0, 0, 0, 360), "agreement_not_in_force"),
    ],
)
def test_what_is_not_known_waits_and_what_is_known_to_be_bad_falls(
    known: list[object], expected: tuple[int, int, int, int], code: str
) -> None:
    case = lived([work(MONDAY, hours=5)], [met(TUESDAY)], agreements=known)  # type: ignore[arg-type]
    judged = judge(case, PACK)
    assert buckets(judged) == expected
    assert code in found(judged)


def test_an_unknown_supervisor_waits_for_the_licence_to_be_recorded() -> None:
    case = lived([work(MONDAY, hours=5)], [met(TUESDAY)], people=[person(ALMA)])
    judged = judge(case, PACK)
    assert buckets(judged) == (0, 360, 0, 0)
    assert "supervisor_licence_unknown" in found(judged)


def test_a_week_that_is_not_over_waits_and_says_until_when() -> None:
    judged = judge(lived([work(MONDAY, hours=5)]), PACK, "2026-02-04")
    assert buckets(judged) == (0, 300, 0, 0)
    assert str(the(judged, "units_missing").by_when) == "2026-02-08"


@pytest.mark.parametrize(("on", "void"), [("2026-02-08", 0), ("2026-02-09", 300)])
def test_a_week_is_over_on_the_day_after_it(on: str, void: int) -> None:
    assert judge(lived([work(MONDAY, hours=5)]), PACK, on).total.void == void


SHARE = """
- {id: half, rule: share_per_window, window: month, on_shortfall: max_compliant_subset,
   hours: {supervision: group}, of: {category: supervision}, at_most: 50%}
- {id: twentieth, rule: percent_per_window, window: month, on_shortfall: max_compliant_subset,
   supervision: {category: supervision}, at_least: 5%}
"""


@pytest.mark.parametrize(
    ("alone", "together", "worked", "credit", "supervision"),
    [
        (150, 150, 5700, 6000, 300),  # I 2.5 + G 2.5 = 5 % of 100 h
        (150, 210, 6840, 6000, 300),  # vector 20
        (150, 151, 5700, 6000, 300),  # a minute of group too many
        (1, 0, 19, 20, 1),
        (1, 0, 20, 20, 1),  # 1/21 is less than 5 %
        (0, 60, 600, 0, 0),  # group alone supports nothing
    ],
)
def test_the_largest_part_of_a_month_that_keeps_both_rules(
    alone: int, together: int, worked: int, credit: int, supervision: int
) -> None:
    days = [work(f"2026-02-{1 + n:02}", minutes=worked // 20) for n in range(20) if worked >= 20]
    rest = worked - 20 * (worked // 20)
    days += [work("2026-02-25", minutes=rest)] if rest else []
    sessions = [met(TUESDAY, minutes=alone)] if alone else []
    sessions += [met("2026-02-05", minutes=together, together=3)] if together else []
    judged = judge(lived(days, sessions), pack_of(SHARE))
    assert judged.total.credited == credit
    assert credited(judged)["supervision"] == supervision


CONTACTS = """
- {id: contacts, rule: contact_count, window: month, at_least: 2, real_time: true,
   min_minutes: 15 min}
- {id: seen, rule: observation_required, window: month, at_least: 1, minutes: 30 min}
"""


@pytest.mark.parametrize(
    ("sessions", "codes"),
    [
        ([met("2026-02-03", observed=30), met("2026-02-28")], []),
        ([met("2026-02-03", observed=30), met("2026-03-01")], ["contacts_short"]),
        ([met("2026-02-03", observed=30), met("2026-02-04", real_time=False)], ["contacts_short"]),
        ([met("2026-02-03", observed=30), met("2026-02-04", minutes=14)], ["contacts_short"]),
        ([met("2026-02-03", observed=29), met("2026-02-04")], ["observation_missing"]),
        ([met("2026-02-03", observed=15), met("2026-02-04", observed=15)], []),
        # A recording may be watched, and is no contact.
        (
            [met("2026-02-03"), met("2026-02-04"), met("2026-02-05", real_time=False, observed=30)],
            [],
        ),
    ],
)
def test_contacts_and_observations_of_a_month(sessions: list[Session], codes: list[str]) -> None:
    judged = judge(lived([work(MONDAY)], sessions), pack_of(CONTACTS), "2026-03-01")
    assert [one.code for one in judged.findings if str(one.period.first) == "2026-02-01"] == codes


FLORIDA = """
- {id: turns, rule: alternation, after: individual, supervision: group, minutes: 60 min}
"""


@pytest.mark.parametrize(
    ("order", "void"),
    [
        ("GI", 0), ("IG", 0), ("GG", 60), ("GGI", 60), ("IGI", 0), ("GIG", 0), ("GIGG", 60),
        ("IIGG", 60), ("GGG", 120), ("GIGIGI", 0),
    ],
)  # fmt: skip
def test_an_hour_alone_makes_room_for_one_hour_of_group(order: str, void: int) -> None:
    sessions = [
        met(f"2026-02-{2 + number:02}", together=3 if each == "G" else 1)
        for number, each in enumerate(order)
    ]
    assert judge(lived([], sessions), pack_of(FLORIDA)).total.void == void


@pytest.mark.parametrize(("first", "void"), [("09:00", 0), ("15:00", 60)])
def test_two_meetings_of_a_day_stand_in_the_order_of_the_clock(first: str, void: int) -> None:
    sessions = [
        met("2026-02-02", together=3),
        met("2026-02-03", clock=first),
        met("2026-02-03", together=3, clock="12:00"),
    ]
    assert judge(lived([], sessions), pack_of(FLORIDA)).total.void == void


CAPS = """
- {id: other, rule: category_cap, hours: {category: [other, supervision]}, at_most: 3 h}
- {id: nest, rule: nested_cap, hours: {before: degree}, at_most: 5 h,
   inner: {before: degree, category: direct}, inner_at_most: 4 h}
"""


@pytest.mark.parametrize(
    ("direct", "other", "degree", "expected"),
    [
        (4, 1, "2026-03-01", (300, 0, 0, 0)),
        (5, 0, "2026-03-01", (240, 0, 60, 0)),  # the inner cap
        (4, 2, "2026-03-01", (300, 0, 60, 0)),  # the outer one
        (9, 3, "2026-02-02", (720, 0, 0, 0)),  # all of it on the day of the degree: after
        (9, 4, "2026-02-02", (720, 0, 60, 0)),  # the cap of the category
    ],
)
def test_a_cap_in_a_cap(
    direct: int, other: int, degree: str, expected: tuple[int, int, int, int]
) -> None:
    entries = [work(MONDAY, hours=direct)]
    entries += [work(TUESDAY, hours=other, activity="record-keeping")] if other else []
    case = lived(entries, candidacies=[candidacy(degree=degree)])
    assert buckets(judge(case, pack_of(CAPS))) == expected


def test_only_the_video_of_a_session_makes_it_video() -> None:
    rules = pack_of(
        "[{id: video, rule: share_per_window, window: month, on_shortfall: max_compliant_subset,"
        " hours: {category: supervision, medium: video}, of: {category: supervision},"
        " at_most: 50%}]"
    )
    sessions = [met(TUESDAY), met("2026-02-04", minutes=90, medium=Medium.VIDEO)]
    assert buckets(judge(lived([], sessions), rules)) == (120, 0, 0, 30)
