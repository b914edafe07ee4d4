"""Attestations: a supervisor answers for exact versions of exact entries of one log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from witnessmark.domain.ids import AttestationId, EntryId, LogId, PersonId
from witnessmark.domain.scans import Scan


class Method(StrEnum):
    """How the supervisor attested: so far on paper elsewhere, recorded here as exactly that."""

    RECORDED_ELSEWHERE = "recorded-elsewhere"


@dataclass(frozen=True, slots=True)
class Covered:
    """One entry, as it was: id, version and SHA-256 of its canonical bytes."""

    entry: EntryId
    version: int
    hash: str


@dataclass(frozen=True, slots=True)
class Revocation:
    """An attestation taken back. The attestation stays; this stands beside it."""

    by: PersonId
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Attestation:
    """A supervisor's word for the entries of one log that name them.

    `log_version` is the store's version of the log that was attested; `signed_on` the date on the
    paper; `recorded_by` the known person who entered it, `recorded_at` when. `scan` tells of the
    scanned paper, None where the clinic supplied none.
    """

    id: AttestationId
    log: LogId
    log_version: int
    supervisor: PersonId
    covers: tuple[Covered, ...]
    signed_on: date
    recorded_by: PersonId
    recorded_at: datetime
    method: Method = Method.RECORDED_ELSEWHERE
    revoked: Revocation | None = None
    scan: Scan | None = None
