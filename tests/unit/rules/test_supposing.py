"""What if: weeks not yet lived, through the very pack. 24 November 2026 is a Tuesday."""

from __future__ import annotations

from datetime import date

import pytest

from tests.unit.rules.builders import (
    ALMA,
    HARBOR,
    ME,
    agreement,
    licence,
    lived,
    met,
    pack_of,
    person,
    work,
)
from witnessmark.errors import DomainError
from witnessmark.rules.evaluate import evaluate
from witnessmark.rules.experience import Experience
from witnessmark.rules.supposing import Outcome, outcome, supposed
from witnessmark.rules.versions import Chosen

ON = date(2026, 11, 24)
TOTAL = "- {id: total, rule: total_at_least, title: All hours, minutes: %s}\n"
ONE_HOUR = lived([work("2026-11-16")])


def ask(rules: str, text: str, case: Experience = ONE_HOUR) -> Outcome | None:
    chosen = Chosen(pack_of(rules))
    read = evaluate(case, chosen.pack, on=ON)
    return outcome(case, chosen, supposed(text, chosen.pack), read=read)


def weeks(rules: str, text: str, case: Experience = ONE_HOUR) -> int | None:
    found = ask(rules, text, case)
    assert found is not None
    return found.weeks


def test_the_first_week_in_which_all_is_met_is_found() -> None:
    found = ask(TOTAL % "20 h", "direct=5 h")
    assert found is not None
    # 19 h are missing, 5 a week from Monday 30 November on: the fourth week ends on 27 December
    assert (found.weeks, found.last_day, found.open) == (4, date(2026, 12, 27), ())
    assert found.asked == {"individual-therapy": 300}
    assert found.counting == 300


@pytest.mark.parametrize(
    ("needed", "found"), [("1 h", 0), ("6 h", 1), ("11 h", 2), ("16 h", 3), ("26 h", 5)]
)
def test_neither_a_week_more_nor_less_is_needed(needed: str, found: int) -> None:
    assert weeks(TOTAL % needed, "direct=5 h") == found


def test_what_is_met_already_ends_before_the_first_supposed_week() -> None:
    found = ask(TOTAL % "1 h", "direct=5 h")
    assert found is not None
    assert found.last_day == date(2026, 11, 29)


def test_rules_without_requirements_have_no_outcome() -> None:
    assert ask("[]", "direct=5 h") is None


def test_a_maximum_holds_for_supposed_weeks_too() -> None:
    most = "- {id: most, rule: max_per_window, window: week, at_most: 3 h, hours: {}}\n"
    found = ask(most + TOTAL % "20 h", "direct=5 h")
    assert found is not None
    assert (found.weeks, found.counting) == (7, 180)


UNITS = """
- {id: units, rule: units_per_window, window: week, scope: setting, base: 1, most: 2,
   unit: {individual: 60 min, group: 120 min}, shortest: {individual: 30 min},
   each_unit_supports: 10 h, work: {category: direct}}
- {id: total, rule: total_at_least, title: Client hours, minutes: 20 h, hours: {category: direct}}
"""


def test_without_the_supervision_it_takes_no_number_of_weeks_is_enough() -> None:
    found = ask(UNITS, "direct=5 h")
    assert found is not None
    assert (found.weeks, found.last_day, found.open) == (None, None, ("Client hours",))
    assert found.counting == 0


def test_with_supervision_the_same_weeks_are_enough() -> None:
    for text in ("direct=5 h,supervision=1 h", "direct=5 h, group=2 h", "direct=5h,group=120 min"):
        assert weeks(UNITS, text) == 4


def test_ten_years_are_looked_through_and_no_more() -> None:
    assert weeks(TOTAL % "521 h", "direct=1 h") == 520
    assert weeks(TOTAL % "522 h", "direct=1 h") is None


def test_supervision_is_live_individual_and_an_hour_at_a_time() -> None:
    rules = """
    - {id: contacts, rule: contact_count, window: month, at_least: 8, real_time: true}
    - {id: total, rule: total_at_least, title: Client hours, minutes: 16 h,
       hours: {category: direct}}
    """
    # two contacts a week: four full weeks of December have eight, so all of that month counts
    case = lived([work("2026-11-02")])
    assert weeks(rules, "direct=5 h,supervision=2 h", case) == 5
    assert weeks(rules, "direct=5 h,supervision=1 h", case) is None


def test_a_group_has_four_and_individual_supervision_one() -> None:
    need = "- {id: n, rule: windows_with, window: week, title: W, minutes: 60 min, at_least: 3, %s}"
    assert weeks(need % "supervision: group", "group=1 h") == 3
    assert weeks(need % "supervision: group", "supervision=1 h") is None
    assert weeks(need % "supervision: individual", "supervision=1 h") == 3


def test_a_licence_and_an_agreement_that_hold_today_go_on() -> None:
    rules = """
    - {id: licensed, rule: supervisor_qualified_at, licences: lmft}
    - {id: agreed, rule: agreement_in_force}
    - {id: total, rule: total_at_least, title: All, minutes: 20 h}
    """
    ending = lived(
        [work("2026-11-16")],
        people=[person(ALMA, licence(expires="2026-12-01"))],
        agreements=[agreement("2026-01-01", ends="2026-12-01")],
    )
    assert weeks(rules, "direct=5 h", ending) == 4
    ended = lived(
        [work("2026-11-16")],
        people=[person(ALMA, licence(expires="2026-11-23"))],
        agreements=[agreement("2026-01-01")],
    )
    assert weeks(rules, "direct=5 h", ended) is None


FORM = """
- {id: form, rule: signed_within, form: verification, each: window, anchor: window-end,
   window: month, within_days: 7, signed_by: [supervisor]%s}
- {id: total, rule: total_at_least, title: All, minutes: 12 h}
"""
WORDS = "forms: {verification: {title: Verification}}"


@pytest.mark.parametrize("when", ["", ", applies_by: application, valid_from: 2020-01-01"])
def test_forms_of_weeks_to_come_are_in_time_and_those_of_weeks_past_are_judged(when: str) -> None:
    case = lived([work("2026-10-05", hours=4), work("2026-11-16", hours=2)])
    chosen = Chosen(pack_of(FORM % when, header=WORDS))
    read = evaluate(case, chosen.pack, on=ON)
    assert (read.total.credited, read.total.held) == (120, 240)
    found = outcome(case, chosen, supposed("direct=5 h", chosen.pack), read=read)
    assert found is not None
    # October's form is missing, so its 4 h stay held; November's is asked for in December, too
    assert found.weeks == 3


def test_hours_are_spread_over_five_days() -> None:
    most = "- {id: most, rule: max_per_window, window: rolling7, at_most: 40 h, hours: {}}\n"
    assert weeks(most + TOTAL % "121 h", "direct=40 h") == 3


def test_what_was_lived_is_not_touched() -> None:
    case = lived([work("2026-11-16")], [met("2026-11-17")])
    before = (len(case.entries), len(case.sessions), dict(case.people))
    ask(TOTAL % "20 h", "direct=5 h,supervision=1 h", case)
    assert (len(case.entries), len(case.sessions), dict(case.people)) == before
    assert case.person == ME


def test_they_are_worked_where_and_under_whom_the_last_hours_were() -> None:
    rules = "- {id: n, rule: total_at_least, title: N, minutes: 9 h, hours: {setting_kind: clinic}}"
    case = lived([work("2026-11-16")])
    known = case.settings[HARBOR]
    assert weeks(rules, "direct=5 h", case) is None
    kind = type(known)(known.id, known.name, known.time_zone, known.week_start, "clinic")
    assert weeks(rules, "direct=5 h", lived([work("2026-11-16")], settings=[kind])) == 2


def test_a_category_of_the_pack_stands_for_its_first_activity() -> None:
    pack = pack_of(
        "- {id: m, rule: category_map, activities: {training: non-clinical,"
        " record-keeping: non-clinical}}",
        header="categories: {non-clinical: Non-clinical}",
    )
    assert supposed("non-clinical=90 min", pack).minutes == {"record-keeping": 90}
    assert supposed("other=90 min", pack).minutes == {"other": 90}
    assert supposed("training=1.5 h", pack).minutes == {"training": 90}
    assert supposed("direct=1 h,individual-therapy=30 min", pack).minutes == {
        "individual-therapy": 90
    }
    assert supposed("supervision=1 h,group=2 h", pack).minutes == {"supervision": 60, "group": 120}


@pytest.mark.parametrize(
    "text",
    ["", "direct", "direct=5", "yoga=3 h", "direct=0.01 h", "direct=5 h;x=1 h", "direct=-1 h"],
)
def test_what_cannot_be_read_is_refused_with_what_can_be_said(text: str) -> None:
    with pytest.raises(DomainError) as caught:
        supposed(text, pack_of("[]"))
    assert caught.value.code == "not_supposable"
    assert "group-therapy" in caught.value.mend


def test_more_than_five_days_hold_is_refused() -> None:
    assert supposed("direct=120 h", pack_of("[]")).minutes == {"individual-therapy": 7200}
    with pytest.raises(DomainError) as caught:
        supposed("direct=60 h,training=61 h", pack_of("[]"))
    assert caught.value.code == "week_overfull"


def test_before_the_first_hours_nobody_knows_where_others_would_be() -> None:
    with pytest.raises(DomainError) as caught:
        ask(TOTAL % "20 h", "direct=5 h", lived())
    assert caught.value.code == "no_hours_yet"
