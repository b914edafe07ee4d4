"""What supervisors are asked for: kept, owed and written down together. Decides nothing itself."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from witnessmark.application.acts import Act
from witnessmark.domain.attestations import Attestation
from witnessmark.domain.capabilities import ObjectKind
from witnessmark.domain.cosigning import move_request
from witnessmark.domain.deadlines import Deadline, DueUnit
from witnessmark.domain.hours import HourLog
from witnessmark.domain.ids import LogId, PersonId, RequestId
from witnessmark.domain.requests import Request, RequestState
from witnessmark.domain.week_requests import Week, follow_week, supervisors_of
from witnessmark.ports.deliveries import DeliveryState
from witnessmark.ports.host import Page, RequestMoved
from witnessmark.ports.records import RecordKey
from witnessmark.ports.store import Work

_FEW = 10

_Pair = tuple[LogId, PersonId]


def keep_request(work: Work, request: Request, *, former: Request | None, act: Act) -> None:
    """Keep a request and owe it: to every host, or to the one that has its note."""
    key, version = _put(work, request, former=former, act=act)
    there = None if request.note is None else request.note.connection
    work.deliveries.want({key: version}, connection=there)


def _put(
    work: Work, request: Request, *, former: Request | None, act: Act
) -> tuple[RecordKey, int]:
    key = RecordKey(ObjectKind.REQUEST, request.id)
    version = work.requests.put(request)
    if former is None or former.state is not request.state:
        word = "opened" if former is None else request.state.value.replace("-", "_")
        act.write_down(work, f"request_{word}", key, version=version)
    elif former.supervisor != request.supervisor:
        act.write_down(work, "request_passed_on", key, version=version)
    return key, version


def take_moves(work: Work, connection: str, page: Page, *, act: Act) -> None:
    """Take over how people in the host moved requests on.

    It is their doing only where nothing of ours is under way, nor was since the page was asked for.
    """
    moves = [change for change in page.changes if isinstance(change, RequestMoved)]
    ours = work.receipts.at(connection, [moved.host_ref for moved in moves])
    for moved, (key, _) in [(one, ours[one.host_ref]) for one in moves if one.host_ref in ours]:
        row = work.deliveries.get(connection, key)
        settled = row is not None and row.state is DeliveryState.DONE
        if row is None or not settled or (row.changed_at and row.changed_at >= act.at):
            continue
        request = work.requests.find(key.id)
        changed = None if request is None else move_request(request, moved.state, at=moved.at)
        if changed is not None:
            keep_request(work, changed, former=request, act=act)


def bring_requests(work: Work, logs: Mapping[LogId, int], *, act: Act) -> None:
    """Bring what supervisors are asked about these weeks, at these versions, to how they stand."""
    weeks = {week.log.id: week for week in _weeks(work, logs, act=act)}
    pairs = [
        (week.log.id, supervisor)
        for week in weeks.values()
        for supervisor in sorted(supervisors_of(_lately(work, week)))
    ]
    wanted: dict[RecordKey, int] = {}
    for (log_id, supervisor), asked in _asked(work, pairs).items():
        changed = follow_week(
            weeks[log_id], supervisor, asked.last, new_id=asked.next_id, now=act.at
        )
        if changed is not None:
            former = asked.last if asked.last and asked.last.id == changed.id else None
            key, version = _put(work, changed, former=former, act=act)
            wanted[key] = version
    work.deliveries.want(wanted)


def week_requests(work: Work, logs: Collection[str]) -> tuple[Request, ...]:
    """Return everything that was ever asked about these weeks."""
    return tuple(one for one in work.requests.all() if one.week and one.week.log in logs)


def unask_weeks(work: Work, asked: Iterable[Request], *, act: Act) -> None:
    """Take back what was asked about weeks that an undone import brought, or brought on.

    Where the week no longer goes to a host, nothing is left of what no host has heard of.
    """
    keys = {one.id: RecordKey(ObjectKind.REQUEST, one.id) for one in asked}
    told = work.receipts.delivered(keys.values())
    for one in asked:
        log = work.logs.find(one.week.log) if one.week else None
        if log is not None and log.left_the_store:
            bring_requests(work, {log.id: work.logs.version(log.id)}, act=act)
        elif keys[one.id] not in told:
            work.requests.remove(one.id)
            work.deliveries.drop([keys[one.id]])
        elif one.state.is_open:
            withdrawn = replace(one, state=RequestState.WITHDRAWN)
            keep_request(work, withdrawn, former=one, act=act)


def _weeks(work: Work, logs: Mapping[LogId, int], *, act: Act) -> Iterator[Week]:
    given = _attestations(work, logs)
    days = act.integer(work, "attest_due_days")
    deadline = Deadline(days, DueUnit.CALENDAR) if days else None
    zones = {setting.id: setting.zone for setting in work.settings.all()} if logs else {}
    for log in work.logs.many(logs).values():
        if log.submitted_at is not None:
            due = deadline.due(log.submitted_at, zones[log.setting]) if deadline else None
            yield Week(log, logs[log.id], tuple(given[log.id]), due)


def _attestations(work: Work, logs: Collection[LogId]) -> Mapping[LogId, Sequence[Attestation]]:
    """Return what these weeks have; of many weeks it is read in one go."""
    if len(logs) <= _FEW:
        return {log_id: work.attestations.of_log(log_id) for log_id in logs}
    given: dict[LogId, list[Attestation]] = {log_id: [] for log_id in logs}
    for one in work.attestations.all():
        if one.log in given:
            given[one.log].append(one)
    return given


def _lately(work: Work, week: Week) -> Iterable[HourLog]:
    """Return the week and how it stood before: whom it no longer names is asked no longer."""
    yield week.log
    if week.version > 1:
        yield work.logs.at(week.log.id, week.version - 1)


@dataclass(frozen=True, slots=True)
class _Asked:
    """The newest request of one supervisor about one week, and the id of the next."""

    last: Request | None
    next_id: RequestId


def _asked(work: Work, pairs: Iterable[_Pair]) -> Mapping[_Pair, _Asked]:
    """Find the newest request of each pair, all pairs at once; ids count a pair's requests."""
    found: dict[_Pair, _Asked] = {}
    last: dict[_Pair, Request | None] = dict.fromkeys(pairs)
    number = 0
    while last:
        number += 1
        ids = {
            (log, supervisor): RequestId(work.mark("request", f"{log}|{supervisor}|{number}"))
            for log, supervisor in last
        }
        there = work.requests.many(ids.values())
        found |= {
            pair: _Asked(former, ids[pair])
            for pair, former in last.items()
            if ids[pair] not in there
        }
        last = {pair: there[next_id] for pair, next_id in ids.items() if next_id in there}
    return found
