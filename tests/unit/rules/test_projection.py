"""When somebody would be done at their own pace. 24 November 2026 is a Tuesday; dates by hand."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from tests.unit.rules.builders import leave, lived, pack_of, setting, work
from witnessmark.domain.settings import Weekday
from witnessmark.rules.evaluate import evaluate
from witnessmark.rules.experience import Experience, LoggedEntry
from witnessmark.rules.projection import Finish, finish_of
from witnessmark.rules.versions import Chosen

ON = date(2026, 11, 24)
MONDAY = date(2026, 11, 23)
TOTAL = "- {id: total, rule: total_at_least, title: All hours, minutes: %s}"


def weeks_ago(number: int) -> str:
    return str(MONDAY - timedelta(weeks=number))


def worked(hours: int, first: int, last: int) -> list[LoggedEntry]:
    """Return so many hours on the Monday of each of these weeks ago."""
    return [work(weeks_ago(number), hours=hours) for number in range(first, last - 1, -1)]


def finish(case: Experience, rules: str) -> Finish:
    chosen = Chosen(pack_of(rules))
    return finish_of(case, chosen, read=evaluate(case, chosen.pack, on=ON))


def test_an_even_pace_has_one_date_the_last_day_of_a_week() -> None:
    found = finish(lived(worked(4, 30, 1)), TOTAL % "200 h")
    assert [(one.weeks, one.since, one.credited) for one in found.paces] == [
        (8, date(2026, 9, 28), 8 * 240),
        (13, date(2026, 8, 24), 13 * 240),
        (26, date(2026, 5, 25), 26 * 240),
    ]
    # 120 of 200 hours are done; 80 at 4 a week are 20 weeks, the running one among them
    assert (found.earliest, found.latest) == (date(2027, 4, 11), date(2027, 4, 11))
    assert not found.met
    assert found.why == ""


def test_the_range_is_from_the_fastest_to_the_slowest_pace() -> None:
    case = lived([*worked(4, 30, 9), *worked(6, 8, 1)])
    found = finish(case, TOTAL % "200 h")
    # 64 h are missing: at 48/8 a week 11 weeks, at 68/13 13 weeks, at 120/26 14 weeks
    assert [one.ends for one in found.paces] == [
        date(2027, 2, 7),
        date(2027, 2, 21),
        date(2027, 2, 28),
    ]
    assert (found.earliest, found.latest) == (date(2027, 2, 7), date(2027, 2, 28))
    assert [step.moved for one in found.paces for step in one.steps] == [
        Fraction(48 * 60),
        Fraction(68 * 60),
        Fraction(120 * 60),
    ]


def test_hours_of_the_running_week_belong_to_its_first_week() -> None:
    case = lived([*worked(4, 8, 1), work("2026-11-23", hours=4)])
    # 32 of 40 hours before this week: two weeks more, though 4 of the 8 are already done
    assert finish(case, TOTAL % "40 h").earliest == date(2026, 12, 6)


def test_a_week_of_approved_leave_is_left_out() -> None:
    entries = [*worked(4, 10, 6), *worked(4, 3, 1)]
    away = leave(weeks_ago(5), str(MONDAY - timedelta(days=22)), approved="2026-09-01")
    (pace,) = finish(lived(entries, leaves=[away]), TOTAL % "100 h").paces
    assert (pace.weeks, pace.since, pace.credited) == (8, date(2026, 9, 14), 8 * 240)


def test_a_leave_that_nobody_approved_is_not_left_out() -> None:
    entries = [*worked(4, 10, 6), *worked(4, 3, 1)]
    away = leave(weeks_ago(5), str(MONDAY - timedelta(days=22)))
    (pace,) = finish(lived(entries, leaves=[away]), TOTAL % "100 h").paces
    assert (pace.since, pace.credited) == (date(2026, 9, 28), 6 * 240)


def test_five_days_of_leave_make_a_week_of_leave_and_four_do_not() -> None:
    entries = [*worked(4, 9, 3), *worked(4, 1, 1)]
    five = leave("2026-11-09", "2026-11-13", approved="2026-09-01")
    four = leave("2026-11-09", "2026-11-12", approved="2026-09-01")
    since = [
        finish(lived(entries, leaves=[one]), TOTAL % "100 h").paces[0].since for one in (five, four)
    ]
    assert since == [date(2026, 9, 21), date(2026, 9, 28)]


def test_leave_to_come_puts_the_date_off() -> None:
    away = leave("2026-11-30", "2026-12-06", approved="2026-09-01")
    case = lived(worked(4, 8, 1), leaves=[away])
    # 8 h more at 4 a week: this week and the one after the leave
    assert finish(case, TOTAL % "40 h").earliest == date(2026, 12, 13)


def test_who_stopped_has_no_finish_date_and_is_told_what_does_not_move() -> None:
    found = finish(lived(worked(4, 40, 30)), TOTAL % "100 h")
    assert (found.earliest, found.latest) == (None, None)
    assert found.why == "in the last 8, 13 and 26 full weeks this did not move: All hours."


def test_where_only_the_slowest_pace_stands_still_there_is_no_latest_date() -> None:
    found = finish(lived(worked(4, 26, 9)), TOTAL % "100 h")
    # 72 of 100 h; in 13 weeks 5 x 4 h, in 26 weeks 18 x 4 h: 28 h are 19 and 11 weeks
    assert [one.ends for one in found.paces] == [None, date(2027, 4, 4), date(2027, 2, 7)]
    assert (found.earliest, found.latest) == (date(2027, 2, 7), None)
    assert found.paces[0].stuck == ("total",)
    assert found.why == "in the last 8 full weeks this did not move: All hours."


def test_rules_without_a_total_are_a_standing_duty() -> None:
    found = finish(lived(worked(4, 8, 1)), "[]")
    assert found.why == "these rules ask for no total: they are a standing duty."
    assert (found.met, found.earliest, found.paces) == (False, None, ())


def test_what_is_met_needs_no_date() -> None:
    found = finish(lived(worked(4, 8, 1)), TOTAL % "32 h")
    assert (found.met, found.earliest, found.paces) == (True, None, ())


def test_without_a_full_week_there_is_no_pace() -> None:
    for entries in ([], [work("2026-11-23", hours=4)]):
        found = finish(lived(entries), TOTAL % "100 h")
        assert found.why == "there is no full week of hours yet to take a pace from."
        assert not found.met


def test_who_began_lately_has_the_pace_of_all_weeks_there_are() -> None:
    (pace,) = finish(lived(worked(4, 3, 1)), TOTAL % "16 h").paces
    assert (pace.weeks, pace.since, pace.ends) == (3, date(2026, 11, 2), date(2026, 11, 29))


def test_weeks_start_where_they_start_in_the_setting_of_the_first_hours() -> None:
    sunday = setting("sundays", week_start=Weekday.SUNDAY)
    entries = [work(weeks_ago(number), hours=4, at="sundays") for number in range(8, 0, -1)]
    (pace,) = finish(lived(entries, settings=[sunday]), TOTAL % "36 h").paces
    assert (pace.since, pace.ends) == (date(2026, 9, 27), date(2026, 11, 28))


def test_weeks_are_counted_as_weeks() -> None:
    case = lived([work(weeks_ago(number)) for number in range(16, 0, -2)])
    found = finish(case, "- {id: span, rule: span_at_least, title: Weeks, weeks: 10}")
    # 8 of 10 weeks; in the last 8 weeks 4: two more take 4 weeks; in the last 13 there are 6
    assert [one.ends for one in found.paces] == [date(2026, 12, 20), date(2026, 12, 27)]


def test_months_pass_by_themselves() -> None:
    case = lived(worked(4, 12, 1))
    found = finish(case, "- {id: span, rule: span_at_least, title: Months, months: 4}")
    # from 31 August to 16 November two months are full: two more end on 23 January, a Saturday
    assert found.earliest == date(2027, 1, 24)


def test_of_several_requirements_the_last_one_met_decides() -> None:
    rules = TOTAL % "40 h" + "\n- {id: more, rule: total_at_least, title: More, minutes: 60 h}"
    found = finish(lived(worked(4, 8, 1)), rules)
    assert [step.ends for step in found.paces[0].steps] == [date(2027, 1, 10), date(2026, 12, 6)]
    assert found.earliest == date(2027, 1, 10)


def test_of_requirements_of_which_one_is_enough_the_nearer_decides() -> None:
    rules = """
    - {id: near, rule: total_at_least, title: Near, minutes: 40 h, any_of: way}
    - {id: far, rule: total_at_least, title: Far, minutes: 60 h, any_of: way}
    - {id: never, rule: total_at_least, title: Never, minutes: 9 h, any_of: way,
       hours: {category: other}}
    """
    found = finish(lived(worked(4, 8, 1)), rules)
    assert found.earliest == date(2026, 12, 6)
    assert found.paces[0].stuck == ()


def test_one_requirement_that_stands_still_leaves_no_date() -> None:
    other = (
        "\n- {id: other, rule: total_at_least, title: O, minutes: 9 h, hours: {category: other}}"
    )
    rules = TOTAL % "40 h" + other
    found = finish(lived(worked(4, 8, 1)), rules)
    assert (found.earliest, found.paces[0].stuck) == (None, ("other",))
    assert found.paces[0].ends is None


def test_a_share_has_no_pace() -> None:
    rules = """
    - {id: share, rule: share_needed, title: Share, at_least: 60%,
       hours: {category: direct}, of: {category: [direct, other]}}
    """
    entries = [
        *worked(4, 8, 1),
        *(work(weeks_ago(n), hours=4, activity="training") for n in range(8, 0, -1)),
    ]
    assert finish(lived(entries), rules).earliest is None


def test_more_than_fifty_years_is_no_date() -> None:
    case = lived([work(weeks_ago(number), minutes=1) for number in range(8, 0, -1)])
    near, far = (finish(case, TOTAL % need) for need in ("2608 min", "2609 min"))
    assert near.earliest == MONDAY + timedelta(weeks=2600) - timedelta(days=1)
    assert far.earliest is None


def test_what_is_beyond_a_maximum_gives_no_pace() -> None:
    cap = "- {id: cap, rule: category_cap, hours: {category: direct}, at_most: 20 h}\n"
    found = finish(lived(worked(4, 40, 1)), cap + TOTAL % "100 h")
    assert (found.earliest, [one.credited for one in found.paces]) == (None, [0, 0, 0])


def test_what_a_maximum_cuts_is_no_pace() -> None:
    most = "- {id: most, rule: max_per_window, window: week, at_most: 3 h}\n"
    found = finish(lived(worked(4, 8, 1)), most + TOTAL % "48 h")

    # 24 of 32 hours count; 24 more at 3 a week are 8 weeks, the running one among them
    assert [step.moved for one in found.paces for step in one.steps] == [Fraction(24 * 60)]
    assert found.latest == date(2027, 1, 17)
