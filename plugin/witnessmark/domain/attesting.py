"""A supervisor's word for a week: give it, take it back, see whether it still stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from witnessmark.canonical import digest
from witnessmark.domain.attestations import Attestation, Covered, Revocation
from witnessmark.domain.hours import HourLog, LogState
from witnessmark.domain.ids import AttestationId, PersonId
from witnessmark.domain.scans import Scan
from witnessmark.domain.settings import Setting
from witnessmark.errors import DomainError


class Standing(StrEnum):
    """What an attestation is worth against a log as it stands."""

    STANDS = "stands"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Signing:
    """A signature given on paper elsewhere, as a known person records it here."""

    id: AttestationId
    supervisor: PersonId
    signed_on: date
    recorded_by: PersonId
    recorded_at: datetime
    scan: Scan | None = None


def cover(log: HourLog, supervisor: PersonId) -> tuple[Covered, ...]:
    """Return what this supervisor answers for: the entries that name them, in the log's order.

    The hash is the SHA-256 of the entry's RFC 8785 bytes, its version included.
    """
    return tuple(
        Covered(entry.id, entry.version, digest(entry)) for entry in log.entries_under(supervisor)
    )


def standing(attestation: Attestation, log: HourLog) -> Standing:
    """Say whether an attestation still covers exactly what the log holds under its supervisor.

    An entry changed, removed or added since supersedes it. `log` is any version of its log.
    """
    if attestation.revoked is not None:
        return Standing.REVOKED
    same = set(attestation.covers) == set(cover(log, attestation.supervisor))
    return Standing.STANDS if same else Standing.SUPERSEDED


def attest_week(
    log: HourLog,
    signing: Signing,
    *,
    log_version: int,
    setting: Setting,
    others: Iterable[Attestation],
) -> Attestation:
    """Record a supervisor's word for exactly the entries of a submitted log that name them.

    `log_version` is the store's version of `log`; `setting` is the log's, whose date tells what is
    future; `others` are the attestations the log has. Raises DomainError.
    """
    if log.state is not LogState.SUBMITTED:
        raise DomainError(
            "week_not_submitted",
            f"This week is {log.state.value}.",
            "It can be attested once its supervisee has submitted it.",
        )
    _not_for_oneself(log, signing)
    _signed_when_possible(log, signing, today=setting.day_of(signing.recorded_at))
    _not_attested_already(log, signing, others=others)
    return Attestation(
        id=signing.id,
        log=log.id,
        log_version=log_version,
        supervisor=signing.supervisor,
        covers=cover(log, signing.supervisor),
        signed_on=signing.signed_on,
        recorded_by=signing.recorded_by,
        recorded_at=signing.recorded_at,
        scan=signing.scan,
    )


def revoke_attestation(
    attestation: Attestation, *, by: PersonId, at: datetime, reason: str
) -> Attestation:
    """Take an attestation back; it stays, and its revocation stands beside it. Raises DomainError.

    Only the supervisor who attested can, once, with a reason.
    """
    if by != attestation.supervisor:
        raise DomainError(
            "not_your_attestation",
            "Only the supervisor who attested can take it back.",
            "Ask that supervisor.",
        )
    if attestation.revoked is not None:
        raise DomainError(
            "already_revoked", "This attestation was taken back already.", "Nothing is left to do."
        )
    if not reason.strip():
        raise DomainError(
            "reason_missing", "An attestation is revoked with a reason.", "Say why it is revoked."
        )
    if at < attestation.recorded_at:
        raise DomainError(
            "before_attestation", "The attestation was recorded later than that.", "Check the time."
        )
    return replace(attestation, revoked=Revocation(by, at, reason))


def _not_for_oneself(log: HourLog, signing: Signing) -> None:
    if signing.supervisor == log.supervisee:
        raise DomainError(
            "signs_for_oneself",
            "Nobody attests their own hours.",
            "The responsible supervisor attests them.",
        )
    if signing.recorded_by == log.supervisee:
        raise DomainError(
            "records_for_oneself",
            "Nobody records the attestation of their own hours.",
            "Let the supervisor or another member of staff record it.",
        )


def _signed_when_possible(log: HourLog, signing: Signing, *, today: date) -> None:
    covered = log.entries_under(signing.supervisor)
    if not covered:
        raise DomainError(
            "nothing_to_attest",
            "No entry of this week names this supervisor.",
            "A supervisor attests only entries that name them.",
        )
    if signing.signed_on < max(entry.day for entry in covered):
        raise DomainError(
            "signed_before_the_hours",
            "The signature is dated before the last of the hours it covers.",
            "Check the date on the paper.",
        )
    if signing.signed_on > today:
        raise DomainError(
            "signed_in_future",
            "The signature is dated in the future.",
            "Check the date on the paper.",
        )


def _not_attested_already(log: HourLog, signing: Signing, *, others: Iterable[Attestation]) -> None:
    if any(
        other.log == log.id
        and other.supervisor == signing.supervisor
        and standing(other, log) is Standing.STANDS
        for other in others
    ):
        raise DomainError(
            "already_attested",
            "This supervisor's attestation of these very entries stands.",
            "Nothing is left to attest unless it is revoked or the entries change.",
        )
