"""Supervision agreements on the day of the hours: in force, signed in time, with nobody barred."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from witnessmark.domain.agreements import Agreement
from witnessmark.domain.ids import AgreementId, PersonId, SettingId
from witnessmark.rules.findings import Bucket
from witnessmark.rules.judging import Said
from witnessmark.rules.pieces import Piece
from witnessmark.rules.reasons import Reason, mildest, name_of, tell_of_supervisors
from witnessmark.rules.rule import Phase, Rule
from witnessmark.rules.telling import days
from witnessmark.rules.windows import Period

if TYPE_CHECKING:
    from witnessmark.rules.bench import Bench


def agreements_of(bench: Bench) -> list[Agreement]:
    """Return the agreements of this supervisee alone, in order of time."""
    own = (one for one in bench.case.agreements if one.supervisee == bench.case.person)
    return sorted(own, key=lambda one: (one.starts, one.id))


def is_under(piece: Piece, agreement: Agreement) -> bool:
    """Whether a piece falls in an agreement's time, at its setting, with its supervisor."""
    return (
        piece.setting == agreement.setting
        and agreement.supervisor in piece.supervisors
        and agreement.in_force_on(piece.day)
    )


class NoBarredRelation(Rule):
    """Nobody supervises to whom the supervisee has a relation that the board does not allow."""

    PHASE: ClassVar[Phase] = Phase.STANDING

    rule: Literal["no_barred_relation"]

    def judge(self, bench: Bench) -> None:
        """Void hours, at any setting, while an agreement of the two declares such a relation."""
        barred = [one for one in agreements_of(bench) if one.barred_relation]

        def against(leader: PersonId, piece: Piece) -> Reason | None:
            if not any(one.supervisor == leader and one.in_force_on(piece.day) for one in barred):
                return None
            said = Said(
                f"The agreement with {name_of(bench, leader)} declares a relation that this board"
                " does not allow between supervisor and supervisee.",
                "Nothing cures these hours, unless the declaration is mistaken: then correct it."
                " From now on, agree with another supervisor.",
            )
            return Reason("barred_relation", Bucket.VOID, said)

        tell_of_supervisors(bench, self, against)


class AgreementInForce(Rule):
    """Each hour falls under a signed agreement with one of its supervisors, at its setting.

    Without grace it holds from its start or its signature on, whichever is later. With grace it
    holds from its start, when it is signed within so many days of the first supervised day.
    """

    PHASE: ClassVar[Phase] = Phase.STANDING

    rule: Literal["agreement_in_force"]
    grace_days: Annotated[int, Field(ge=0)] = Field(
        default=0, description="Days after the first supervised day in which it may be signed."
    )
    on_late: Literal["warn", "void"] = Field(
        default="void", description="What becomes of hours before a signature that came too late."
    )
    substitute_days: Annotated[int, Field(ge=0)] = Field(
        default=0,
        description="Days in a row that a substitute may stand in without an agreement; after as"
        " many without hours under the substitute they are counted anew.",
    )

    def judge(self, bench: Bench) -> None:
        """Void the hours outside an agreement; hold those of a pair that none is on record of."""
        view = _Agreed(bench, agreements_of(bench), self.substitute_days)
        tell_of_supervisors(
            bench, self, lambda leader, piece: self._against(view, leader, piece=piece)
        )

    def _against(self, view: _Agreed, leader: PersonId, *, piece: Piece) -> Reason | None:
        known = view.between(leader, piece.setting)
        name = name_of(view.bench, leader)
        if not known:
            return None if self._substitutes(view, leader, piece=piece) else _missing(name)
        reasons = [
            self._signed(view, one, day=piece.day) for one in known if one.in_force_on(piece.day)
        ]
        against = [reason for reason in reasons if reason is not None]
        if not reasons:
            return _not_in_force(name, known)
        return mildest(against) if len(against) == len(reasons) else None

    def _substitutes(self, view: _Agreed, leader: PersonId, *, piece: Piece) -> bool:
        """Whether so far somebody stands in for a supervisor who has an agreement that day."""
        since = view.stood_in_since[leader, piece.setting, piece.day]
        return (piece.day - since).days < self.substitute_days and any(
            one.setting == piece.setting and one.in_force_on(piece.day) for one in view.agreements
        )

    def _signed(self, view: _Agreed, agreement: Agreement, *, day: date) -> Reason | None:
        signed, name = agreement.signed_on, name_of(view.bench, agreement.supervisor)
        deadline = view.first_under[agreement.id] + timedelta(days=self.grace_days)
        if signed is None:
            return _unsigned(name, deadline if view.bench.on <= deadline else None)
        if signed <= deadline or signed <= day:
            return None
        if not self.grace_days:
            return _not_in_force(name, [agreement])
        void = self.on_late == "void"
        said = Said(
            f"The agreement with {name} was signed on {signed}; it was due by {deadline}.",
            "Correct the day of signature if it is mistaken; otherwise keep a note of why it was"
            " late.",
        )
        return Reason("agreement_late", Bucket.VOID if void else None, said)


@dataclass(slots=True)
class _Agreed:
    """The agreements of the person whose hours lie on a bench, and the first days under them."""

    bench: Bench
    agreements: Sequence[Agreement]
    substitute_days: int
    first_under: dict[AgreementId, date] = field(default_factory=dict)
    stood_in_since: dict[tuple[PersonId, SettingId | None, date], date] = field(
        default_factory=dict
    )

    def __post_init__(self) -> None:
        last: dict[tuple[PersonId, SettingId | None], date] = {}
        for piece in self.bench.pieces:
            for leader in piece.supervisors:
                before = last.get((leader, piece.setting), piece.day)
                since = self.stood_in_since.get((leader, piece.setting, before), piece.day)
                again = (piece.day - before).days > self.substitute_days
                self.stood_in_since[leader, piece.setting, piece.day] = (
                    piece.day if again else since
                )
                last[leader, piece.setting] = piece.day
            for one in self.agreements:
                if is_under(piece, one):
                    self.first_under.setdefault(one.id, piece.day)

    def between(self, supervisor: PersonId, setting: SettingId | None) -> list[Agreement]:
        return [
            one
            for one in self.agreements
            if one.supervisor == supervisor and one.setting == setting
        ]


def _missing(name: str) -> Reason:
    said = Said(
        f"No agreement with {name} at this setting is on record.",
        "Record the agreement: from when to when it holds, and the day it was signed.",
    )
    return Reason("agreement_missing", Bucket.HELD, said)


def _unsigned(name: str, by_when: date | None) -> Reason:
    if by_when is not None:
        said = Said(
            f"The agreement with {name} is not signed yet; it is due by {by_when}.",
            "Sign it, and record the day.",
            by_when,
        )
        return Reason("agreement_due", None, said)
    said = Said(
        f"When the agreement with {name} was signed is not on record.",
        "Record the day on which it was signed.",
    )
    return Reason("agreement_missing", Bucket.HELD, said)


def _not_in_force(name: str, agreements: Sequence[Agreement]) -> Reason:
    spans = "; ".join(_span(one) for one in agreements)
    said = Said(
        f"The agreement with {name} was not in force; it is {spans}.",
        "Record an agreement that was signed and in force on these days, if there was one.",
    )
    return Reason("agreement_not_in_force", Bucket.VOID, said)


def _span(agreement: Agreement) -> str:
    first = max(agreement.starts, agreement.signed_on or agreement.starts)
    if agreement.ends is None:
        return f"from {first} on"
    return days(Period(first, agreement.ends))
