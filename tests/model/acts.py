"""What people do, at the clinic and in its EHR, as rules; the model hears of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tests.model import people
from tests.model.judge import Judge
from tests.model.model import Hand, Record, Week, Word
from tests.model.stage import Stage
from tests.model.there import There, by_hand, reference
from tests.model.world import AGREEMENT, CLINIC, EHR, World
from witnessmark.application.replaying import Decision, Keep, decide_conflict
from witnessmark.errors import DomainError, HostError
from witnessmark.ports.deliveries import DeliveryState

A = TypeVar("A", bound="Acts")
P = ParamSpec("P")
R = TypeVar("R", bound=Record)
T = TypeVar("T")

MOST = 4
"""How many sessions and weeks there are at most: enough to get in each other's way."""

which = st.integers(0, 30)


def counted(do: Callable[Concatenate[A, P], None]) -> Callable[Concatenate[A, P], None]:
    """Count how often a rule was followed."""

    @wraps(do)
    def done(self: A, /, *given: P.args, **drawn: P.kwargs) -> None:
        self.counted[do.__name__] += 1
        do(self, *given, **drawn)

    return done


class Acts(RuleBasedStateMachine):
    """One clinic and its EHR, and what people do in either."""

    def __init__(self, stage: Stage, counted: Counter[str]) -> None:
        super().__init__()
        self.world = World(stage, stage.fresh_store())
        self.world.reconnect()
        agreement = Record(AGREEMENT.id, ("supervisor", "supervisee"), content="in force")
        self.records: dict[str, Record] = {f"agreement/{AGREEMENT.id}": agreement}
        self.judge = Judge(self.world, self.records)
        self.cursors: list[tuple[str, str]] = []
        self.counted = counted
        self.count = 0
        self.is_whole = True

    def attempt(self, doing: Coroutine[Any, Any, object]) -> None:
        self.counted[f"pass {self.world.attempt(doing).partition(':')[0]}"] += 1
        with self.world.store.look(CLINIC) as work:
            kept = work.cursors.get(EHR, "our_copies")
        if kept:
            self.cursors.append(("our_copies", kept))

    def _next(self) -> int:
        self.count += 1
        return self.count

    def _of(self, kind: type[R]) -> list[R]:
        return [one for one in self.records.values() if type(one) is kind]

    def _sessions(self) -> list[Record]:
        return [one for key, one in self.records.items() if key.startswith("session/")]

    # --- people at the clinic

    @initialize()
    def a_session_and_a_week(self) -> None:
        self.session_held()
        self.week_begun()
        people.submit(self.world, self._of(Week)[0])

    @precondition(lambda self: len(self._sessions()) < MOST)
    @rule()
    @counted
    def session_held(self) -> None:
        session = Record(f"s-{len(self._sessions())}", ("booked", "held"))
        self.records[f"session/{session.id}"] = session
        people.hold_session(self.world, session, 30 + self._next())

    @rule(n=which)
    @counted
    def session_longer(self, n: int) -> None:
        people.hold_session(self.world, one_of(self._sessions(), n), 30 + self._next())

    @precondition(lambda self: len(self._of(Week)) < MOST)
    @rule()
    @counted
    def week_begun(self) -> None:
        week = Week(f"w-{len(self._of(Week))}", ("log",))
        self.records[f"hour_log/{week.id}"] = week
        people.log_week(self.world, week, 60 + self._next())

    @rule(n=which)
    @counted
    def week_corrected(self, n: int) -> None:
        week = one_of(self._of(Week), n)
        if not week.is_in or any(not one.revoked for one in self._words(week)):
            people.log_week(self.world, week, 60 + self._next())

    @rule(n=which)
    @counted
    def week_submitted_or_withdrawn(self, n: int) -> None:
        week = one_of(self._of(Week), n)
        (people.withdraw if week.is_in else people.submit)(self.world, week)

    @precondition(lambda self: self._signable())
    @rule(n=which)
    @counted
    def signed(self, n: int) -> None:
        week = one_of(self._signable(), n)
        name = f"a-{len(self._of(Word))}"
        word = Word(name, ("word", "revocation"), week=week, covers=week.changes)
        word.minutes = week.minutes
        self.records[f"attestation/{word.id}"] = word
        people.sign(self.world, word)

    @precondition(lambda self: any(not one.revoked for one in self._of(Word)))
    @rule(n=which)
    @counted
    def revoked(self, n: int) -> None:
        people.revoke(self.world, one_of([one for one in self._of(Word) if not one.revoked], n))

    def _words(self, week: Week) -> list[Word]:
        return [one for one in self._of(Word) if one.week is week]

    def _signable(self) -> list[Week]:
        def is_open(week: Week) -> bool:
            return week.is_in and not any(one.stands for one in self._words(week))

        return [week for week in self._of(Week) if is_open(week)]

    # --- people in the EHR

    @rule(n=which, hand=st.sampled_from(Hand))
    @counted
    def changed_there(self, n: int, hand: Hand) -> None:
        there = There(self.world.practice)
        standing = [
            (record, part, copy)
            for record in self.records.values()
            for part in record.parts
            if (copy := there.copy(part, record.id))
        ]
        if not standing:
            return
        record, part, copy = one_of(standing, n)
        at = reference(copy)
        by_hand(self.world.practice, copy, hand, self._next())
        self.judge.expect_change(at, removed=hand is Hand.DELETED)
        if self.world.knows(at):
            record.touch(part, hand)
        elif isinstance(record, Word):
            record.theirs = True  # it is found by its tag, and never written over

    @rule(n=which)
    @counted
    def noted_there(self, n: int) -> None:
        there = There(self.world.practice)
        booked = [copy for one in self._sessions() if (copy := there.copy("booked", one.id))]
        if booked:
            at, note = reference(one_of(booked, n)), f"a note of the EHR's own, {self._next()}"
            self.world.practice.by_hand.change(at, comment=note)
            self.judge.expect_note(at, note)

    @precondition(lambda self: any(one.asked for one in self.records.values()))
    @rule(n=which, ours=st.booleans())
    @counted
    def decided(self, n: int, *, ours: bool) -> None:
        if not self._disputed():
            self.attempt(self.world.sync(self.world.worker, full=True))
        if not (disputed := self._disputed()):
            return
        key = one_of(disputed, n)
        record, before = self.records[key], self.world.rows()[key]
        decision = Decision(key, Keep.OURS if ours else Keep.THEIRS)
        context = self.world.worker.context
        signed = isinstance(record, Word) and Hand.EDITED in record.asked.values()
        try:
            self.world.survive(
                lambda: decide_conflict(context, self.world, decision, act=self.world.act())
            )
        except HostError:
            return  # what stands there could not be looked up: nothing was decided
        except DomainError as error:
            if error.code == "never_rewritten" and ours and signed:
                return
            raise
        if self.world.rows()[key].fence != before.fence:
            assert not (ours and signed), "what was signed is written again"
            record.decide(ours=ours)

    def _disputed(self) -> list[str]:
        rows = self.world.rows()
        return [
            key
            for key, one in self.records.items()
            if one.asked and rows[key].state is DeliveryState.CONFLICT
        ]


def one_of(among: Sequence[T], n: int) -> T:
    return among[n % len(among)]
