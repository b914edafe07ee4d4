"""Contacts and observations: a month has them, or counts nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.unit.rules.builders import buckets, found, judge, lived, met, pack_of, the, work
from witnessmark.domain.ids import EntryId
from witnessmark.domain.sessions import Session
from witnessmark.errors import DeclarationError
from witnessmark.rules.pack import Pack

FOUR = """
- id: four
  rule: contact_count
  window: month
  scope: structure
  at_least: 4
  real_time: true
"""
WATCHED = """
- id: watched
  rule: observation_required
  window: month
  scope: structure
  at_least: 1
"""
JUNE = [work("2026-06-08", hours=10)]


def days(*numbers: int) -> list[Session]:
    return [met(f"2026-06-{number:02}") for number in numbers]


def watched(more: str = "") -> Pack:
    return pack_of(f"{WATCHED}{more}")


def test_three_contacts_are_too_few_and_four_enough() -> None:
    three = judge(lived(JUNE, days(2, 9, 16)), pack_of(FOUR))
    four = judge(lived(JUNE, days(2, 9, 16, 23)), pack_of(FOUR))

    assert buckets(three) == (0, 0, 0, 780)
    assert the(three, "contacts_short").happened == (
        "In this month: 3 contacts; needed: 4. Does not count: 13 h."
    )
    assert buckets(four) == (840, 0, 0, 0)
    assert found(four) == []


def test_two_meetings_of_a_day_are_two_contacts_and_midnight_makes_none() -> None:
    morning, noon = met("2026-06-02"), met("2026-06-02", clock="13:00")
    night = met("2026-06-09", clock="23:30")

    assert found(judge(lived(JUNE, [morning, noon, night]), pack_of(FOUR))) == ["contacts_short"]
    assert found(judge(lived(JUNE, [morning, noon, night, *days(12)]), pack_of(FOUR))) == []


def test_a_meeting_over_the_end_of_a_month_is_a_contact_of_the_month_it_began_in() -> None:
    night = met("2026-06-30", clock="23:30", observed=60)
    july = lived([work("2026-07-08")], [night, met("2026-07-07"), met("2026-07-14")])
    three = pack_of("[{id: x, rule: contact_count, at_least: 3, real_time: true, window: month}]")

    assert [one.happened[:27] for one in judge(july, three).findings] == [
        "In this month: 1 contact; n",
        "In this month: 2 contacts; ",
    ]
    seen = lived([work("2026-07-08")], [night])
    (unseen,) = judge(seen, watched()).findings
    assert unseen.happened.startswith("In this month: 0 observations of work with a client, 30 min")


def test_a_meeting_is_no_longer_by_an_entry_of_the_same_name() -> None:
    """Names are unique among entries and among sessions, not over both."""
    case = lived([work("2026-06-03", hours=2)], [met("2026-06-02", minutes=20)])
    named = EntryId(case.sessions[0].id)
    entry = replace(case.entries[0], entry=replace(case.entries[0].entry, id=named))
    long = pack_of(
        "[{id: x, rule: contact_count, at_least: 1, real_time: true, window: month,"
        " min_minutes: 30 min}]"
    )

    assert found(judge(case, long)) == ["contacts_short"]
    assert found(judge(replace(case, entries=(entry,)), long)) == ["contacts_short"]


def test_what_was_not_live_is_a_contact_only_where_the_board_says_so() -> None:
    sessions = [*days(2, 9, 16), met("2026-06-23", real_time=False)]

    assert found(judge(lived(JUNE, sessions), pack_of(FOUR))) == ["contacts_short"]
    assert found(judge(lived(JUNE, sessions), pack_of(FOUR.replace("true", "false")))) == []


@pytest.mark.parametrize(("minutes", "codes"), [(15, []), (14, ["contacts_short"])])
def test_a_meeting_can_be_too_short_for_a_contact(minutes: int, codes: list[str]) -> None:
    pack = pack_of(f"{FOUR}  min_minutes: 15 min\n")
    sessions = [*days(2, 9, 16), met("2026-06-23", minutes=minutes)]

    assert found(judge(lived(JUNE, sessions), pack)) == codes


def test_a_running_month_says_which_contacts_it_lacks() -> None:
    pack = pack_of(f"{FOUR}  min_minutes: 15 min\n")

    judged = judge(lived(JUNE, days(2, 9, 16)), pack, on="2026-06-30")

    assert buckets(judged) == (0, 780, 0, 0)
    assert the(judged, "contacts_short").cure == (
        "1 more contact in real time of at least 15 min in this setting by 2026-06-30"
        " would mend it."
    )


def test_a_week_over_new_year_is_two_months() -> None:
    pack = pack_of(FOUR.replace("at_least: 4", "at_least: 2"))
    entries = [work("2025-12-30", hours=7), work("2026-01-02", hours=5)]
    sessions = [met("2025-12-30"), met("2026-01-02"), met("2026-01-03")]

    judged = judge(lived(entries, sessions), pack)

    assert buckets(judged) == (300 + 120, 0, 0, 420 + 60)
    assert str(the(judged, "contacts_short").period.last) == "2025-12-31"


def test_a_void_session_is_no_contact() -> None:
    pack = pack_of(f"{FOUR}\n- {{id: size, rule: group_size, supervision: group, at_most: 8}}\n")
    sessions = [*days(2, 9, 16), met("2026-06-23", together=9)]

    assert found(judge(lived(JUNE, sessions), pack)) == ["contacts_short", "group_size"]


def test_asking_holds_the_month() -> None:
    pack = pack_of(f"{FOUR}  on_shortfall: ask\n")

    judged = judge(lived(JUNE), pack)

    assert buckets(judged) == (0, 600, 0, 0)
    assert "decide" in the(judged, "contacts_short").cure


def test_a_month_without_observation_counts_nothing() -> None:
    without = judge(lived(JUNE, days(2)), watched())
    once = judge(lived(JUNE, [met("2026-06-02", observed=1)]), watched())

    assert buckets(without) == (0, 0, 0, 660)
    assert the(without, "observation_missing").happened == (
        "In this month: 0 observations of work with a client, 0 min long; needed: 1."
        " Does not count: 11 h."
    )
    assert buckets(once) == (660, 0, 0, 0)


@pytest.mark.parametrize(("second", "codes"), [(30, []), (29, ["observation_missing"])])
def test_observation_has_a_length_of_all_together(second: int, codes: list[str]) -> None:
    sessions = [met("2026-06-02", observed=30), met("2026-06-09", observed=second)]

    assert found(judge(lived(JUNE, sessions), watched("  minutes: 1 h\n"))) == codes


def test_one_long_observation_is_not_two() -> None:
    two = pack_of(WATCHED.replace("at_least: 1", "at_least: 2") + "  minutes: 30 min\n")

    judged = judge(lived(JUNE, [met("2026-06-02", observed=30)]), two, on="2026-06-03")

    assert the(judged, "observation_missing").cure == (
        "1 more observation in this setting by 2026-06-30 would mend it."
    )


def test_observation_that_lacks_minutes_alone_is_one_more() -> None:
    judged = judge(
        lived(JUNE, [met("2026-06-02", observed=40)]), watched("  minutes: 1 h\n"), on="2026-06-03"
    )

    assert the(judged, "observation_missing").cure == (
        "1 more observation of 20 min together in this setting by 2026-06-30 would mend it."
    )


def test_a_recording_is_an_observation_unless_it_must_be_live() -> None:
    recorded = lived(JUNE, [met("2026-06-02", observed=60, real_time=False)])

    assert found(judge(recorded, watched())) == []
    assert found(judge(recorded, watched("  live_only: true\n"))) == ["observation_missing"]


def test_no_hours_are_no_finding() -> None:
    assert found(judge(lived(), pack_of(FOUR + WATCHED))) == []


@pytest.mark.parametrize("rule", [FOUR, WATCHED])
@pytest.mark.parametrize("on_shortfall", ["cap_to_supported", "max_compliant_subset"])
def test_a_gate_keeps_no_part_of_a_month(rule: str, on_shortfall: str) -> None:
    with pytest.raises(DeclarationError):
        pack_of(f"{rule}  on_shortfall: {on_shortfall}\n")
