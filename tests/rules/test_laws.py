"""Laws every pack keeps, whatever was lived."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import cycle

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.rules.expected import VECTORS
from tests.rules.lives import DAYS, FIRST, LATER, PACKS, and_met, lives, split, with_entries
from tests.unit.rules.builders import COVE, HARBOR
from witnessmark.application.experiences import experience_in
from witnessmark.domain.ids import PersonId
from witnessmark.rules.evaluate import evaluate
from witnessmark.rules.experience import Experience
from witnessmark.rules.findings import Evaluation, Tally
from witnessmark.rules.pack import Pack
from witnessmark.rules.windows import Window
from witnessmark.surfaces.intake.case_reading import read_case_file

EVERY_PACK = pytest.mark.parametrize("name", PACKS)

EXAMPLES = int(os.environ.get("WITNESSMARK_EXAMPLES", "0"))
A_FEW = settings(
    max_examples=EXAMPLES or 8,
    deadline=None,
    derandomize=not EXAMPLES,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
"""In the default run, the same ones each time; `WITNESSMARK_EXAMPLES=2000` asks for many others."""

COUNTED_BY_ENTRY = {"us-ny-lcsw"}
"""Packs with a contact hour: two short contacts are not a long one."""


def _told(found: Evaluation) -> object:
    """Return all that an evaluation says of minutes and needs, whatever entries are called."""
    return (
        found.total,
        found.by_category,
        found.windows,
        [(one.rule, one.done, one.held) for one in found.requirements],
        found.equivalents,
        [(one.code, one.rule, one.period, one.minutes, one.by_when) for one in found.findings],
    )


def _judge(life: Experience, pack: Pack) -> Evaluation:
    return evaluate(life, pack, on=LATER)


@EVERY_PACK
@A_FEW
@given(life=lives(), on=st.sampled_from([LATER, FIRST + timedelta(days=25)]))
def test_nothing_logged_is_lost_or_made_up(name: str, life: Experience, on: date) -> None:
    found = evaluate(life, PACKS[name], on=on)
    for tally in (found.total, *(one.tally for one in found.judged)):
        parts = (tally.credited, tally.held, tally.overflow, tally.void)
        assert sum(parts) == tally.logged
        assert min(parts) >= 0
    pieces = sum(one.piece.minutes for one in found.judged)
    assert found.total.logged == pieces
    assert sum(found.by_category.values(), start=Tally()) == found.total
    assert sum((one.tally for one in found.windows), start=Tally()) == found.total


@EVERY_PACK
@A_FEW
@given(
    life=lives(),
    number=st.integers(0, DAYS - 1),
    at=st.sampled_from([HARBOR, COVE]),
    quarters=st.integers(1, 8),
)
def test_more_supervision_never_lowers_what_counts(
    name: str, life: Experience, number: int, at: str, quarters: int
) -> None:
    before = _judge(life, PACKS[name])
    if not before.judged or before.total.overflow or not _within(life, number):
        return
    after = _judge(and_met(life, number, at=at, minutes=15 * quarters), PACKS[name])
    if not after.total.overflow:
        assert after.total.credited >= before.total.credited


@EVERY_PACK
@A_FEW
@given(life=lives(), chance=st.randoms(use_true_random=False))
def test_the_order_of_facts_and_of_rules_changes_nothing(
    name: str, life: Experience, chance: st.DataObject
) -> None:
    def shuffled(things: tuple[object, ...]) -> tuple[object, ...]:
        return tuple(chance.sample(things, len(things)))  # type: ignore[attr-defined]

    kinds = ("entries", "sessions", "agreements", "forms", "leaves", "candidacies")
    mixed = replace(life, **{kind: shuffled(getattr(life, kind)) for kind in kinds})  # type: ignore[arg-type]
    pack = PACKS[name]
    rules = pack.model_copy(update={"rules": shuffled(pack.rules)})
    assert _judge(mixed, rules) == _judge(life, pack)


@pytest.mark.parametrize("name", sorted(PACKS.keys() - COUNTED_BY_ENTRY))
@A_FEW
@given(life=lives(), parts=st.lists(st.integers(1, 14), min_size=1, max_size=14))
def test_an_entry_in_two_lines_is_worth_the_same(
    name: str, life: Experience, parts: list[int]
) -> None:
    cut = [
        half
        for one, part in zip(life.entries, cycle(parts), strict=False)
        for half in (split(one, part) if part < one.entry.minutes else (one,))
    ]
    assert _told(_judge(with_entries(life, *cut), PACKS[name])) == _told(_judge(life, PACKS[name]))


@A_FEW
@given(life=lives())
def test_week_by_week_comes_to_the_same_as_at_once(life: Experience) -> None:
    for name, pack in PACKS.items():
        grown = [_judge(part, pack) for part in _growing(life)]
        assert grown[-1] == _judge(life, pack), name


@pytest.mark.parametrize(
    ("name", "window"), [("us-ca-amft", Window.WEEK), ("bacb-trainee", Window.MONTH)]
)
@A_FEW
@given(life=lives())
def test_a_closed_window_is_not_changed_by_later_ones(
    name: str, window: Window, life: Experience
) -> None:
    pack = _looking_no_further(PACKS[name], window)
    known: dict[object, object] = {}
    for day, part in zip(_sundays(), _growing(life), strict=True):
        for one in _judge(part, pack).windows:
            if one.period.last <= day:
                key = (one.period, one.setting)
                assert known.setdefault(key, one) == one


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "America/Los_Angeles", "Pacific/Apia"])
def test_the_clock_of_the_machine_changes_nothing(
    zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: dict[tuple[str, str], Evaluation] = {}
    for clock in ("America/New_York", zone):
        monkeypatch.setenv("TZ", clock)
        time.tzset()
        for case in ("15-clock-changes", "14-year-end", "06-triadic"):
            contents = read_case_file(VECTORS / f"{case}.case.yaml").contents
            life = experience_in(contents, PersonId("se"))
            for name, pack in PACKS.items():
                found = evaluate(life, pack, on=LATER)
                assert told.setdefault((case, name), found) == found
    monkeypatch.undo()
    time.tzset()


def _within(life: Experience, number: int) -> bool:
    """Whether a day lies after the first and before the last of the hours."""
    days = [one.entry.day for one in life.entries]
    days += [life.settings[one.setting].day_of(one.start) for one in life.sessions]
    return bool(days) and min(days) < FIRST + timedelta(days=number) < max(days)


def _sundays() -> list[date]:
    return [FIRST + timedelta(days=7 * week - 1) for week in range(1, DAYS // 7 + 1)] + [LATER]


def _growing(life: Experience) -> Iterator[Experience]:
    for day in _sundays():
        yield replace(
            life,
            entries=tuple(one for one in life.entries if one.entry.day <= day),
            sessions=tuple(
                one for one in life.sessions if life.settings[one.setting].day_of(one.start) <= day
            ),
        )


def _looking_no_further(pack: Pack, window: Window) -> Pack:
    """Return a pack without the rules that look beyond such a window."""
    no_window = {"category_map", "supervision_class", "group_size", "supervisor_qualified_at"}
    rules = tuple(
        rule
        for rule in pack.rules
        if rule.rule in no_window
        or (rule.window is window and not getattr(rule, "averaged", False))
    )
    return pack.model_copy(update={"rules": rules, "shown_by": window})
