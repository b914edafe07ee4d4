"""`witnessmark requests`: what supervisors are asked for, and what is wrong with the answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from cyclopts import Parameter

from witnessmark.application.asked import RequestLine, RequestsResult, requests_asked
from witnessmark.cli.desk import Desk, at_desk
from witnessmark.cli.exits import Exit
from witnessmark.cli.talk import EVERYWHERE, Everywhere, Talk
from witnessmark.domain.requests import Remark, TimeSource

_HEADS = ["record", "asks for", "of", "supervisor", "due", "days", "state"]


def requests(
    *,
    everything: Annotated[bool, Parameter(name="--all", negative="--open")] = False,
    everywhere: Everywhere = EVERYWHERE,
) -> int:
    """Show what supervisors are asked for: weeks to attest, trainees' notes to co-sign.

    Nothing of a chart is shown: a note is opened in the EHR. Ends with 1 where somebody has to
    look: a note that nobody supervises, one signed by somebody who may not, or a task that was
    ticked off in the EHR without a signature.

    Parameters
    ----------
    everything
        Show those that were answered or withdrawn too; without it the open ones alone.

    """

    def work(desk: Desk) -> int:
        act = desk.act()
        with desk.context.store.look(desk.clinic.id) as store:
            found = requests_asked(store, everything=everything, act=act)
        _show(desk.talk, found, ZoneInfo(desk.clinic.time_zone))
        desk.talk.result(found)
        return int(Exit.FINDINGS if found.findings else Exit.OK)

    return at_desk(everywhere, work)


def _show(talk: Talk, found: RequestsResult, zone: ZoneInfo) -> None:
    title = "What supervisors are asked for" if found.requests else "Supervisors are asked nothing"
    talk.table(title, _HEADS, [_cells(one, zone) for one in found.requests])
    for line in found.requests:
        if line.proof is not None:
            when = f"{_local(line.proof.at, zone)}, {TimeSource(line.proof.time_from).in_words}"
            said = [Remark(remark).in_words for remark in line.proof.remarks]
            who = line.proof.person or "somebody who is not known here"
            talk.say(f"{line.record}: by {who}, {'; '.join([when, *said])}")
    for finding in found.findings:
        talk.say(f"Look: {finding.message} {finding.record}".rstrip())


def _local(instant: datetime, zone: ZoneInfo) -> str:
    return f"{instant.astimezone(zone):%a %Y-%m-%d %H:%M}"


def _cells(line: RequestLine, zone: ZoneInfo) -> tuple[str, ...]:
    asks = "attest a week" if line.kind == "week" else "co-sign a note"
    due = _local(line.due, zone) if line.due else "no date"
    return (
        line.record,
        asks,
        line.supervisee,
        line.supervisor,
        f"{due}, overdue" if line.overdue else due,
        str(line.age_days),
        line.state.replace("-", " "),
    )
