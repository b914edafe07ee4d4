"""The bench on which one experience is judged by one pack: what is left of each piece, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from itertools import takewhile

from witnessmark.domain.candidacies import Milestone
from witnessmark.domain.ids import PersonId, SettingId
from witnessmark.domain.people import Credential
from witnessmark.domain.settings import Setting
from witnessmark.rules.experience import Experience
from witnessmark.rules.findings import Bucket, Cut, Finding, Requirement
from witnessmark.rules.judging import Fall, Said, Stretch
from witnessmark.rules.kinds.maps import CategoryMap, SupervisionClass
from witnessmark.rules.pack import Pack
from witnessmark.rules.pieces import Piece, Source, pieces_of
from witnessmark.rules.reasons import Reason
from witnessmark.rules.rule import Rule, Scope
from witnessmark.rules.selecting import ALL, Hours
from witnessmark.rules.versions import Versions
from witnessmark.rules.windows import Period, Window, period_of

NOWHERE = Setting(SettingId("nowhere"), "nowhere", "UTC")
"""The clock of what belongs to no setting."""


@dataclass(slots=True)
class Bench:
    """Holds what is left of each piece. `on` is the day of the evaluation."""

    case: Experience
    pack: Pack
    versions: Versions
    on: date
    pieces: tuple[Piece, ...] = ()
    findings: list[Finding] = field(default_factory=list)
    requirements: list[Requirement] = field(default_factory=list)
    equivalents: dict[str, Fraction] = field(default_factory=dict)
    held_equivalents: dict[str, Fraction] = field(default_factory=dict)
    waiting: list[tuple[Rule, Reason, list[Piece]]] = field(default_factory=list)
    against: dict[str, dict[PersonId, tuple[Rule, Reason]]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    """By piece, which of its supervisors rules so far speak against."""
    cuts: dict[str, list[Cut]] = field(default_factory=lambda: defaultdict(list))
    _left: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        counted = [rule for rule in self.pack.rules if isinstance(rule, CategoryMap)]
        known = {activity for rule in counted for activity in rule.activities}
        self.pieces = tuple(
            piece
            for piece in pieces_of(self.case)
            if piece.source is not Source.CONSULTATION or piece.activity in known
        )
        self._left = {piece.id: piece.minutes for piece in self.pieces}

    @property
    def whole(self) -> Period:
        """From the first to the last day there are hours of; the day of evaluation if none."""
        if not self.pieces:
            return Period(self.on, self.on)
        return Period(self.pieces[0].day, self.pieces[-1].day)

    def applies(self, rule: Rule, day: date) -> bool:
        """Whether a rule holds for hours of that day."""
        return self.versions.hold(rule, day)

    def of(self, rule: Rule, hours: Hours = ALL) -> list[Piece]:
        """Return the pieces a rule speaks of, in order, those of which nothing is left too."""
        return [one for one in self.ever(rule, hours) if self.applies(rule, one.day)]

    def ever(self, rule: Rule, hours: Hours = ALL) -> list[Piece]:
        """Return the pieces a rule speaks of in the end: of days too on which it did not hold."""
        asked = [one for one in (rule.among, hours) if one != ALL]
        return [piece for piece in self.pieces if all(self.is_in(piece, one) for one in asked)]

    def left(self, piece: Piece) -> int:
        """Return the minutes of a piece that still count."""
        return self._left[piece.id]

    def minutes(self, pieces: Iterable[Piece]) -> int:
        """Return the minutes of these that still count."""
        return sum(self._left[piece.id] for piece in pieces)

    def held(self, pieces: Iterable[Piece]) -> int:
        """Return the minutes of these that may still count."""
        return self.fallen(pieces, Bucket.HELD)

    def fallen(self, pieces: Iterable[Piece], bucket: Bucket) -> int:
        """Return the minutes of these that fell into a bucket."""
        cuts = (cut for piece in pieces for cut in self.cuts.get(piece.id, ()))
        return sum(cut.minutes for cut in cuts if cut.bucket is bucket)

    def over(self, period: Period) -> bool:
        """Whether a period is past on the day of evaluation, so that nothing more comes into it."""
        return period.last < self.on

    def unsupported(self, period: Period) -> Bucket:
        """Return where unsupported minutes go: while the period runs, they may still be cured."""
        return Bucket.VOID if self.over(period) else Bucket.HELD

    def category(self, piece: Piece) -> str | None:
        """Return the board's category of a piece; None where it counts toward nothing."""
        for rule in self.pack.rules:
            if isinstance(rule, CategoryMap) and self.applies(rule, piece.day):
                return rule.activities.get(piece.activity)
        return None

    def supervision(self, piece: Piece) -> str | None:
        """Return individual, triadic or group for a session, by this board's own reading."""
        for rule in self.pack.rules:
            if isinstance(rule, SupervisionClass) and self.applies(rule, piece.day):
                return rule.of(piece)
        return None

    def is_in(self, piece: Piece, hours: Hours) -> bool:
        """Whether a piece is among the hours a rule selects."""
        return hours == ALL or all(self._conditions(piece, hours))

    def _conditions(self, piece: Piece, hours: Hours) -> Iterator[bool]:
        yield not hours.category or self.category(piece) in hours.category
        yield not hours.activity or piece.activity in hours.activity
        yield not hours.supervision or self.supervision(piece) in hours.supervision
        yield not hours.medium or piece.medium in hours.medium
        yield hours.real_time is None or piece.real_time == hours.real_time
        yield not hours.structure or piece.structure in hours.structure
        yield not hours.setting_kind or self.setting_of(piece).kind in hours.setting_kind
        yield not hours.under or self._is_under(piece, hours.under)
        before, since = self.day_of(hours.before), self.day_of(hours.since)
        yield hours.before is None or (before is not None and piece.day < before)
        yield since is None or piece.day >= since

    def _is_under(self, piece: Piece, licences: Sequence[str]) -> bool:
        return any(
            credential.in_good_standing_on(piece.day)
            for leader in piece.supervisors
            for credential in self.licences_of(leader, licences)
        )

    def licences_of(self, person: PersonId, licences: Sequence[str]) -> list[Credential]:
        """Return a person's credentials that are one of these licences of the pack."""
        known = self.case.people.get(person)
        wanted = [self.pack.licences[name] for name in licences]
        held = known.credentials if known else ()
        return [one for one in held if any(licence.is_held_as(one) for licence in wanted)]

    def day_of(self, milestone: Milestone | None) -> date | None:
        """Return the day of a milestone of this person's way through the pack, if it is known."""
        candidacy = self.case.candidacy(self.pack.pack)
        return None if milestone is None or candidacy is None else candidacy.day_of(milestone)

    def setting_of(self, piece: Piece) -> Setting:
        """Return the workplace of a piece."""
        return NOWHERE if piece.setting is None else self.case.settings[piece.setting]

    def period_of(self, window: Window, piece: Piece, *, scope: Scope = Scope.SETTING) -> Period:
        """Return the window that holds a piece: by its setting's week, or by the main one's."""
        setting = self.main_setting if scope is Scope.ALL else self.setting_of(piece)
        return period_of(window, piece.day, setting=setting, whole=self.whole)

    @property
    def main_setting(self) -> Setting:
        """The setting of the first hours: its week is the week of what spans settings.

        Of several, whatever they are called, one whose week starts first in the alphabet.
        """
        if not self.pieces:
            return NOWHERE
        first = self.pieces[0].day
        there = takewhile(lambda one: one.day == first, self.pieces)
        return min(map(self.setting_of, there), key=lambda one: one.week_start)

    def stretches(
        self, rule: Rule, hours: Hours = ALL, *, window: Window | None = None
    ) -> list[Stretch]:
        """Return the windows of a rule that hold pieces, by its scope, in order of time.

        `window` is another than the rule's own.
        """
        return self.windows(rule, self.of(rule, hours), window=window or rule.window)

    def windows(self, rule: Rule, pieces: Iterable[Piece], *, window: Window) -> list[Stretch]:
        """Return the windows that these pieces are in, by the rule's scope, in order of time."""
        found: dict[tuple[Period, str, str], list[Piece]] = defaultdict(list)
        for piece in pieces:
            setting = "" if rule.scope is Scope.ALL else piece.setting or ""
            structure = piece.structure or "" if rule.scope is Scope.STRUCTURE else ""
            period = self.period_of(window, piece, scope=rule.scope)
            found[period, setting, structure].append(piece)
        return [
            Stretch(period, tuple(there), SettingId(setting) or None, structure or None)
            for (period, setting, structure), there in sorted(found.items())
        ]

    def every_period(
        self, window: Window, among: Period, *, setting: SettingId | None = None
    ) -> Iterator[Period]:
        """Return all windows that touch a stretch of time, those without hours too.

        Weeks are those of a setting, or the main one's.
        """
        clock = self.main_setting if setting is None else self.case.settings[setting]
        day = among.first
        while day <= among.last:
            period = period_of(window, day, setting=clock, whole=self.whole)
            yield period
            day = period.last + timedelta(days=1)

    def take(self, rule: Rule, piece: Piece, *, minutes: int, fall: Fall) -> int:
        """Take minutes of a piece away, at most what is left; return how many were taken.

        A rule that only warns or advises takes nothing.
        """
        taken = min(minutes, self._left[piece.id]) if rule.takes else 0
        if taken > 0:
            self._left[piece.id] -= taken
            self.cuts[piece.id].append(Cut(piece.id, taken, fall.bucket, rule.id, fall.code))
        return max(taken, 0)

    def take_latest(self, rule: Rule, pieces: Iterable[Piece], *, minutes: int, fall: Fall) -> int:
        """Take so many minutes away from these, the latest first; return how many were taken."""
        taken = 0
        for piece in sorted(pieces, key=lambda one: one.place, reverse=True):
            if taken >= minutes:
                break
            taken += self.take(rule, piece, minutes=minutes - taken, fall=fall)
        return taken

    def take_all(self, rule: Rule, pieces: Iterable[Piece], *, fall: Fall) -> int:
        """Take away all that is left of these; return how many minutes that was."""
        return sum(self.take(rule, one, minutes=one.minutes, fall=fall) for one in pieces)

    def find(
        self, rule: Rule, code: str, *, where: Stretch | Period, minutes: int = 0, said: Said
    ) -> None:
        """Tell a person. Words: "does not count yet", never "violation" (domain.md section 6)."""
        stretch = where if isinstance(where, Stretch) else Stretch(where, ())
        self.findings.append(
            Finding(
                code=code,
                severity=rule.severity,
                rule=rule.id,
                citation=rule.citation,
                doubt=rule.doubt,
                period=stretch.period,
                setting=stretch.setting,
                minutes=minutes,
                happened=said.happened,
                cure=said.cure,
                by_when=said.by_when,
            )
        )

    def need(self, requirement: Requirement) -> None:
        """Keep what the board asks for in the end."""
        self.requirements.append(requirement)
