"""Whether the supervisee was registered with the board on the day of the hours."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from witnessmark.domain.candidacies import Milestone
from witnessmark.domain.people import Credential, LicenceStatus
from witnessmark.rules.findings import Bucket
from witnessmark.rules.judging import Said
from witnessmark.rules.kinds.qualified import is_unknown_on, state_on
from witnessmark.rules.reasons import Reason, tell
from witnessmark.rules.rule import Phase, Rule
from witnessmark.rules.telling import day_of
from witnessmark.rules.words import Many, Name, Word

if TYPE_CHECKING:
    from witnessmark.rules.bench import Bench


class PersonStatusAt(Rule):
    """Hours need the supervisee's registration, except early ones that the board lets count.

    Where no registration is on record, the milestone `registered` stands for one without end.
    """

    PHASE: ClassVar[Phase] = Phase.STANDING

    rule: Literal["person_status_at"]
    licences: Many[Name] = Field(min_length=1, description="One of these licences of the pack.")
    from_milestone: Word[Milestone] | None = Field(
        default=None, description="Hours before it need no registration."
    )
    grace_days: Annotated[int, Field(ge=0)] | None = Field(
        default=None,
        description="Days from the degree in which the board must receive the application for"
        " registration; then hours from the degree on count.",
    )
    fingerprinted_first: bool = Field(
        default=False, description="Whether these hours count from the fingerprinting on only."
    )

    def judge(self, bench: Bench) -> None:
        """Void the hours of somebody not registered; hold those of whom it is not known."""
        found = ((self._against(bench, piece.day), piece) for piece in bench.of(self))
        tell(bench, self, ((reason, piece) for reason, piece in found if reason is not None))

    def _against(self, bench: Bench, day: date) -> Reason | None:
        licences = bench.licences_of(bench.case.person, self.licences)
        if _is_registered(bench, licences, day=day):
            return None
        exempt_before = bench.day_of(self.from_milestone)
        if exempt_before is not None and day < exempt_before:
            return None
        begun = [one for one in licences if one.issued <= day]
        if any(is_unknown_on(one, day) for one in begun):
            return _unknown("How the registration stood", "Record how it stood from when to when.")
        if any(one.status_on(day) is LicenceStatus.PROBATION for one in begun):
            return _ON_PROBATION
        if begun:
            return _not_registered(", ".join(sorted({state_on(one, day) for one in begun})))
        if self.from_milestone is not None and exempt_before is None:
            return _milestone_unknown(self.from_milestone)
        if self.grace_days is not None:
            return self._graced(bench, licences, day=day, days=self.grace_days)
        return _before_registration(bench, licences)

    def _graced(
        self, bench: Bench, licences: list[Credential], *, day: date, days: int
    ) -> Reason | None:
        degree = bench.day_of(Milestone.DEGREE)
        if degree is None:
            return _milestone_unknown(Milestone.DEGREE)
        if day < degree:
            return _before_registration(bench, licences)
        deadline = degree + timedelta(days=days)
        received = bench.day_of(Milestone.REGISTRATION_RECEIVED)
        if received is None:
            return _not_yet_received(deadline, on=bench.on)
        if received > deadline:
            return _not_registered(f"the board had the application on {received}, after {deadline}")
        if self.fingerprinted_first:
            printed = bench.day_of(Milestone.FINGERPRINTED)
            if printed is None:
                return _milestone_unknown(Milestone.FINGERPRINTED)
            if day < printed:
                return _not_registered(f"fingerprinted on {printed} only")
        if _registration_is_known(bench, licences):
            return None
        return _unknown("A registration", "Record it once it is issued, from its first day on.")


def _is_registered(bench: Bench, licences: list[Credential], *, day: date) -> bool:
    since = bench.day_of(Milestone.REGISTERED)
    return any(one.in_good_standing_on(day) for one in licences) or (
        not licences and since is not None and since <= day
    )


def _registration_is_known(bench: Bench, licences: list[Credential]) -> bool:
    return bool(licences) or bench.day_of(Milestone.REGISTERED) is not None


def _before_registration(bench: Bench, licences: list[Credential]) -> Reason:
    if not _registration_is_known(bench, licences):
        return _unknown(
            "A registration",
            "Record it with its first day, if there was one by then; hours before it do not count.",
        )
    first = min((one.issued for one in licences), default=bench.day_of(Milestone.REGISTERED))
    return _not_registered(f"registered from {first} on")


def _not_yet_received(deadline: date, *, on: date) -> Reason:
    if on <= deadline:
        return _unknown(
            "The application for registration",
            f"See that the board receives it by {deadline}, and record that day.",
            by_when=deadline,
        )
    return _unknown(
        "The application for registration",
        f"Record the day on which the board received it; it was due by {deadline}.",
    )


def _milestone_unknown(milestone: Milestone) -> Reason:
    cure = "Record it in the candidacy."
    if milestone is Milestone.DEGREE:
        cure = "Record it in the candidacy; while you study, the day on which you expect it."
    return _unknown(day_of(milestone), cure)


def _unknown(what: str, cure: str, *, by_when: date | None = None) -> Reason:
    said = Said(f"{what} is not on record.", cure, by_when)
    return Reason("registration_unknown", Bucket.HELD, said)


def _not_registered(why: str) -> Reason:
    said = Said(
        f"The supervisee was not registered with the board: {why}.",
        "Nothing cures these hours, unless a day on record is mistaken: then correct it.",
    )
    return Reason("not_registered", Bucket.VOID, said)


_ON_PROBATION = Reason(
    "registration_on_probation",
    None,
    Said(
        "The registration was on probation. The hours count here.",
        "Ask the board whether hours during the probation count.",
    ),
)
