"""An attestation recorded elsewhere, and its revocation, as R4 Provenances that never change.

No signature, no policy, no LA: nobody signed here (R4 4.0.1 Provenance).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from witnessmark.domain.attestations import Revocation
from witnessmark.domain.capabilities import ObjectKind
from witnessmark.errors import WaitsForError
from witnessmark.ports.records import AttestationRecord, HostRef, RecordKey
from witnessmark.wire import JsonObject
from witnessmark_adapters.fhir_r4.mapping.elements import (
    NOTHING,
    Instant,
    at,
    code_in,
    concept,
    in_zone,
    instant,
    merged,
    nodes,
    pointing,
    reference,
    text,
    written,
)
from witnessmark_adapters.fhir_r4.mapping.people import who_is
from witnessmark_adapters.fhir_r4.mapping.tags import tagged, with_tag
from witnessmark_adapters.fhir_r4.names import DATA_OPERATION, PROVENANCE_AGENTS, Names

CREATED = "CREATE"
NULLIFIED = "NULLIFY"
ENTERER = "enterer"

OWNED = frozenset({"meta.tag[ours]", "target", "occurredPeriod", "recorded", "activity", "agent"})


@dataclass(frozen=True, slots=True)
class Agent:
    """Who did it, in which part, and for whom it was done."""

    who: str | None
    kind: str | None = None
    on_behalf_of: str | None = None


@dataclass(frozen=True, slots=True)
class Stated:
    """Our elements of a Provenance. `record` is the tag by which it is found again."""

    record: str | None
    target: tuple[str | None, ...]
    recorded: Instant | None
    activity: str | None
    agents: tuple[Agent, ...]
    week_start: str | None = None
    week_end: str | None = None


def part_of(record: AttestationRecord) -> Stated:
    """Say that somebody entered a supervisor's attestation of a week.

    The supervisor is whom the enterer acted for: no agent here claims to have signed. Raises
    WaitsForError for a person without a match or a log that was not delivered.
    """
    attestation, log = record.attestation, record.log
    supervisor = who_is(attestation.supervisor, record.around)
    enterer = who_is(attestation.recorded_by, record.around)
    behalf = supervisor if supervisor != enterer else None
    return Stated(
        record=str(record.key),
        target=(_attested_log(record),),
        recorded=in_zone(attestation.recorded_at, record.setting.zone),
        activity=CREATED,
        agents=(Agent(enterer, ENTERER, behalf),),
        week_start=log.week_start.isoformat(),
        week_end=(log.week_start + timedelta(days=6)).isoformat(),
    )


def revocation_of(record: AttestationRecord, revoked: Revocation, attested: HostRef) -> Stated:
    """Say that an attestation was taken back; it and the log stay. Raises WaitsForError."""
    return Stated(
        record=f"{record.key}/revocation",
        target=(attested,),
        recorded=in_zone(revoked.at, record.setting.zone),
        activity=NULLIFIED,
        agents=(Agent(who_is(revoked.by, record.around)),),
    )


def write(part: Stated, onto: Mapping[str, object] = NOTHING, *, x: Names) -> JsonObject:
    """Return the Provenance; what is not OWNED stays as it is in `onto`."""
    week = {"start": part.week_start, "end": part.week_end}
    return merged(
        onto,
        {
            "resourceType": "Provenance",
            "meta": with_tag(onto, x.record, part.record),
            "target": [{"reference": each} for each in part.target],
            "occurredPeriod": merged({}, week),
            "recorded": written(part.recorded),
            "activity": concept(DATA_OPERATION, part.activity) if part.activity else None,
            "agent": [_agent(each) for each in part.agents],
        },
    )


def read(body: Mapping[str, object], *, x: Names) -> Stated:
    """Return our elements of a Provenance; what is missing or ill-formed is None."""
    return Stated(
        record=tagged(body, x.record),
        target=tuple(reference(each) for each in nodes(body, "target")),
        recorded=instant(body, "recorded"),
        activity=code_in(at(body, "activity"), DATA_OPERATION),
        agents=tuple(
            Agent(
                reference(each, "who"),
                code_in(each.get("type"), PROVENANCE_AGENTS),
                reference(each, "onBehalfOf"),
            )
            for each in nodes(body, "agent")
        ),
        week_start=text(body, "occurredPeriod", "start"),
        week_end=text(body, "occurredPeriod", "end"),
    )


def _attested_log(record: AttestationRecord) -> str:
    key = str(RecordKey(ObjectKind.HOUR_LOG, record.log.id))
    receipt = record.around.receipts.get(key)
    if not receipt:
        raise WaitsForError(key, "The week it attests is not in the EHR yet.")
    log = receipt[0]
    return (
        f"{log.host_ref}/_history/{log.version}" if record.exact and log.version else log.host_ref
    )


def _agent(agent: Agent) -> JsonObject:
    return merged(
        {},
        {
            "type": concept(PROVENANCE_AGENTS, agent.kind) if agent.kind else None,
            "who": pointing(None, agent.who),
            "onBehalfOf": pointing(None, agent.on_behalf_of),
        },
    )
