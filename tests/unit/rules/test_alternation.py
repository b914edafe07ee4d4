"""Group supervision alternates with individual (Florida), and a window has its rate and floor."""

from __future__ import annotations

import pytest

from tests.unit.rules.builders import buckets, found, judge, lived, met, pack_of, the, work
from witnessmark.domain.sessions import Session
from witnessmark.errors import DeclarationError

TURNS = """
- id: turns
  rule: alternation
  after: individual
  supervision: group
  minutes: 60 min
"""


def sessions(order: str) -> list[Session]:
    """Return hours of individual, triadic and group supervision, day after day."""
    together = {"I": 1, "T": 2, "G": 3}
    return [
        met(f"2026-03-{day:02}", together=together[one]) for day, one in enumerate(order, start=9)
    ]


def void(held: list[Session]) -> int:
    return judge(lived([], held), pack_of(TURNS)).total.void


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("GGI", 60),
        ("IGI", 0),
        ("GIG", 0),
        ("IGIGI", 0),
        ("IIGG", 60),
        ("GTG", 60),
        ("GGG", 120),
        ("I", 0),
        ("", 0),
    ],
)
def test_an_hour_of_group_follows_on_no_other(order: str, expected: int) -> None:
    assert void(sessions(order)) == expected


def test_a_minute_between_makes_room_for_a_minute() -> None:
    first, last = met("2026-03-09", together=3), met("2026-03-11", together=3)

    assert void([first, met("2026-03-10", minutes=45), last]) == 15
    assert void([first, met("2026-03-10", minutes=60), last]) == 0
    assert void([first, met("2026-03-10", minutes=90), last]) == 0
    assert void([met("2026-03-09", minutes=61, together=3)]) == 1


def test_half_an_hour_leaves_room_for_the_other_half() -> None:
    half = met("2026-03-09", minutes=30, together=3)

    assert void([half, met("2026-03-10", minutes=30, together=3)]) == 0
    assert void([half, met("2026-03-10", minutes=31, together=3)]) == 1


def test_the_clock_decides_within_a_day() -> None:
    group = [met("2026-03-09", together=3), met("2026-03-09", together=3, clock="14:00")]

    assert void([*group, met("2026-03-09", clock="12:00")]) == 0
    assert void([*group, met("2026-03-09", clock="16:00")]) == 60


def test_it_tells_which_session_and_what_makes_room() -> None:
    judged = judge(lived([], sessions("GG")), pack_of(TURNS))

    finding = the(judged, "not_alternating")
    assert (str(finding.period.first), finding.minutes) == ("2026-03-10", 60)
    assert finding.happened == (
        "1 h of group supervision follow on group supervision, with too little individual"
        " supervision between."
    )
    assert finding.cure == (
        "1 h of individual supervision before the next group session make room for as much of"
        " it; this one stays in the log."
    )


def test_a_session_out_of_turn_supports_no_work_and_is_no_contact() -> None:
    rules = """
- id: a-contact
  rule: contact_count
  window: two-weeks
  at_least: 2
  real_time: true
  severity: warns
- id: a-rate
  rule: ratio_per_window
  window: two-weeks
  supervision: {category: supervision}
  work: {category: direct}
  minutes: 1 h
  per: 15 h
"""
    work_of_two_weeks = [work("2026-03-09", hours=15), work("2026-03-18", hours=15)]

    def judged(order: str) -> list[str]:
        return found(judge(lived(work_of_two_weeks, sessions(order)), pack_of(rules + TURNS)))

    assert judged("GI") == []
    assert judged("GG") == ["contacts_short", "ratio_short", "not_alternating"]


def test_a_mere_warning_takes_nothing_and_tells_the_same() -> None:
    judged = judge(lived([], sessions("GGIG")), pack_of(f"{TURNS}  severity: warns\n"))

    assert buckets(judged) == (240, 0, 0, 0)
    assert found(judged) == ["not_alternating"]
    assert the(judged, "not_alternating").minutes == 0


def test_an_individual_hour_more_never_lowers_credit() -> None:
    held = sessions("GGIGGTG")
    before = judge(lived([], held), pack_of(TURNS)).total.credited

    for day in range(8, 18):
        more = met(f"2026-03-{day:02}", clock="08:00")
        after = judge(lived([], [*held, more]), pack_of(TURNS)).total.credited
        assert after >= before + 60


def test_a_reading_of_shortfalls_means_nothing_here() -> None:
    with pytest.raises(DeclarationError):
        pack_of(f"{TURNS}  on_shortfall: ask\n")
