"""What is handed to an adapter: one record per host resource or group of them, people resolved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NewType

from witnessmark.domain.agreements import Agreement
from witnessmark.domain.attestations import Attestation
from witnessmark.domain.capabilities import ObjectKind
from witnessmark.domain.hours import HourLog
from witnessmark.domain.ids import PersonId
from witnessmark.domain.people import Person
from witnessmark.domain.requests import Request
from witnessmark.domain.sessions import Session
from witnessmark.domain.settings import Setting
from witnessmark.domain.verifications import Verification

HostRef = NewType("HostRef", str)
"""Where something stands in a host, in the host's own words. Opaque to the plugin."""


def staff_key(person: PersonId) -> str:
    """Return what a record waits for while a person is not matched with the host's staff."""
    return f"staff/{person}"


@dataclass(frozen=True, slots=True)
class RecordKey:
    """The stable name of a record: `hour_log/<id>`. A credentials record is keyed by its person."""

    kind: ObjectKind
    id: str

    def __str__(self) -> str:
        return f"{self.kind.value}/{self.id}"

    @classmethod
    def parse(cls, text: str) -> RecordKey:
        """Read `kind/id`. Raises ValueError."""
        kind, _, record_id = text.partition("/")
        return cls(ObjectKind(kind), record_id)


@dataclass(frozen=True, slots=True)
class Part:
    """One host resource that carries (a part of) a record.

    `role` tells the parts of one record apart (the adapter's own word). `version` is the host's
    (an ETag value, never counted with). `digest` is the SHA-256 of our elements as READ BACK.
    `notes` say for people what the host's own data next to ours say otherwise: elements, no values.
    `ours` is False where a change or removal in the host was left so: it is not what we wrote.
    """

    role: str
    host_ref: HostRef
    version: str
    digest: str
    notes: tuple[str, ...] = ()
    ours: bool = True


Receipt = tuple[Part, ...]
"""What was delivered. May be partial after a crash: `put` completes it."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a record leans on in one host.

    `people`: where each matched person stands there. `receipts`: what was delivered of the records
    it refers to, by `str(RecordKey)`.
    """

    people: Mapping[PersonId, HostRef]
    receipts: Mapping[str, Receipt]


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """A session without what was said in it."""

    key: RecordKey
    generation: int
    session: Session
    setting: Setting
    around: Surroundings


@dataclass(frozen=True, slots=True)
class CredentialsRecord:
    """All licences and registrations of one person: they share one place in the host."""

    key: RecordKey
    generation: int
    person: Person
    around: Surroundings


@dataclass(frozen=True, slots=True)
class HourLogRecord:
    """One week of one supervisee in one setting, submitted at least once."""

    key: RecordKey
    generation: int
    log: HourLog
    setting: Setting
    around: Surroundings


@dataclass(frozen=True, slots=True)
class AttestationRecord:
    """One attestation and, if it was taken back, its revocation.

    `log` is the log as it stood at the version that was attested; `exact` says whether the log's
    receipt in `around` is of that very version. `scan` are the bytes of `attestation.scan`.
    """

    key: RecordKey
    generation: int
    attestation: Attestation
    log: HourLog
    setting: Setting
    exact: bool
    around: Surroundings
    scan: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class AgreementRecord:
    """Who supervises whom, where and from when to when: a role for each of the two."""

    key: RecordKey
    generation: int
    agreement: Agreement
    setting: Setting
    around: Surroundings


@dataclass(frozen=True, slots=True)
class VerificationRecord:
    """One check of one licence at its source; `person` holds the licence that was checked."""

    key: RecordKey
    generation: int
    verification: Verification
    person: Person
    around: Surroundings


@dataclass(frozen=True, slots=True)
class RequestRecord:
    """What a supervisor is asked for. `log` is the week it asks about, None for a note."""

    key: RecordKey
    generation: int
    request: Request
    log: HourLog | None
    around: Surroundings


Record = (
    SessionRecord
    | CredentialsRecord
    | HourLogRecord
    | AttestationRecord
    | AgreementRecord
    | VerificationRecord
    | RequestRecord
)
