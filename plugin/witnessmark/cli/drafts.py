"""`witnessmark drafts`: what the EHR's calendar proposes. Nothing here confirms for a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from witnessmark.application.draft_differences import Changed, Difference, differences
from witnessmark.application.drafts import Proposal, drafts_of
from witnessmark.cli.desk import Desk, at_desk
from witnessmark.cli.exits import Exit
from witnessmark.cli.talk import EVERYWHERE, Everywhere, Talk
from witnessmark.domain.drafts import DraftLine, Now
from witnessmark.ports.store import Work


@dataclass(frozen=True, slots=True)
class PersonDrafts:
    """How much waits for one person: proposals, and confirmed ones of which the EHR says else."""

    person: str
    proposals: int
    differences: int


@dataclass(frozen=True, slots=True)
class DraftsResult:
    """Everyone supervised; proposals and differences themselves where a person was named."""

    people: tuple[PersonDrafts, ...]
    proposals: tuple[Proposal, ...] = ()
    differences: tuple[Difference, ...] = ()


_WORDS = {
    Now.CANCELLED: "cancelled",
    Now.NO_SHOW: "a no-show",
    Now.GONE: "no longer there",
    Now.NO_CLIENT: "without a client",
    Now.STANDS: "without a time",
}


def drafts(person: str = "", *, everywhere: Everywhere = EVERYWHERE) -> int:
    """Show what the EHR's calendar proposes as hours, and what it says otherwise by now.

    A proposal counts for nothing. Only the person it is of can say that it happened: no command
    does it for them. What was confirmed stays as it is, whatever the EHR says later.

    Parameters
    ----------
    person
        The person's id here: then each proposal is shown. Else everyone, in numbers.

    """

    def work(desk: Desk) -> int:
        with desk.context.store.look(desk.clinic.id) as store:
            result = _of_one(desk, store, person) if person else _of_all(desk, store)
        if person:
            _show(desk.talk, result)
        else:
            rows = [(one.person, one.proposals, one.differences) for one in result.people]
            heads = ["person", "proposals", "differences"]
            desk.talk.table("Drafts from the EHR's calendar", heads, rows)
        desk.talk.say("\nOnly the person can confirm: no command does it for them.")
        desk.talk.result(result)
        return int(Exit.FINDINGS if any(one.differences for one in result.people) else Exit.OK)

    return at_desk(everywhere, work)


def _of_one(desk: Desk, store: Work, name: str) -> DraftsResult:
    person, act = store.people.get(name).id, desk.act()
    zone = ZoneInfo(desk.clinic.time_zone)
    proposed = drafts_of(store, person, zone=zone, act=act)
    differing = differences(store, person, act=act)
    return DraftsResult((PersonDrafts(person, len(proposed), len(differing)),), proposed, differing)


def _of_all(desk: Desk, store: Work) -> DraftsResult:
    supervised = sorted({one.supervisee for one in store.agreements.all()})
    found = [_of_one(desk, store, person) for person in supervised]
    return DraftsResult(tuple(one for each in found for one in each.people))


def _show(talk: Talk, result: DraftsResult) -> None:
    rows = [
        (
            line.day,
            line.minutes,
            line.logged,
            one.appointments,
            ", ".join(one.type_codes),
            ", ".join(one.locations),
            one.setting or "to choose",
        )
        for one in result.proposals
        for line in one.lines
    ]
    heads = ["day", "minutes", "logged", "appointments", "type", "place", "setting"]
    talk.table("Drafts from the EHR's calendar", heads, rows)
    told = [
        (_days(one.proposed), _days(one.logged), one.appointments, _now(one.changed))
        for one in result.differences
    ]
    if told:
        heads = ["booked", "logged", "appointments", "of these now"]
        talk.table("\nConfirmed, and the EHR says else by now", heads, told)


def _days(lines: Iterable[DraftLine]) -> str:
    return ", ".join(f"{line.day} {line.minutes} min" for line in lines)


def _now(changed: Iterable[Changed]) -> str:
    said = Counter(map(_said, changed))
    return "; ".join(f"{count} x {what}" if count > 1 else what for what, count in said.items())


def _said(one: Changed) -> str:
    if one.day is not None:
        return f"{one.day} {one.minutes} min"
    return _WORDS[one.now]
