"""`witnessmark explain`: the story of one record."""

from __future__ import annotations

from witnessmark.application.explaining import Explanation, explain_record
from witnessmark.cli.desk import Desk, at_desk
from witnessmark.cli.exits import Exit
from witnessmark.cli.talk import EVERYWHERE, Everywhere, Talk


def explain(record: str, *, everywhere: Everywhere = EVERYWHERE) -> int:
    """Tell the story of one record: every hop with its time, version and reason.

    Parameters
    ----------
    record
        Its key: session/…, credentials/…, hour_log/…, attestation/…, request/… and the like.

    """

    def work(desk: Desk) -> int:
        with desk.context.store.look(desk.clinic.id) as store:
            story = explain_record(store, record, act=desk.act())
        _tell(desk.talk, story)
        desk.talk.result(story)
        return int(Exit.OK)

    return at_desk(everywhere, work)


def _tell(talk: Talk, story: Explanation) -> None:
    hops = [
        (
            f"{one.at:%Y-%m-%d %H:%M:%S}Z",
            "imported",
            one.by,
            f"batch {one.batch}, version {one.version}",
        )
        for one in story.imports
    ]
    hops += [
        (
            f"{hop.at:%Y-%m-%d %H:%M:%S}Z",
            hop.action.replace("_", " "),
            hop.actor,
            ", ".join(f"{name} {value}" for name, value in hop.detail.items()),
        )
        for hop in story.hops
    ]
    talk.table(f"{story.key}, version {story.version} here", ["when", "what", "who", ""], hops)
    for there in story.there:
        row = there.delivery
        state = row.state.value.replace("_", " ")
        parts = [
            (part.role, part.host_ref, part.version, part.digest[:12]) for part in there.receipt
        ]
        talk.table(
            f"\n{row.connection}: {state}, version {row.delivered or 'none'} there. {row.reason}",
            ["part", "reference there", "version there", "digest"],
            parts,
        )
        for note in (note for part in there.receipt for note in part.notes):
            talk.say(f"Look: {note}.")
