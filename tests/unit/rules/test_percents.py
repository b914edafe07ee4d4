"""The share of a month's hours that is supervised, and what it covers where it is too small."""

from __future__ import annotations

import pytest

from tests.unit.rules.builders import (
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
from witnessmark.rules.pack import Pack

CLASSES = """
- id: the-classes
  rule: supervision_class
  bands:
    - {supervision: individual, at_least: 1, at_most: 1}
    - {supervision: group, at_least: 2}
"""
FIVE = """
- id: five
  rule: percent_per_window
  window: month
  scope: structure
  supervision: {category: supervision}
  at_least: 5%
"""
HALF = """
- id: half
  rule: share_per_window
  window: month
  scope: structure
  hours: {supervision: group}
  of: {category: supervision}
  at_most: 50%
"""


def bacb(on_shortfall: str, *rules: str) -> Pack:
    fallen = [f"{rule}  on_shortfall: {on_shortfall}\n" for rule in rules or (FIVE,)]
    return pack_of(CLASSES + "\n".join(fallen))


@pytest.mark.parametrize(
    ("on_shortfall", "expected"),
    [
        ("max_compliant_subset", {"direct": 95 * 60, "supervision": 300}),
        ("cap_to_supported", {"direct": 95 * 60, "supervision": 300}),
        ("zero_window", {"direct": 0, "supervision": 0}),
        ("ask", {"direct": 0, "supervision": 0}),
    ],
)
def test_too_much_group_supports_no_work_either(
    on_shortfall: str, expected: dict[str, int]
) -> None:
    month = lived(
        [work("2026-06-08", hours=100), work("2026-06-09", hours=14)],
        [met("2026-06-10", minutes=150), met("2026-06-11", minutes=210, together=2)],
    )

    judged = judge(month, bacb(on_shortfall, FIVE, HALF))

    assert credited(judged) == expected
    assert judged.total.logged == 120 * 60


@pytest.mark.parametrize(
    ("supervised", "expected"),
    [
        (390, (130 * 60, 0, 0, 0)),
        (389, (389 * 20, 0, 0, 130 * 60 - 389 * 20)),
        (375, (125 * 60, 0, 0, 300)),
        (0, (0, 0, 0, 130 * 60)),
    ],
)
def test_what_supervision_covers_is_kept(
    supervised: int, expected: tuple[int, int, int, int]
) -> None:
    sessions = [met("2026-06-10", minutes=supervised)] if supervised else []
    month = lived([work("2026-06-08", minutes=130 * 60 - supervised)], sessions)

    assert buckets(judge(month, bacb("max_compliant_subset"))) == expected


@pytest.mark.parametrize(
    ("on_shortfall", "expected"),
    [
        ("zero_window", (0, 0, 0, 7800)),
        ("ask", (0, 7800, 0, 0)),
        ("cap_to_supported", (7500, 300, 0, 0)),
        ("max_compliant_subset", (7500, 0, 0, 300)),
    ],
)
def test_a_short_month_falls_as_the_rule_says(
    on_shortfall: str, expected: tuple[int, int, int, int]
) -> None:
    month = lived([work("2026-06-08", minutes=7800 - 375)], [met("2026-06-10", minutes=375)])

    judged = judge(month, bacb(on_shortfall))

    assert buckets(judged) == expected
    assert the(judged, "percent_short").minutes == 7800 - expected[0]


def test_it_says_how_much_more_a_running_month_needs() -> None:
    month = lived([work("2026-06-08", hours=115)], [met("2026-06-10", minutes=300)])

    judged = judge(month, bacb("max_compliant_subset"), on="2026-06-30")

    assert buckets(judged) == (100 * 60, 20 * 60, 0, 0)
    finding = the(judged, "percent_short")
    assert finding.happened == (
        "In this month: 5 h of 120 h are supervision hours, 4.1%; needed: 5%."
        " Does not count yet: 20 h."
    )
    # 300 + 64 = 364 of 7200 + 64 = 7264: 5.01%; with 63 it would be 363 of 7263: 4.998%
    assert finding.cure == ("1 h 4 min of supervision in this setting by 2026-06-30 would mend it.")


def test_the_month_is_over_on_the_first_of_the_next() -> None:
    month = lived([work("2026-06-08", hours=10)])

    assert buckets(judge(month, bacb("zero_window"), on="2026-06-30")) == (0, 600, 0, 0)
    assert buckets(judge(month, bacb("zero_window"), on="2026-07-01")) == (0, 0, 0, 600)


def test_months_are_the_settings_own_and_stand_alone() -> None:
    night = met("2026-06-30", minutes=120, clock="23:00")
    months = lived([work("2026-06-08", hours=19), work("2026-07-08", hours=20)], [night])

    judged = judge(months, bacb("zero_window"))

    assert buckets(judged) == (1200, 0, 0, 1260)
    assert the(judged, "percent_short").period.first.month == 7


def test_of_other_hours_alone_what_is_added_counts_once() -> None:
    of_direct = FIVE.replace("at_least: 5%", "of: {category: direct}\n  at_least: 5%")
    month = lived([work("2026-06-08", hours=120)], [met("2026-06-10", minutes=300)])

    judged = judge(month, bacb("cap_to_supported", of_direct), on="2026-06-15")

    assert buckets(judged) == (105 * 60, 20 * 60, 0, 0)
    assert the(judged, "percent_short").cure.startswith("1 h of supervision ")


@pytest.mark.parametrize(
    ("of", "lacks"),
    [
        ("", "5 h 16 min of"),  # what is added is itself of the hours
        ("of: {category: [direct, supervision]}", "5 h 16 min of"),
        ("of: {category: direct}", "5 h of"),
    ],
)
def test_a_month_without_any_supervision_says_exactly_what_it_lacks(of: str, lacks: str) -> None:
    pack = pack_of(
        "[{id: five, rule: percent_per_window, window: month, supervision: {category: supervision},"
        f" at_least: 5%{', ' if of else ''}{of}}}]"
    )
    judged = judge(lived([work("2026-06-08", hours=100)]), pack, on="2026-06-15")
    assert the(judged, "percent_short").cure.startswith(lacks)


def test_the_latest_work_is_left_out_and_supervision_never() -> None:
    month = lived(
        [work("2026-06-08", hours=19), work("2026-06-20", hours=2)],
        [met("2026-06-28", minutes=60)],
    )

    judged = judge(month, bacb("max_compliant_subset"))

    cut = {one.piece.day.day: one.tally.void for one in judged.judged}
    assert cut == {8: 0, 20: 120, 28: 0}


@pytest.mark.parametrize(
    "on_shortfall", ["zero_window", "cap_to_supported", "max_compliant_subset", "ask"]
)
def test_more_individual_supervision_never_lowers_credit(on_shortfall: str) -> None:
    entries = [work("2026-06-08", hours=60)]
    more = [met(f"2026-06-{day}", minutes=50) for day in range(10, 16)]
    group = met("2026-06-09", minutes=100, together=2)

    rising = [
        judge(
            lived(entries, [group, *more[:number]]), bacb(on_shortfall, FIVE, HALF)
        ).total.credited
        for number in range(7)
    ]

    assert rising == sorted(rising)
    assert rising[-1] == 60 * 60 + 400


def test_no_hours_are_no_finding() -> None:
    assert found(judge(lived(), bacb("zero_window"))) == []


@pytest.mark.parametrize("share", ["0", "1", "100%", "-5%", "5.0.0"])
def test_a_share_without_sense_is_refused(share: str) -> None:
    with pytest.raises(DeclarationError):
        pack_of(FIVE.replace("5%", share))
