"""How far one supervisee is on the way through one pack: for their own eyes, never scored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from witnessmark.domain.ids import PersonId
from witnessmark.rules.evaluate import evaluate
from witnessmark.rules.experience import Attested, Experience
from witnessmark.rules.expiring import Ending, Expiry, endings, expiring
from witnessmark.rules.findings import Evaluation, Finding, Requirement, Tally
from witnessmark.rules.kinds.loads import SupervisorLoadMax
from witnessmark.rules.projection import Finish, finish_of
from witnessmark.rules.supposing import Outcome, outcome, supposed
from witnessmark.rules.versions import Chosen


@dataclass(frozen=True, slots=True)
class Load:
    """How many supervisees a supervisor has agreements with today, of how many by which rule.

    `at_most` is None where the pack has no maximum.
    """

    supervisor: PersonId
    supervisees: int
    at_most: int | None
    rule: str | None
    doubt: str | None


@dataclass(frozen=True, slots=True)
class Progress:
    """One supervisee by one pack: what is done of what is needed, and what lies ahead.

    `due` are findings whose cure still helps, the soonest first; `outcome` is the answer to a
    what-if, None where none was asked. Minutes are int, all else exact.
    """

    person: PersonId
    pack: str
    version: str
    on: date
    notes: tuple[str, ...]
    total: Tally
    by_attestation: Mapping[Attested, Tally]
    requirements: tuple[Requirement, ...]
    still_needed: tuple[Requirement, ...]
    finish: Finish
    outcome: Outcome | None
    expiring: tuple[Expiry, ...]
    endings: tuple[Ending, ...]
    due: tuple[Finding, ...]
    loads: tuple[Load, ...]


def progress(case: Experience, chosen: Chosen, *, on: date, what_if: str = "") -> Progress:
    """Look at how far somebody is, as of a day.

    `what_if` is `direct=15 h,supervision=1 h` a week. Raises DomainError where it cannot be read.
    """
    read = evaluate(case, chosen.pack, on=on, version=chosen.version)
    asked = supposed(what_if, chosen.pack) if what_if else None
    return Progress(
        person=case.person,
        pack=read.pack,
        version=read.version,
        on=on,
        notes=read.notes,
        total=read.total,
        by_attestation=by_attestation(read),
        requirements=read.requirements,
        still_needed=read.still_needed,
        finish=finish_of(case, chosen, read=read),
        outcome=None if asked is None else outcome(case, chosen, asked, read=read),
        expiring=expiring(case, chosen, read=read),
        endings=endings(case, chosen, on=on),
        due=due(read),
        loads=loads(case, chosen, on=on),
    )


def by_attestation(read: Evaluation) -> Mapping[Attested, Tally]:
    """Return what is logged and what counts, by who stands behind it."""
    found = dict.fromkeys(Attested, Tally())
    for one in read.judged:
        found[one.piece.attested] += one.tally
    return found


def due(read: Evaluation) -> tuple[Finding, ...]:
    """Return the findings that something can still be done about by a day, the soonest first."""
    dated = [(one.by_when, one) for one in read.findings if one.by_when and one.by_when >= read.on]
    return tuple(one for _day, one in sorted(dated, key=lambda pair: (pair[0], pair[1].rule)))


def loads(case: Experience, chosen: Chosen, *, on: date) -> tuple[Load, ...]:
    """Return how many supervisees each of this person's supervisors has, over all settings.

    A maximum that speaks of some kinds of settings counts the agreements there alone.
    """
    rule = next((one for one in chosen.pack.rules if isinstance(one, SupervisorLoadMax)), None)
    kinds = set(rule.settings) if rule else set()
    today = [
        one
        for one in case.agreements
        if one.in_force_on(on) and (not kinds or case.settings[one.setting].kind in kinds)
    ]
    mine = sorted({one.supervisor for one in today if one.supervisee == case.person})
    return tuple(
        Load(
            supervisor,
            len({one.supervisee for one in today if one.supervisor == supervisor}),
            rule.at_most if rule else None,
            rule.id if rule else None,
            rule.doubt if rule else None,
        )
        for supervisor in mine
    )
