"""The supervisee's and the supervisor's acts on a week: decide in the domain, keep, owe, audit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from witnessmark.application.acts import Act
from witnessmark.application.requests import bring_requests
from witnessmark.domain import attesting, weeks
from witnessmark.domain.actors import Action
from witnessmark.domain.attestations import Attestation
from witnessmark.domain.capabilities import ObjectKind
from witnessmark.domain.hours import Entry, HourLog
from witnessmark.domain.ids import AttestationId, PersonId
from witnessmark.errors import DomainError, NotAllowedError
from witnessmark.ports.records import RecordKey
from witnessmark.ports.store import Work


@dataclass(frozen=True, slots=True)
class SignedPaper:
    """What a supervisor signed elsewhere: a new attestation id, who, and the date on the paper."""

    id: AttestationId
    supervisor: PersonId
    signed_on: date


def submit_week(work: Work, log_id: str, *, act: Act) -> HourLog:
    """Submit a week; from now on it goes to the host. Raises DomainError, NotAllowedError."""
    act.permit(Action.SUBMIT)
    log = work.logs.get(log_id)
    setting = work.settings.get(log.setting)
    decided = weeks.submit_week(log, setting=setting, by=_person(act, Action.SUBMIT), at=act.at)
    return _keep(work, decided, act, "week_submitted")


def withdraw_week(work: Work, log_id: str, *, act: Act) -> HourLog:
    """Take a submitted week back. Raises DomainError, NotAllowedError."""
    act.permit(Action.WITHDRAW)
    log = work.logs.get(log_id)
    decided = weeks.withdraw_week(log, by=_person(act, Action.WITHDRAW), at=act.at)
    return _keep(work, decided, act, "week_withdrawn")


def return_week(work: Work, log_id: str, *, reason: str, act: Act) -> HourLog:
    """Send a week back with a reason; the reason stays in the store. Raises DomainError."""
    act.permit(Action.RETURN)
    log = work.logs.get(log_id)
    decided = weeks.return_week(log, by=_person(act, Action.RETURN), at=act.at, reason=reason)
    return _keep(work, decided, act, "week_returned")


def correct_week(work: Work, log_id: str, *, entries: Sequence[Entry], act: Act) -> HourLog:
    """Replace a week's entries; attestations over changed entries become superseded."""
    act.permit(Action.LOG_HOURS)
    return _corrected(work, work.logs.get(log_id), entries=entries, act=act)


def add_to_week(work: Work, log: HourLog, *, entries: Sequence[Entry], act: Act) -> HourLog:
    """Add entries to a week that is open; one that is not kept yet begins with them.

    Raises DomainError for a week that is submitted or attested: it is withdrawn or corrected first.
    """
    act.permit(Action.LOG_HOURS)
    if log.state not in weeks.SUBMITTABLE:
        raise DomainError(
            "week_not_open",
            f"The week of {log.week_start} is {log.state.value.replace('-', ' ')}.",
            "Withdraw it or correct it first; then it takes these hours.",
        )
    return _corrected(work, log, entries=(*log.entries, *entries), act=act)


def _corrected(work: Work, log: HourLog, *, entries: Sequence[Entry], act: Act) -> HourLog:
    attested = any(one.revoked is None for one in work.attestations.of_log(log.id))
    decided = weeks.correct_week(
        log,
        entries,
        setting=work.settings.get(log.setting),
        by=_person(act, Action.LOG_HOURS),
        attested=attested,
    )
    return _keep(work, decided, act, "week_corrected")


def record_attestation(work: Work, log_id: str, *, paper: SignedPaper, act: Act) -> Attestation:
    """Record that a supervisor attested on paper elsewhere; who records it is the acting person."""
    act.permit(Action.RECORD_ATTESTATION)
    log = work.logs.get(log_id)
    attestation = attesting.attest_week(
        log,
        attesting.Signing(
            id=paper.id,
            supervisor=paper.supervisor,
            signed_on=paper.signed_on,
            recorded_by=_person(act, Action.RECORD_ATTESTATION),
            recorded_at=act.at,
        ),
        log_version=work.logs.version(log_id),
        setting=work.settings.get(log.setting),
        others=work.attestations.of_log(log.id),
    )
    return _keep_attestation(work, attestation, act, "attestation_recorded")


def revoke_attestation(work: Work, attestation_id: str, *, reason: str, act: Act) -> Attestation:
    """Take an attestation back; it stays on record beside its revocation. Raises DomainError."""
    act.permit(Action.REVOKE)
    revoked = attesting.revoke_attestation(
        work.attestations.get(attestation_id),
        by=_person(act, Action.REVOKE),
        at=act.at,
        reason=reason,
    )
    return _keep_attestation(work, revoked, act, "attestation_revoked")


def _keep(work: Work, log: HourLog, act: Act, action: str) -> HourLog:
    key = RecordKey(ObjectKind.HOUR_LOG, log.id)
    version = work.logs.put(log)
    if log.left_the_store:
        work.deliveries.want({key: version})
    act.write_down(work, action, key, version=version)
    bring_requests(work, {log.id: version}, act=act)
    return log


def _keep_attestation(work: Work, attestation: Attestation, act: Act, action: str) -> Attestation:
    key = RecordKey(ObjectKind.ATTESTATION, attestation.id)
    version = work.attestations.put(attestation)
    work.deliveries.want({key: version})
    act.write_down(work, action, key, version=version, log=attestation.log)
    bring_requests(work, {attestation.log: work.logs.version(attestation.log)}, act=act)
    return attestation


def _person(act: Act, action: Action) -> PersonId:
    if act.actor.person is None:
        raise NotAllowedError(action.value, act.actor.role.value)
    return act.actor.person
