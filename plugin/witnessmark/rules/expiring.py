"""What time will take: hours that grow too old, licences and agreements whose end voids hours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from witnessmark.domain.agreements import Agreement
from witnessmark.domain.candidacies import Milestone
from witnessmark.domain.ids import PersonId
from witnessmark.domain.people import Credential
from witnessmark.rules.evaluate import evaluate
from witnessmark.rules.experience import Experience
from witnessmark.rules.findings import Bucket, Evaluation
from witnessmark.rules.kinds.spans import Lookback, MaxSpan
from witnessmark.rules.pieces import Piece, pieces_of
from witnessmark.rules.rule import Rule
from witnessmark.rules.versions import Chosen
from witnessmark.rules.windows import Window, last_of, months_after, years_before

MONTHS_AHEAD = 12
DAYS_AHEAD = 90


@dataclass(frozen=True, slots=True)
class Expiry:
    """Minutes that count today and would drop by a rule between a month before `day` and that day.

    They grow too old, were the board to have the application only then; or, where `by_new_hours`,
    no stretch of time that counts holds both them and hours of that day.
    """

    rule: str
    citation: str
    doubt: str | None
    day: date
    minutes: int
    by_new_hours: bool


class Ends(StrEnum):
    """What comes to its end."""

    SUPERVISOR_LICENCE = "supervisor-licence"
    OWN_LICENCE = "own-licence"
    AGREEMENT = "agreement"


@dataclass(frozen=True, slots=True)
class Ending:
    """A licence or agreement that ends soon, or has ended.

    `last_day` is the last on which it holds; `minutes` those logged after it that lean on it.
    `person` is who holds the licence, or supervises by the agreement; `what` its type or setting.
    """

    ends: Ends
    person: PersonId
    what: str
    last_day: date
    over: bool
    minutes: int


def expiring(case: Experience, chosen: Chosen, *, read: Evaluation) -> tuple[Expiry, ...]:
    """Return the minutes of `read` that would drop in the next twelve months, month by month."""
    candidacy = case.candidacy(chosen.pack.pack)
    if candidacy is not None and candidacy.day_of(Milestone.APPLICATION_RECEIVED) is not None:
        return ()
    found = (*_too_old(case, chosen, read=read), *_outside_span(chosen, read))
    return tuple(sorted(found, key=lambda one: (one.day, one.rule)))


def _too_old(case: Experience, chosen: Chosen, *, read: Evaluation) -> Iterator[Expiry]:
    """Ask the pack itself, as of each month to come: it knows what is exempt."""
    counting = [one.piece.day for one in read.judged if one.tally.credited]
    horizon = months_after(read.on, MONTHS_AHEAD)
    rules = {
        rule.id: rule
        for rule in chosen.pack.rules
        if isinstance(rule, Lookback)
        and counting
        and counting[0] < years_before(horizon, rule.years)
    }
    if not rules:
        return
    before = _void_by(read)
    for month in range(1, MONTHS_AHEAD + 1):
        day = months_after(read.on, month)
        after = _void_by(evaluate(case, chosen.pack, on=day, version=chosen.version))
        for name, rule in rules.items():
            if after[name] > before[name]:
                yield _expiry(rule, day, minutes=after[name] - before[name])
        before = after


def _void_by(read: Evaluation) -> Counter[str]:
    found: Counter[str] = Counter()
    for cut in (cut for one in read.judged for cut in one.cuts):
        found[cut.rule] += cut.minutes if cut.bucket is Bucket.VOID else 0
    return found


def _outside_span(chosen: Chosen, read: Evaluation) -> Iterator[Expiry]:
    """Find hours that no stretch can hold together with those of a month to come."""
    for rule in chosen.pack.rules:
        if not isinstance(rule, MaxSpan):
            continue
        found: Counter[date] = Counter()
        for one in read.judged:
            day = one.piece.day
            first = day.replace(day=1) if rule.window is Window.MONTH else day
            last = last_of(first, rule.months)
            month = next(
                (m for m in range(1, MONTHS_AHEAD + 1) if last < months_after(read.on, m)), None
            )
            if month is not None and one.tally.credited:
                found[months_after(read.on, month)] += one.tally.credited
        yield from (_expiry(rule, day, minutes=minutes) for day, minutes in found.items())


def _expiry(rule: Rule, day: date, *, minutes: int) -> Expiry:
    by_new_hours = isinstance(rule, MaxSpan)
    return Expiry(rule.id, rule.citation, rule.doubt, day, minutes, by_new_hours)


def endings(case: Experience, chosen: Chosen, *, on: date) -> tuple[Ending, ...]:
    """Return what ends within 90 days, or has ended while hours still lean on it."""
    pieces = pieces_of(case)
    found = (*_licences(case, chosen, pieces, on=on), *_agreements(case, pieces, on=on))
    return tuple(sorted(found, key=lambda one: (one.last_day, one.ends, one.person, one.what)))


def _licences(
    case: Experience, chosen: Chosen, pieces: tuple[Piece, ...], *, on: date
) -> Iterator[Ending]:
    under_me = {
        one.supervisor
        for one in case.agreements
        if one.supervisee == case.person and one.in_force_on(on)
    }
    for person in sorted({case.person, *under_me, *(s for one in pieces for s in one.supervisors)}):
        mine = person == case.person
        held = _known(case, chosen, person)
        for one in held:
            last = _last_good_day(one, on)
            if last is None or last > on + timedelta(days=DAYS_AHEAD):
                continue
            leaning = [
                piece
                for piece in pieces
                if last < piece.day
                and (mine or person in piece.supervisors)
                and not any(other.in_good_standing_on(piece.day) for other in held)
            ]
            kind = Ends.OWN_LICENCE if mine else Ends.SUPERVISOR_LICENCE
            if last >= on or leaning:
                what = f"{one.licence_type}, {one.jurisdiction}"
                yield Ending(kind, person, what, last, last < on, _sum(leaning))


def _known(case: Experience, chosen: Chosen, person: PersonId) -> list[Credential]:
    known = case.people.get(person)
    licences = chosen.pack.licences.values()
    held = known.credentials if known else ()
    return [one for one in held if any(licence.is_held_as(one) for licence in licences)]


def _last_good_day(credential: Credential, on: date) -> date | None:
    """Return the last day in good standing; None while no end is known, or it never was."""
    turns = [change.since for change in credential.history]
    if credential.expires is not None:
        turns.append(credential.expires + timedelta(days=1))
    day = timedelta(days=1)
    ended = [
        turn - day
        for turn in turns
        if credential.in_good_standing_on(turn - day) and not credential.in_good_standing_on(turn)
    ]
    now_good = credential.in_good_standing_on(on)
    return (min if now_good else max)(
        (last for last in ended if (last >= on) == now_good), default=None
    )


def _agreements(case: Experience, pieces: tuple[Piece, ...], *, on: date) -> Iterator[Ending]:
    mine = [one for one in case.agreements if one.supervisee == case.person]
    for one in mine:
        if one.ends is None or one.ends > on + timedelta(days=DAYS_AHEAD):
            continue
        others = [other for other in mine if other is not one and _same_pair(one, other)]
        if any(other.in_force_on(one.ends + timedelta(days=1)) for other in others):
            continue
        leaning = [
            piece
            for piece in pieces
            if one.ends < piece.day
            and one.supervisor in piece.supervisors
            and piece.setting == one.setting
            and not any(other.in_force_on(piece.day) for other in others)
        ]
        if one.ends >= on or leaning:
            setting = case.settings[one.setting].name
            yield Ending(
                Ends.AGREEMENT, one.supervisor, setting, one.ends, one.ends < on, _sum(leaning)
            )


def _same_pair(one: Agreement, other: Agreement) -> bool:
    return (one.supervisor, one.setting) == (other.supervisor, other.setting)


def _sum(pieces: Iterable[Piece]) -> int:
    return sum(piece.minutes for piece in pieces)
