"""Who acts, and what nobody but a person may do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from witnessmark.domain.ids import PersonId
from witnessmark.errors import NotAllowedError


class Role(StrEnum):
    """A role in one clinic. The operator is no person: whoever runs commands on the server."""

    OPERATOR = "operator"
    ADMIN = "admin"
    SUPERVISOR = "supervisor"
    SUPERVISEE = "supervisee"
    AUDITOR = "auditor"


class Action(StrEnum):
    """What can be done; the manifest's permissions say which roles may."""

    CONFIGURE = "configure"
    IMPORT = "import"
    SYNC = "sync"
    EXPLAIN = "explain"
    MATCH_STAFF = "match_staff"
    VERIFY_CREDENTIALS = "verify_credentials"
    AUDIT = "audit"
    RECORD_SESSION = "record_session"
    LOG_HOURS = "log_hours"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    RETURN = "return"
    ATTEST = "attest"
    RECORD_ATTESTATION = "record_attestation"
    REVOKE = "revoke"
    SEE_PROGRESS = "see_progress"


PERSON_ONLY = frozenset(
    {
        Action.LOG_HOURS,
        Action.SUBMIT,
        Action.WITHDRAW,
        Action.RETURN,
        Action.ATTEST,
        Action.REVOKE,
    }
)
"""No manifest can give these to the operator: nobody says or attests for a person what they did."""

OWN_ONLY = frozenset({Action.SEE_PROGRESS})
"""Whatever a manifest gives a role: a person may do these about themselves, and nobody else."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts in which role. `person` is None for the operator alone."""

    role: Role
    person: PersonId | None = None

    @property
    def name(self) -> str:
        """How the audit names the actor: an opaque id, never a person's name."""
        return self.person or self.role.value


OPERATOR = Actor(Role.OPERATOR)


def permit(
    actor: Actor,
    action: Action,
    permissions: Mapping[Role, frozenset[Action]],
    *,
    about: PersonId | None = None,
) -> None:
    """Raise NotAllowedError unless the role has the action, and a person acts where one must.

    `about` is whom it is about: what is a person's own is for them alone, and for the operator,
    whose machine it is on.
    """
    if action in PERSON_ONLY and (actor.person is None or actor.role is Role.OPERATOR):
        raise NotAllowedError(action.value, actor.role.value)
    if action in OWN_ONLY and not _is_own(actor, about):
        raise NotAllowedError(action.value, actor.role.value)
    if action not in permissions.get(actor.role, frozenset()):
        raise NotAllowedError(action.value, actor.role.value)


def _is_own(actor: Actor, about: PersonId | None) -> bool:
    return actor.role is Role.OPERATOR or (actor.person is not None and actor.person == about)
