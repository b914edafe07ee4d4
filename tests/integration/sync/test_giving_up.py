"""Who is at fault: a record that never gets through, or a host that takes nothing just now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from tests.integration.sync.bench import IN_FLIGHT, Bench, OddHost, fails, receipt

from witnessmark.errors import (
    OutcomeUnknownError,
    RefusedError,
    TryLaterError,
    WitnessmarkError,
)
from witnessmark.ports.deliveries import DeliveryState, Trouble
from witnessmark.ports.records import Receipt, Record

OPEN, DONE, GIVEN_UP = DeliveryState.OPEN, DeliveryState.DONE, DeliveryState.QUARANTINED
REFUSAL = RefusedError("422: it is refused")


def but(poisoned: set[str], error: Exception) -> Callable[[Record], Receipt]:
    def does(record: Record) -> Receipt:
        if record.key.id in poisoned:
            raise error
        return receipt(record)

    return does


def test_a_suspended_app_gives_up_no_record_however_long_it_lasts(bench: Bench) -> None:
    bench.owe(20)
    for _hour in range(60):
        with pytest.raises(RefusedError):
            bench.run(OddHost(fails(RefusedError("403: the app is suspended"))))
        bench.clock.advance(seconds=3600)
    assert bench.states() == [OPEN] * 20
    bench.run(OddHost(receipt))
    assert bench.states() == [DONE] * 20


@pytest.mark.parametrize("poisoned", ["s00", "s05", "s09"])
def test_what_is_refused_while_others_are_taken_is_given_up_in_the_same_pass(
    bench: Bench, poisoned: str
) -> None:
    bench.owe(10)
    host = OddHost(but({poisoned}, REFUSAL))
    bench.run(host)
    rows = bench.rows()
    given_up = rows.pop(poisoned)
    assert (given_up.state, given_up.reason) == (GIVEN_UP, "422: it is refused")
    assert {row.state for row in rows.values()} == {DONE}
    assert host.asked.count(poisoned) == 2


def test_a_run_of_poison_as_long_as_ends_a_pass_hides_nothing_from_the_next(bench: Bench) -> None:
    bench.owe(10)
    poison = {f"s{n:02}" for n in range(IN_FLIGHT + 1)}
    host = OddHost(but(poison, REFUSAL))
    with pytest.raises(RefusedError):
        bench.run(host)
    bench.clock.advance(seconds=60)
    bench.run(host)
    rows = bench.rows()
    assert {name for name, row in rows.items() if row.state is GIVEN_UP} == poison
    assert {row.state for name, row in rows.items() if name not in poison} == {DONE}


def test_refusals_that_begin_after_a_success_give_up_nothing_while_the_host_shows_nothing(
    bench: Bench,
) -> None:
    bench.owe(3)

    def gone_bad(_record: Record, _known: Receipt) -> Receipt:
        raise RefusedError("403: the app is suspended")

    host = OddHost(but({"s01", "s02"}, RefusedError("403: the app is suspended")), gone_bad)
    bench.run(host)
    assert bench.states() == [DONE, OPEN, OPEN]
    assert {row.trouble for row in bench.rows().values()} == {Trouble.NONE, Trouble.REFUSED}


def test_a_record_alone_that_is_refused_is_given_up_after_72_hours(bench: Bench) -> None:
    bench.owe(1)
    host = OddHost(fails(REFUSAL))
    bench.run(host)
    assert bench.states() == [OPEN]
    bench.clock.advance(seconds=71 * 3600)
    bench.run(host)
    assert bench.states() == [OPEN]
    bench.clock.advance(seconds=2 * 3600)
    bench.run(host)
    assert bench.states() == [GIVEN_UP]
    assert len(host.asked) == 4  # the last time once more, to be sure


@pytest.mark.parametrize("error", [TryLaterError("away"), REFUSAL], ids=["away", "refused"])
def test_a_record_the_host_fails_on_alone_is_given_up_once_the_host_shows_what_it_took_before(
    bench: Bench, error: WitnessmarkError
) -> None:
    bench.owe(1)
    bench.run(OddHost(receipt))
    bench.owe(2)
    for _hour in range(72):
        host = OddHost(but({"s01"}, error))
        bench.run(host)
        assert (bench.rows()["s01"].state, host.looked_at) == (OPEN, [])
        bench.clock.advance(seconds=3600)
    host = OddHost(but({"s01"}, error))
    bench.run(host)
    row = bench.rows()["s01"]
    assert (row.state, str(error) in row.reason, host.looked_at) == (GIVEN_UP, True, ["s00"])


@pytest.mark.parametrize(
    "error",
    [TryLaterError("away"), RefusedError("403: the app is suspended")],
    ids=["away", "suspended"],
)
def test_an_outage_of_the_whole_host_over_a_long_weekend_gives_up_nothing(
    bench: Bench, error: WitnessmarkError
) -> None:
    def shows_nothing(_record: Record, _known: Receipt) -> Receipt:
        raise error

    bench.owe(1)
    bench.run(OddHost(receipt))
    bench.owe(2)
    for _hour in range(100):
        bench.run(OddHost(fails(error), shows_nothing))
        bench.clock.advance(seconds=3600)
    assert bench.states() == [DONE, OPEN]
    bench.run(OddHost(receipt))
    assert bench.states() == [DONE, DONE]


@pytest.mark.parametrize(
    "error", [TryLaterError("away"), OutcomeUnknownError("no answer")], ids=["away", "lost"]
)
def test_a_record_that_fails_for_72_hours_while_others_pass_is_given_up(
    bench: Bench, error: WitnessmarkError
) -> None:
    bench.owe(2)
    host = OddHost(but({"s00"}, error))
    bench.run(host)
    assert bench.states() == [OPEN, DONE]
    bench.clock.advance(seconds=73 * 3600)
    bench.owe(3)
    bench.run(host)
    row = bench.rows()["s00"]
    assert (row.state, row.reason) == (GIVEN_UP, f"given up after 72 hours: {error}")


def test_success_and_news_end_the_time_of_failing(bench: Bench) -> None:
    bench.owe(1)
    bench.run(OddHost(fails(TryLaterError("away"))))
    assert bench.rows()["s00"].failing_since == bench.clock.instant
    bench.clock.advance(seconds=60)
    bench.run(OddHost(receipt))
    assert bench.rows()["s00"].failing_since is None


@pytest.mark.parametrize("poison", [ZeroDivisionError(), REFUSAL, OutcomeUnknownError("lost")])
def test_no_poison_keeps_another_record_from_arriving_in_the_same_pass(
    bench: Bench, poison: Exception
) -> None:
    bench.owe(10)
    bench.run(OddHost(but({"s03"}, poison)))
    rows = bench.rows()
    assert rows.pop("s03").state is not DONE
    assert {row.state for row in rows.values()} == {DONE}


def test_rows_whose_time_a_clock_gave_that_was_set_back_are_due(bench: Bench) -> None:
    bench.owe(3)
    bench.run(OddHost(fails(TryLaterError("busy", after=600))))
    held = bench.deliverer(OddHost(receipt))
    bench.clock.advance(seconds=900)
    assert len(held.claim()) == 3
    bench.clock.instant -= timedelta(hours=24)
    bench.run(OddHost(receipt))
    assert bench.states() == [DONE] * 3


def test_a_host_that_asks_to_wait_is_left_in_peace_until_then(bench: Bench) -> None:
    bench.owe(3)
    host = OddHost(fails(TryLaterError("wait", after=600)))
    bench.run(host)
    assert len(host.asked) == 3
    for _pass in range(5):
        bench.clock.advance(seconds=100)
        bench.run(host)
    assert len(host.asked) == 3
    bench.clock.advance(seconds=100)
    bench.run(OddHost(receipt))
    assert bench.states() == [DONE] * 3
