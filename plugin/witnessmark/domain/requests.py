"""What a supervisor is asked for: a week's attestation, or the co-signature of a trainee's note.

A note is a reference and a version alone: nothing of what stands in it is known here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from witnessmark.domain.ids import LogId, PersonId, RequestId


class RequestState(StrEnum):
    """Where a request stands. The last three are ends: what comes after is a new request."""

    REQUESTED = "requested"
    UNDER_REVIEW = "under-review"
    RETURNED = "returned"
    RESUBMITTED = "resubmitted"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"
    DECLINED = "declined"

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something."""
        return self in _OPEN


_OPEN = frozenset(
    {
        RequestState.REQUESTED,
        RequestState.UNDER_REVIEW,
        RequestState.RETURNED,
        RequestState.RESUBMITTED,
    }
)


class TimeSource(StrEnum):
    """Where the time of a signature comes from."""

    SIGNATURE = "signature"
    HOST_CHANGE = "host-change"

    @property
    def in_words(self) -> str:
        """How a reader of a proof is told."""
        if self is TimeSource.SIGNATURE:
            return "the time the EHR keeps with the signature"
        return "the time of the change in the EHR, which keeps none with the signature"


class NoteStanding(StrEnum):
    """What a note's own state in the host means for its co-signature, by the host's profile."""

    UNFINISHED = "unfinished"
    AWAITING = "awaiting"
    COSIGNED = "cosigned"
    WITHDRAWN = "withdrawn"


class Remark(StrEnum):
    """What has to be said of a co-signature beside that it is there."""

    NOT_A_SUPERVISOR = "not-a-supervisor"
    NOT_KNOWN_HERE = "not-known-here"
    LICENCE_NOT_IN_GOOD_STANDING = "licence-not-in-good-standing"
    LATE = "late"
    VERSION_NOT_CERTAIN = "version-not-certain"

    @property
    def in_words(self) -> str:
        """How a clinic is told."""
        return {
            "not-a-supervisor": "signed by somebody who did not supervise them at that time",
            "not-known-here": "signed by somebody who is not known here",
            "licence-not-in-good-standing": "the signer's licence was not in good standing then",
            "late": "later than it was due",
            "version-not-certain": "the EHR keeps no signature of a version: which one was signed"
            " is not certain",
        }[self.value]


@dataclass(frozen=True, slots=True)
class NoteAsked:
    """A note in one EHR, as it was last seen there. Sealed in the store, never logged.

    `changed_at` is the EHR's time of that version, or of the return after it. `carried` is who
    signed an earlier version: that signature still stands on it, and is none for this version.
    `signer_unknown`: somebody signed it, and the EHR does not let it be told who.
    """

    connection: str
    host_ref: str
    version: str
    changed_at: datetime
    carried: str | None = None
    signer_unknown: bool = False


@dataclass(frozen=True, slots=True)
class WeekAsked:
    """A log, at the version that was submitted."""

    log: LogId
    log_version: int


@dataclass(frozen=True, slots=True)
class Proof:
    """Who answered, when, and on which version, as the EHR itself says it. Sealed in the store.

    `signer` is where they stand in the EHR, `person` who that is here, if known. `at` is aware.
    """

    signer: str
    person: PersonId | None
    at: datetime
    time_from: TimeSource
    version: str
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """One request; exactly one of `note` and `week` is set.

    `due` is an aware instant by the clinic's policy, None where it has none. `follows` is the
    request that was answered before the note was changed again. `ticked_off`: somebody closed it in
    the EHR's own list, which answers nothing.
    """

    id: RequestId
    supervisee: PersonId
    supervisor: PersonId
    asked_at: datetime
    due: datetime | None = None
    state: RequestState = RequestState.REQUESTED
    note: NoteAsked | None = None
    week: WeekAsked | None = None
    proof: Proof | None = None
    follows: RequestId | None = None
    ticked_off: bool = False


@dataclass(frozen=True, slots=True)
class StrayNote:
    """A note that asks for a co-signature, of a supervisee whom nobody supervised when it did."""

    id: RequestId
    supervisee: PersonId
    seen_at: datetime
    note: NoteAsked
