"""So much supervision for so much work: in each window or on average, with floor and ceiling."""

from __future__ import annotations

import pytest

from tests.unit.rules.builders import (
    ALMA,
    BEA,
    COVE,
    HARBOR,
    agreement,
    buckets,
    credited,
    found,
    judge,
    lived,
    met,
    pack_of,
    the,
    work,
)
from witnessmark.errors import DeclarationError
from witnessmark.rules.experience import Experience
from witnessmark.rules.pack import Pack

TRAINEE = pack_of("""
- id: average
  rule: ratio_per_window
  window: week
  scope: setting
  supervision: {category: supervision}
  work: {category: direct}
  minutes: 1 h
  per: 5 h
  worth: {group: 2 h}
  whole: true
  averaged: true
  on_shortfall: cap_to_supported
""")
"""California, before the degree: an hour for five, on average, in each setting."""

FLORIDA = """
- id: rate
  rule: ratio_per_window
  window: two-weeks
  supervision: {category: supervision}
  work: {category: direct}
  minutes: 1 h
  per: 15 h
"""

VIRGINIA = """
- id: rate
  rule: ratio_per_window
  window: quarter
  supervision: {category: supervision}
  work: {category: direct}
  minutes: 1 h
  per: 40 h
  at_most: 4 h
"""


def florida(more: str = "") -> Pack:
    return pack_of(f"{FLORIDA}{more}")


def quarter(supervised: int, worked: int = 300 * 60) -> Experience:
    return lived([work("2026-01-15", minutes=worked)], [met("2026-02-10", minutes=supervised)])


def test_a_week_with_more_makes_up_for_one_with_less() -> None:
    weeks = lived(
        [work("2026-03-09", hours=7), work("2026-03-16", hours=4)],
        [met("2026-03-10"), met("2026-03-17", minutes=240, together=4)],
    )

    judged = judge(weeks, TRAINEE)

    assert credited(judged) == {"direct": 660, "supervision": 300}
    assert found(judged) == []


def test_a_begun_fifth_hour_needs_a_whole_one_on_average() -> None:
    weeks = lived(
        [work("2026-03-09", hours=7), work("2026-03-16", minutes=8 * 60 + 1)],
        [met("2026-03-10"), met("2026-03-17", minutes=120)],
    )

    judged = judge(weeks, TRAINEE)

    assert buckets(judged) == (15 * 60 + 180, 1, 0, 0)
    finding = the(judged, "ratio_short")
    assert finding.happened == (
        "On average: 3 h of supervision; 15 h 1 min of work need 4 h. Does not count yet: 1 min."
    )
    assert finding.cure == "1 h of supervision in this setting would mend it."
    assert finding.by_when is None
    assert (str(finding.period.first), str(finding.period.last)) == ("2026-03-09", "2026-03-22")


def test_a_week_without_its_hour_enters_no_average() -> None:
    weeks = lived(
        [work("2026-03-09", hours=3), work("2026-03-16", hours=5)],
        [met("2026-03-10", minutes=59), met("2026-03-17", minutes=300)],
    )

    judged = judge(weeks, TRAINEE)

    assert buckets(judged) == (600, 0, 0, 180 + 59)
    finding = the(judged, "ratio_short")
    assert finding.happened == (
        "In this week: 59 min of supervision; needed: 1 h. Does not count: 3 h 59 min."
    )


def test_a_running_week_without_its_hour_waits() -> None:
    weeks = lived([work("2026-03-09", hours=3)])

    judged = judge(weeks, TRAINEE, on="2026-03-13")

    assert buckets(judged) == (0, 180, 0, 0)
    assert the(judged, "ratio_short").cure == (
        "1 h of supervision in this setting by 2026-03-15 would mend it."
    )


def test_a_week_of_other_work_alone_needs_its_hour_as_well() -> None:
    weeks = lived(
        [work("2026-03-09", hours=3), work("2026-03-16", hours=6, activity="record-keeping")],
        [met("2026-03-10")],
    )

    judged = judge(weeks, TRAINEE)

    assert buckets(judged) == (240, 0, 0, 360)
    assert the(judged, "ratio_short").happened == (
        "In this week: 0 min of supervision; needed: 1 h. Does not count: 6 h."
    )


def test_supervision_without_work_in_a_week_falls_by_no_average() -> None:
    weeks = lived([], [met("2026-03-10", minutes=30)])

    assert buckets(judge(weeks, TRAINEE)) == (30, 0, 0, 0)


def test_two_settings_have_two_averages() -> None:
    weeks = lived(
        [work("2026-03-09", hours=10), work("2026-03-09", hours=5, at=COVE)],
        [met("2026-03-10", minutes=60), met("2026-03-11", minutes=240, at=COVE)],
    )

    judged = judge(weeks, TRAINEE)

    assert buckets(judged) == (15 * 60, 300, 0, 0)
    assert the(judged, "ratio_short").setting == HARBOR


def test_joining_the_average_with_much_work_never_lowers_credit() -> None:
    entries = [work("2026-03-09", hours=5), work("2026-03-16", hours=30)]
    alone = judge(lived(entries, [met("2026-03-10")]), TRAINEE)
    joined = judge(lived(entries, [met("2026-03-10"), met("2026-03-17")]), TRAINEE)

    assert alone.total.credited == 300 + 60
    assert joined.total.credited == 600 + 120


@pytest.mark.parametrize(
    ("supervised", "expected"),
    [
        (15 * 60, (315 * 60, 0, 0, 0)),
        (25 * 60, (325 * 60, 0, 0, 0)),
        (30 * 60, (330 * 60, 0, 0, 0)),
        (30 * 60 + 1, (330 * 60, 0, 1, 0)),
        (31 * 60, (330 * 60, 0, 60, 0)),
        (450, (300 * 60 + 450, 0, 0, 0)),
        (449, (0, 0, 0, 300 * 60 + 449)),
        (7 * 60, (0, 0, 0, 307 * 60)),
    ],
)
def test_a_rate_has_a_floor_and_a_ceiling(
    supervised: int, expected: tuple[int, int, int, int]
) -> None:
    assert buckets(judge(quarter(supervised), pack_of(VIRGINIA))) == expected


def test_the_ceiling_itself_is_not_beyond_it() -> None:
    assert found(judge(quarter(30 * 60), pack_of(VIRGINIA))) == []


def test_what_is_beyond_the_ceiling_is_told() -> None:
    judged = judge(quarter(31 * 60), pack_of(VIRGINIA))

    finding = the(judged, "ratio_over")
    assert finding.minutes == 60
    assert finding.happened == (
        "In this quarter: for this work, at most 30 h of supervision count. Beyond: 1 h."
    )


@pytest.mark.parametrize(
    ("on_shortfall", "expected"),
    [
        ("zero_window", (0, 0, 0, 307 * 60)),
        ("ask", (0, 307 * 60, 0, 0)),
        ("cap_to_supported", (287 * 60, 20 * 60, 0, 0)),
        ("max_compliant_subset", (287 * 60, 0, 0, 20 * 60)),
    ],
)
def test_a_short_quarter_falls_as_the_rule_says(
    on_shortfall: str, expected: tuple[int, int, int, int]
) -> None:
    pack = pack_of(f"{VIRGINIA}  on_shortfall: {on_shortfall}\n")

    assert buckets(judge(quarter(7 * 60), pack)) == expected


@pytest.mark.parametrize(
    ("whole", "supervised", "codes"),
    [
        ("false", 64, []),
        ("false", 63, ["ratio_short"]),
        ("true", 120, []),
        ("true", 119, ["ratio_short"]),
    ],
)
def test_the_rate_is_exact_or_in_whole_hours(whole: str, supervised: int, codes: list[str]) -> None:
    weeks = lived([work("2026-03-09", hours=16)], [met("2026-03-20", minutes=supervised)])

    assert found(judge(weeks, florida(f"  whole: {whole}\n"))) == codes


def test_thirty_hours_in_two_weeks_need_two() -> None:
    def needs(minutes: int) -> list[str]:
        weeks = [work("2026-03-09", hours=15), work("2026-03-17", hours=15)]
        return found(judge(lived(weeks, [met("2026-03-10", minutes=minutes)]), florida()))

    assert needs(120) == []
    assert needs(119) == ["ratio_short"]


def test_a_whole_hour_that_is_not_full_supports_nothing() -> None:
    pack = florida("  whole: true\n  on_shortfall: max_compliant_subset\n")
    weeks = lived([work("2026-03-09", hours=20)], [met("2026-03-10", minutes=119)])

    assert buckets(judge(weeks, pack)) == (15 * 60 + 119, 0, 0, 300)


def test_part_minutes_of_support_are_cut_off() -> None:
    pack = pack_of(
        FLORIDA.replace("minutes: 1 h", "minutes: 7 min").replace("per: 15 h", "per: 100 min")
        + "  on_shortfall: cap_to_supported\n"
    )
    weeks = lived([work("2026-03-09", minutes=200)], [met("2026-03-10", minutes=13)])

    assert buckets(judge(weeks, pack)) == (185 + 13, 15, 0, 0)  # 13 * 100 / 7 = 185.7


def test_a_class_counts_by_its_worth_and_others_in_full() -> None:
    pack = florida("  worth: {group: 90 min}\n")

    def codes(group: int) -> list[str]:
        sessions = [met("2026-03-10", together=2), met("2026-03-11", minutes=group, together=3)]
        return found(judge(lived([work("2026-03-09", hours=30)], sessions), pack))

    assert codes(90) == []
    assert codes(89) == ["ratio_short"]


def test_supervision_asks_for_no_supervision() -> None:
    pack = pack_of(FLORIDA.replace("{category: direct}", "{}") + "  whole: true\n")
    weeks = lived([work("2026-03-09", hours=15)], [met("2026-03-10", minutes=61)])

    assert found(judge(weeks, pack)) == []


def test_one_setting_pools_the_supervision_of_all_who_supervise_there() -> None:
    same = [agreement(supervisor=one, structure="supervised") for one in (ALMA, BEA)]
    other = [same[0], agreement(supervisor=BEA, structure="concentrated")]
    pack = florida("  scope: structure\n")
    entries, sessions = [work("2026-03-09", hours=15)], [met("2026-03-10", led_by=[BEA])]

    together = judge(lived(entries, sessions, agreements=same), pack)
    apart = judge(lived(entries, sessions, agreements=other), pack)

    assert found(together) == []
    assert buckets(apart) == (60, 0, 0, 900)


@pytest.mark.parametrize("on_shortfall", ["zero_window", "ask"])
def test_an_average_empties_no_life(on_shortfall: str) -> None:
    with pytest.raises(DeclarationError) as refused:
        florida(f"  averaged: true\n  on_shortfall: {on_shortfall}\n")

    assert refused.value.problems[0].message == (
        f"on_shortfall here is one of cap_to_supported, max_compliant_subset, not {on_shortfall}."
    )


def test_a_ceiling_below_the_floor_is_refused() -> None:
    with pytest.raises(DeclarationError):
        florida("  at_most: 59 min\n")
    florida("  at_most: 60 min\n")
