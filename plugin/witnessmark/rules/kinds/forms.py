"""Forms of a board: signed by the right people, in the right way, in time. Never what they say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from witnessmark.domain.agreements import Agreement
from witnessmark.domain.forms import Form, SignatureKind
from witnessmark.domain.ids import PersonId, SettingId
from witnessmark.domain.sessions import Medium
from witnessmark.rules.findings import Bucket
from witnessmark.rules.judging import Said
from witnessmark.rules.kinds.agreements import agreements_of, is_under
from witnessmark.rules.pieces import Piece, Source
from witnessmark.rules.reasons import Reason, mildest, names_of, tell_of_supervisors
from witnessmark.rules.rule import Phase, Rule
from witnessmark.rules.telling import days
from witnessmark.rules.windows import Period, month_of, months_after
from witnessmark.rules.words import Many, Name, Word

if TYPE_CHECKING:
    from witnessmark.rules.bench import Bench


@dataclass(frozen=True, slots=True)
class Occasion:
    """What one form is asked for: some hours, and the supervisors one of whom answers for them."""

    pieces: Sequence[Piece]
    supervisors: frozenset[PersonId]
    agreement: Agreement | None = None
    period: Period | None = None
    setting: SettingId | None = None

    @property
    def first_video(self) -> date | None:
        """The first day of supervision by video."""
        videos = (
            one.day
            for one in self.pieces
            if one.source is Source.SESSION and one.medium is Medium.VIDEO
        )
        return min(videos, default=None)

    def is_spoken_of_in(self, form: Form) -> bool:
        """Whether a form is for this: what it leaves open it does not contradict."""
        if form.supervisor is not None and form.supervisor not in self.supervisors:
            return False
        if self.setting is not None and form.setting not in (None, self.setting):
            return False
        first, last = form.first_day or form.last_day, form.last_day or form.first_day
        if first is None or last is None:
            return self.period is None
        if self.agreement is not None:
            ends = self.agreement.ends or date.max
            return first <= ends and self.agreement.starts <= last
        return self.period is None or (first <= self.period.last and self.period.first <= last)


class SignedWithin(Rule):
    """A form is signed within its time; then the hours it is asked for count."""

    PHASE: ClassVar[Phase] = Phase.STANDING

    rule: Literal["signed_within"]
    form: Name = Field(description="A form of this pack.")
    each: Literal["agreement", "window", "supervisor", "person"] = Field(
        description="For each of what one form is asked."
    )
    anchor: Literal[
        "agreement-start", "agreement-end", "window-end", "supervision-start", "first-video"
    ] = Field(description="The day its time is counted from.")
    within_days: Annotated[int, Field(ge=0)] = Field(
        default=0, description="By so many days after the anchor; 0: on that day at the latest."
    )
    by_end_of_next_month: bool = Field(
        default=False, description="By the last day of the month after the anchor's, instead."
    )
    only_if: Literal["video-used", "supervisor-not-employed"] | None = Field(
        default=None, description="When it is asked at all; not given, always."
    )
    signed_by: Many[Literal["supervisor", "supervisee"]] = Field(
        default=("supervisor",), description="Who must sign, all of them."
    )
    signature: Many[Word[SignatureKind]] = Field(
        default=(), description="Kinds of signature that are taken; not given, any."
    )

    def judge(self, bench: Bench) -> None:
        """Void what was signed late or wrongly; hold what no form is on record for."""
        reasons: dict[tuple[PersonId, str], Reason] = {}
        for occasion in self._occasions(bench):
            reason = self._of(bench, occasion)
            if reason is not None:
                for piece in occasion.pieces:
                    for leader in occasion.supervisors:
                        reasons[leader, piece.id] = reason
        tell_of_supervisors(bench, self, lambda leader, piece: reasons.get((leader, piece.id)))

    def _occasions(self, bench: Bench) -> Iterator[Occasion]:
        pieces = bench.of(self)
        match self.each:
            case "agreement":
                for one in agreements_of(bench):
                    under = [piece for piece in pieces if is_under(piece, one)]
                    leaders = frozenset({one.supervisor})
                    yield Occasion(under, leaders, agreement=one, setting=one.setting)
            case "window":
                for stretch in bench.stretches(self):
                    leaders = _leaders(stretch.pieces)
                    yield Occasion(
                        stretch.pieces, leaders, period=stretch.period, setting=stretch.setting
                    )
            case "supervisor":
                for leader in sorted(_leaders(pieces)):
                    led = [piece for piece in pieces if leader in piece.supervisors]
                    yield Occasion(led, frozenset({leader}))
            case "person":
                yield Occasion(pieces, _leaders(pieces))

    def _of(self, bench: Bench, occasion: Occasion) -> Reason | None:
        agreed = _agreed(bench, occasion)
        anchor = self._anchor(occasion, agreed)
        if anchor is None or not self._is_asked(occasion, agreed):
            return None
        if self.only_if == "supervisor-not-employed" and _employed(agreed) is None:
            return _employment_unknown(names_of(bench, occasion.supervisors))
        deadline = self._deadline(anchor)
        reasons = [
            self._against(bench, occasion, form=one, deadline=deadline)
            for one in bench.case.forms
            if one.form == self.form
            and one.supervisee in (None, bench.case.person)
            and occasion.is_spoken_of_in(one)
        ]
        against = [one for one in reasons if one is not None]
        if len(against) < len(reasons):
            return None
        if bench.on <= deadline:
            return self._due(bench, occasion, deadline=deadline) if anchor <= bench.on else None
        return mildest(against or [self._missing(bench, occasion, deadline=deadline)])

    def _is_asked(self, occasion: Occasion, agreed: Sequence[Agreement]) -> bool:
        match self.only_if:
            case "video-used":
                return occasion.first_video is not None
            case "supervisor-not-employed":
                return not _employed(agreed)
            case None:
                return True

    def _anchor(self, occasion: Occasion, agreed: Sequence[Agreement]) -> date | None:
        """Return the day the time is counted from; None where it has not come, or never will."""
        match self.anchor:
            case "agreement-start":
                return min((one.starts for one in agreed), default=None)
            case "agreement-end":
                ends = [one.ends for one in agreed if one.ends is not None]
                return max(ends) if ends and len(ends) == len(agreed) else None
            case "window-end":
                return occasion.period.last if occasion.period else None
            case "supervision-start":
                return occasion.pieces[0].day if occasion.pieces else None
            case "first-video":
                return occasion.first_video

    def _deadline(self, anchor: date) -> date:
        if self.by_end_of_next_month:
            return month_of(months_after(anchor, 1)).last
        return anchor + timedelta(days=self.within_days)

    def _against(
        self, bench: Bench, occasion: Occasion, *, form: Form, deadline: date
    ) -> Reason | None:
        """Return what keeps a form from being signed by all, as it must be, in time."""
        signers = [
            occasion.supervisors if role == "supervisor" else frozenset({bench.case.person})
            for role in self.signed_by
        ]
        taken = [one for one in form.signatures if self._takes(one.kind)]
        signed = [sorted(one.on for one in taken if one.person in people) for people in signers]
        in_time = [
            max(on for on in own if on <= deadline) for own in signed if own and own[0] <= deadline
        ]
        if len(in_time) == len(signed):
            day = min(in_time, default=date.max)
            early = occasion.period is not None and day < occasion.pieces[-1].day
            return self._early(bench, occasion, signed=day) if early else None
        if all(signed):
            last = max(own[0] for own in signed)
            return self._late(bench, occasion, signed=last, deadline=deadline)
        allowed = frozenset[PersonId]().union(*signers)
        if all(one.person in allowed and self._takes(one.kind) for one in form.signatures):
            return self._missing(bench, occasion, deadline=deadline)
        return self._wrongly_signed(bench, occasion)

    def _takes(self, kind: SignatureKind) -> bool:
        return not self.signature or kind in self.signature

    def _named(self, bench: Bench, occasion: Occasion) -> str:
        known = bench.pack.forms.get(self.form)
        named = f"The form {known.title if known else self.form}"
        if occasion.period is not None:
            return f"{named} for {days(occasion.period)}"
        return (
            named if self.each == "person" else f"{named} ({names_of(bench, occasion.supervisors)})"
        )

    def _signers(self) -> str:
        how = " or ".join(one.value for one in self.signature)
        return "the " + " and the ".join(self.signed_by) + (f" ({how} signature)" if how else "")

    def _due(self, bench: Bench, occasion: Occasion, *, deadline: date) -> Reason:
        said = Said(
            f"{self._named(bench, occasion)} is due by {deadline}; the hours count until then.",
            f"Have it signed by {self._signers()}, and record the day.",
            deadline,
        )
        return Reason("form_due", None, said)

    def _missing(self, bench: Bench, occasion: Occasion, *, deadline: date) -> Reason:
        period = " for these days" if occasion.period else ""
        said = Said(
            f"{self._named(bench, occasion)}, signed by {self._signers()} by {deadline}, is"
            " not on record.",
            f"Record it{period}, with who signed it on which day.",
        )
        return Reason("form_missing", Bucket.HELD, said)

    def _early(self, bench: Bench, occasion: Occasion, *, signed: date) -> Reason:
        said = Said(
            f"{self._named(bench, occasion)} was signed on {signed}, before the last"
            f" of its hours on {occasion.pieces[-1].day}. The hours count here.",
            "Correct the day of signature if it is mistaken; otherwise ask the board whether it"
            " takes such a form.",
        )
        return Reason("form_early", None, said)

    def _late(self, bench: Bench, occasion: Occasion, *, signed: date, deadline: date) -> Reason:
        said = Said(
            f"{self._named(bench, occasion)} was signed on {signed}; it was due by {deadline}.",
            "Correct the day of signature if it is mistaken; nothing else cures it.",
        )
        return Reason("form_late", Bucket.VOID, said)

    def _wrongly_signed(self, bench: Bench, occasion: Occasion) -> Reason:
        said = Said(
            f"{self._named(bench, occasion)} does not have the signatures this board takes.",
            f"It needs those of {self._signers()}; record one that has them, signed in time.",
        )
        return Reason("form_signature", Bucket.VOID, said)


def _leaders(pieces: Sequence[Piece]) -> frozenset[PersonId]:
    return frozenset(leader for piece in pieces for leader in piece.supervisors)


def _agreed(bench: Bench, occasion: Occasion) -> list[Agreement]:
    """Return the agreements under which there are hours of an occasion."""
    return [
        one
        for one in ([occasion.agreement] if occasion.agreement else agreements_of(bench))
        if any(is_under(piece, one) for piece in occasion.pieces)
    ]


def _employed(agreed: Sequence[Agreement]) -> bool | None:
    """Whether the supervisors are employed at the setting; None where it is not known of one."""
    said = {one.employed_there for one in agreed}
    return False if False in said else None if None in said else True


def _employment_unknown(name: str) -> Reason:
    said = Said(
        f"Whether {name} is employed at the setting is not on record; if not, a form is asked for.",
        "Record it with the agreement.",
    )
    return Reason("employment_unknown", None, said)
