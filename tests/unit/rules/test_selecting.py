"""Which hours a rule speaks of, at the edges of milestones; whose week is everybody's."""

from __future__ import annotations

import pytest

from tests.unit.rules.builders import candidacy, judge, lived, pack_of, setting, work
from witnessmark.domain.settings import Weekday

TOTAL = "- {id: total, rule: total_at_least, title: All, minutes: 9 h, hours: {%s: degree}}"
DAYS = ["2026-03-09", "2026-03-10", "2026-03-11"]


@pytest.mark.parametrize(("word", "done"), [("since", 120), ("before", 60)])
def test_the_day_of_a_milestone_is_after_it(word: str, done: int) -> None:
    case = lived([work(day) for day in DAYS], candidacies=[candidacy(degree="2026-03-10")])

    assert judge(case, pack_of(TOTAL % word)).requirements[0].done == done


def test_the_main_week_is_that_of_the_first_day_whatever_comes_later() -> None:
    monday = setting("harbor", week_start=Weekday.MONDAY)
    friday = setting("cove", week_start=Weekday.FRIDAY)
    hours = [work("2026-03-05", hours=5), work("2026-03-06", hours=5, at="cove")]
    pack = pack_of("- {id: most, rule: max_per_window, window: week, at_most: 8 h}")

    assert judge(lived(hours, settings=[monday, friday]), pack).total.overflow == 120
