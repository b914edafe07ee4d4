"""What two readings of the same hours differ in. Expected values are worked out by hand."""

from __future__ import annotations

from datetime import date

from tests.unit.rules.builders import lived, met, pack_of, work
from witnessmark.rules.differences import Move, Shift, Standing, differences
from witnessmark.rules.evaluate import evaluate
from witnessmark.rules.experience import Experience
from witnessmark.rules.findings import Evaluation, Tally
from witnessmark.rules.pack import Pack

ON = date(2026, 11, 24)
WEEK = [work("2026-11-09", hours=4), work("2026-11-10", hours=2), work("2026-11-11", hours=1)]
MOST = "- {id: most, rule: max_per_window, window: week, at_most: %s, hours: {category: direct}}"
LEAST = "- {id: least, rule: min_per_window, window: week, at_least: %s, hours: {}}"


def read(case: Experience, rules: str, version: str | None = None) -> Evaluation:
    return evaluate(case, pack_of(rules), on=ON, version=version)


def test_what_is_judged_the_same_is_no_change() -> None:
    case = lived(WEEK)
    found = differences(read(case, MOST % "8 h"), read(case, "[]"))
    assert found.changes == ()
    assert found.shifts == ()
    assert found.before.total == found.after.total == Tally(logged=420, credited=420)


def test_exactly_the_pieces_beyond_a_maximum_change_and_name_its_rule() -> None:
    case = lived(WEEK)
    found = differences(read(case, "[]"), read(case, MOST % "5 h"))
    second, third = found.changes
    assert (second.piece.day, second.moves) == (
        date(2026, 11, 10),
        (Move(60, Standing.CREDITED, Standing.OVERFLOW, (), ("most",)),),
    )
    assert (third.before, third.after) == (
        Tally(logged=60, credited=60),
        Tally(logged=60, overflow=60),
    )
    assert found.shifts == (
        Shift(Standing.CREDITED, Standing.OVERFLOW, (), ("most",), minutes=120, pieces=2),
    )
    assert found.before.by_category["direct"].credited == 420
    assert found.after.by_category["direct"].credited == 300


def test_the_other_way_round_the_rule_stands_on_the_side_it_was_left() -> None:
    case = lived(WEEK)
    found = differences(read(case, MOST % "5 h"), read(case, "[]"))
    (shift,) = found.shifts
    assert (shift.before, shift.rules_before) == (Standing.OVERFLOW, ("most",))
    assert (shift.after, shift.rules_after) == (Standing.CREDITED, ())


def test_a_piece_that_falls_partly_by_each_pack_is_told_by_both_rules() -> None:
    case = lived([work("2026-11-09", hours=6)])
    before = read(case, MOST % "2 h")
    after = read(case, LEAST % "7 h")
    (change,) = differences(before, after).changes
    assert change.moves == (
        Move(120, Standing.CREDITED, Standing.VOID, (), ("least",)),
        Move(240, Standing.OVERFLOW, Standing.VOID, ("most",), ("least",)),
    )


def test_the_larger_shift_stands_first() -> None:
    case = lived([work("2026-11-09", hours=6), work("2026-11-16", minutes=30)])
    before = read(case, MOST % "2 h")
    shifts = differences(before, read(case, LEAST % "7 h")).shifts
    assert [(one.minutes, one.pieces, one.before) for one in shifts] == [
        (240, 1, Standing.OVERFLOW),
        (150, 2, Standing.CREDITED),
    ]


TWO_VERSIONS = """
versions:
  - {id: "2022", title: Until then, applies_by: application, valid_to: 2026-12-31}
  - {id: "2027", title: From then on, applies_by: application, valid_from: 2027-01-01}
"""


def test_two_versions_of_one_pack_are_compared_by_their_own_rules() -> None:
    rules = """
    - {id: old, versions: "2022", rule: max_per_window, window: month, at_most: 130 h, hours: {}}
    - {id: new, versions: "2027", rule: max_per_window, window: month, at_most: 160 h, hours: {}}
    """
    pack: Pack = pack_of(rules, header=TWO_VERSIONS)
    case = lived([work(f"2026-10-{day:02}", hours=7) for day in range(1, 22)])
    found = differences(
        evaluate(case, pack, on=ON, version="2022"), evaluate(case, pack, on=ON, version="2027")
    )
    assert (found.before.version, found.after.version) == ("2022", "2027")
    assert (found.before.total.credited, found.after.total.credited) == (130 * 60, 147 * 60)
    assert {move.rules_before for one in found.changes for move in one.moves} == {("old",)}
    assert sum(move.minutes for one in found.changes for move in one.moves) == 17 * 60


def test_supervision_is_a_piece_like_any_other() -> None:
    case = lived([], [met("2026-11-10")])
    found = differences(read(case, "[]"), read(case, LEAST % "2 h"))
    (change,) = found.changes
    assert (change.piece.activity, change.after.void) == ("supervision", 60)
