"""How many supervisees a supervisor has, and how many supervisors a supervisee. Takes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from witnessmark.domain.agreements import Agreement
from witnessmark.domain.ids import PersonId
from witnessmark.rules.judging import Said
from witnessmark.rules.kinds.agreements import agreements_of
from witnessmark.rules.reasons import name_of
from witnessmark.rules.rule import Phase, Rule
from witnessmark.rules.windows import Period
from witnessmark.rules.words import Many, Name

if TYPE_CHECKING:
    from witnessmark.rules.bench import Bench


class SupervisorLoadMax(Rule):
    """A supervisor has at most so many supervisees with an agreement in force at once."""

    PHASE: ClassVar[Phase] = Phase.STANDING

    rule: Literal["supervisor_load_max"]
    at_most: Annotated[int, Field(ge=1)]
    settings: Many[Name] = Field(
        default=(), description="The kinds of setting that are counted; not given, all."
    )

    def judge(self, bench: Bench) -> None:
        """Tell which supervisors had too many supervisees on days of these hours."""
        counted = [one for one in bench.case.agreements if self._counts(bench, one)]
        supervised: dict[PersonId, set[date]] = {}
        for piece in bench.of(self):
            for leader in piece.supervisors:
                supervised.setdefault(leader, set()).add(piece.day)
        for leader, on in sorted(supervised.items()):
            agreed = [one for one in counted if one.supervisor == leader]
            over = _over(
                {day: len({a.supervisee for a in agreed if a.in_force_on(day)}) for day in on},
                at_most=self.at_most,
            )
            if over is not None:
                period, most = over
                name = name_of(bench, leader)
                said = Said(
                    f"{name} had agreements with up to {most} supervisees at once; this board"
                    f" allows {self.at_most}.",
                    f"{name} hands a supervisee over to another supervisor; record the end of"
                    " agreements that no longer hold.",
                )
                bench.find(self, "supervisor_load", where=period, said=said)

    def _counts(self, bench: Bench, agreement: Agreement) -> bool:
        setting = bench.case.settings.get(agreement.setting)
        return not self.settings or (setting is not None and setting.kind in self.settings)


class ConcurrentSupervisorsMax(Rule):
    """A supervisee has at most so many supervisors with an agreement in force at once."""

    PHASE: ClassVar[Phase] = Phase.STANDING

    rule: Literal["concurrent_supervisors_max"]
    at_most: Annotated[int, Field(ge=1)]

    def judge(self, bench: Bench) -> None:
        """Tell on which days of these hours there were too many supervisors."""
        agreed = agreements_of(bench)
        over = _over(
            {day: _supervisors(agreed, day) for day in {one.day for one in bench.of(self)}},
            at_most=self.at_most,
        )
        if over is not None:
            period, most = over
            said = Said(
                f"Agreements with up to {most} supervisors were in force at once; this board"
                f" allows {self.at_most}.",
                "End an agreement before the next one starts; record the end of those that no"
                " longer hold.",
            )
            bench.find(self, "too_many_supervisors", where=period, said=said)


def _supervisors(agreed: Iterable[Agreement], day: date) -> int:
    return len({one.supervisor for one in agreed if one.in_force_on(day)})


def _over(numbers: Mapping[date, int], *, at_most: int) -> tuple[Period, int] | None:
    """Return from when to when there were more, and how many at most; None if never."""
    over = {day: number for day, number in numbers.items() if number > at_most}
    if not over:
        return None
    return Period(min(over), max(over)), max(over.values())
