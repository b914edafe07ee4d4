"""Whether a supervisor was licensed, and for long enough, on the day of the hours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from witnessmark.domain.ids import PersonId
from witnessmark.domain.people import GOOD_STANDING, Credential
from witnessmark.rules.findings import Bucket
from witnessmark.rules.judging import Said
from witnessmark.rules.reasons import Reason, name_of, tell_of_supervisors
from witnessmark.rules.rule import Phase, Rule
from witnessmark.rules.windows import Period, years_before
from witnessmark.rules.words import Many, Name

if TYPE_CHECKING:
    from witnessmark.rules.bench import Bench

Years = Annotated[int, Field(ge=1, le=100)]


class SupervisorQualifiedAt(Rule):
    """One supervisor of each hour is licensed on its day, in good standing, long enough."""

    PHASE: ClassVar[Phase] = Phase.STANDING

    rule: Literal["supervisor_qualified_at"]
    licences: Many[Name] = Field(min_length=1, description="One of these licences of the pack.")
    licensed_years: Years | None = Field(default=None, description="Years in good standing before.")
    of_last_years: Years | None = Field(default=None, description="Within so many last years.")
    any_licence_for_years: bool = Field(
        default=False, description="Whether licences of any kind and place give these years."
    )

    def judge(self, bench: Bench) -> None:
        """Void hours under nobody qualified; hold those of whom no licence is on record."""

        @cache
        def against(leader: PersonId, day: date) -> Reason | None:
            return self._against(bench, leader, day=day)

        tell_of_supervisors(bench, self, lambda leader, piece: against(leader, piece.day))

    def _against(self, bench: Bench, leader: PersonId, *, day: date) -> Reason | None:
        known = bench.case.people.get(leader)
        held = known.credentials if known else ()
        licences = bench.licences_of(leader, self.licences)
        if any(one.in_good_standing_on(day) for one in licences):
            counted = held if self.any_licence_for_years else licences
            enough = self._long_enough(counted, day=day)
            return None if enough else self._too_new(name_of(bench, leader))
        if not held or any(is_unknown_on(one, day) for one in licences):
            return _unknown(name_of(bench, leader))
        return _not_licensed(name_of(bench, leader), self._standing(bench, leader, day=day))

    def _standing(self, bench: Bench, leader: PersonId, *, day: date) -> str:
        """Return how the licences that a leader has stood: `LCSW: lapsed`; or that none is one."""
        standing = {
            f"{bench.pack.licences[name].title}: {state_on(one, day)}"
            for name in self.licences
            for one in bench.licences_of(leader, [name])
        }
        titles = " or ".join(bench.pack.licences[one].title for one in self.licences)
        return "; ".join(sorted(standing)) or f"{titles}: none of these on record"

    def _long_enough(self, credentials: Iterable[Credential], *, day: date) -> bool:
        if self.licensed_years is None:
            return True
        since = years_before(day, self.of_last_years) if self.of_last_years else date.min
        needed = (day - years_before(day, self.licensed_years)).days
        return days_in_good_standing(credentials, since=since, before=day) >= needed

    def _too_new(self, name: str) -> Reason:
        years = "1 year" if self.licensed_years == 1 else f"{self.licensed_years} years"
        if self.of_last_years:
            years += f" of the last {self.of_last_years}"
        said = Said(
            f"{name} had not yet been licensed for {years}.",
            f"It is met from the day on which {name} has been licensed for {years}; record earlier"
            " licences, if there are any.",
        )
        return Reason("supervisor_too_new", Bucket.VOID, said)


def _not_licensed(name: str, standing: str) -> Reason:
    said = Said(
        f"{name} was not in good standing as {standing}.",
        "Nothing cures these hours, unless a licence in good standing on these days was left out"
        " of the record: then record it.",
    )
    return Reason("supervisor_not_licensed", Bucket.VOID, said)


def _unknown(name: str) -> Reason:
    said = Said(
        f"What licence {name} held is not on record.",
        f"Record {name}'s licence: the board, the number, and how it stood from when to when.",
    )
    return Reason("supervisor_licence_unknown", Bucket.HELD, said)


def is_unknown_on(credential: Credential, day: date) -> bool:
    """Whether a licence was issued by then, and nothing says how it stood that day."""
    return credential.issued <= day and credential.status_on(day) is None


def state_on(credential: Credential, day: date) -> str:
    """Return `suspended`, `lapsed` …, or `not issued before 2026-03-01`."""
    status = credential.status_on(day)
    return f"not issued before {credential.issued}" if status is None else status.value


def days_in_good_standing(credentials: Iterable[Credential], *, since: date, before: date) -> int:
    """Count the days from `since`, up to and without `before`, on which one at least held good.

    Licences for training (associates, residents) give none.
    """
    stretches = sorted(
        stretch for one in credentials if not one.training_licence for stretch in _stretches(one)
    )
    total, counted_to = 0, since
    for stretch in stretches:
        first = max(stretch.first, counted_to)
        until = before if stretch.last >= before else stretch.last + timedelta(days=1)
        if first < until:
            total += (until - first).days
            counted_to = until
    return total


def _stretches(credential: Credential) -> Iterator[Period]:
    ends = [change.since - timedelta(days=1) for change in credential.history[1:]]
    for change, last in zip(credential.history, [*ends, date.max], strict=False):
        if change.status in GOOD_STANDING:
            yield Period(
                max(change.since, credential.issued), min(last, credential.expires or date.max)
            )
