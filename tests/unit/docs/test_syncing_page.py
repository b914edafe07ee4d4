"""The page for clinics says what the table of outcomes does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.unit.docs.tables import section, tables
from witnessmark.domain.capabilities import ObjectKind
from witnessmark.errors import (
    ConflictError,
    GoneError,
    HostError,
    LockedError,
    MovedError,
    NotSupportedError,
    OutcomeUnknownError,
    RefusedError,
    TryLaterError,
    TwiceError,
    UnreadableAnswerError,
    WaitsForError,
)
from witnessmark.manifest.load import load_manifest
from witnessmark.manifest.model import OnConflict
from witnessmark.ports.deliveries import Delivery, DeliveryState
from witnessmark.ports.records import RecordKey
from witnessmark.shipped import shipped
from witnessmark.sync.outcomes import Policy, outcome_of

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
VALUES = load_manifest(shipped("manifest.yaml")).value.values({})
ATTEMPTS = VALUES.integer("attempts_before_quarantine")
HOURS = VALUES.integer("hours_before_quarantine")
GIVEN_UP = DeliveryState.QUARANTINED

ERRORS: dict[str, HostError] = {
    "is away": TryLaterError(""),
    "asks us to wait": TryLaterError("", after=60),
    "gives no answer": OutcomeUnknownError(""),
    "answers what cannot be read": UnreadableAnswerError(""),
    "denies what it said it can": NotSupportedError("", ""),
    "refuses a record": RefusedError(""),
    "does not have somebody it names": WaitsForError("staff/p", ""),
    "holds it otherwise than we left it": ConflictError("", expected="a", found="b"),
    "no longer has it": GoneError("", expected="a"),
    "has it elsewhere, and changed": MovedError("", expected="a", found="b", host_ref="x/1"),
    "has it locked": LockedError("", expected="a", found="a"),
    "has it twice": TwiceError(""),
}
WORDS = {
    DeliveryState.OPEN: "tried again",
    DeliveryState.WAITING: "waits",
    DeliveryState.CONFLICT: "a question",
    GIVEN_UP: "given up",
}
UNTIL = {
    DeliveryState.WAITING: "until they are matched",
    DeliveryState.CONFLICT: "until it is decided",
    GIVEN_UP: "at once",
}


def state(error: HostError, *, attempts: int = 0, hours: int = 0) -> DeliveryState:
    since = NOW - timedelta(hours=hours)
    key = RecordKey(ObjectKind.SESSION, "s")
    row = Delivery("ehr", key, 1, 0, DeliveryState.OPEN, attempts=attempts, failing_since=since)
    patience = Policy(ATTEMPTS, OnConflict.ASK, lambda: 0.5, timedelta(hours=HOURS))
    return outcome_of(error, row, known=(), policy=patience, now=NOW).state


def at_the_most(error: HostError) -> str:
    """Try it out: after how many attempts, and after how many hours, it is given up."""
    at_first = state(error)
    if at_first is not DeliveryState.OPEN:
        return UNTIL[at_first]
    tries = [n for n in range(1, ATTEMPTS + 1) if state(error, attempts=n - 1) is GIVEN_UP]
    ages = [n for n in range(HOURS + 1) if state(error, hours=n) is GIVEN_UP]
    limits = [f"{tries[0]} attempts"] if tries else []
    limits += [f"{ages[0]} hours"] if ages else []
    return " or ".join(limits) or "as long as it asks"


def test_the_table_says_what_follows_from_every_error() -> None:
    (listed,) = tables(section("syncing.md", "What follows from what"))
    assert listed == [
        [words, WORDS[state(error)], at_the_most(error)] for words, error in ERRORS.items()
    ]
