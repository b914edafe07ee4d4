"""Takes what a host tells us: proven on its raw bytes, kept in the inbox, and no more than that."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from witnessmark.application.connecting import Context, read_offer
from witnessmark.errors import SecretError, UnknownRecordError
from witnessmark.ports.deliveries import StoredConnection
from witnessmark.ports.events import RawEvent
from witnessmark.ports.secrets import Secrets

KEPT = timedelta(days=7)
"""Longer than any host repeats an event: Healthie 3 days, Medplum some 73 h (engine.md 3)."""


def receive(context: Context, secrets: Secrets, *, connection: str, event: RawEvent) -> None:
    """Keep a proven event, once. What follows is the next pull's.

    Raises UnknownRecordError for a connection that asked for no events, RefusedError for an event
    that does not prove itself, SecretError, StoreError.
    """
    with context.store.look(context.clinic) as work:
        stored = _asked_for_events(work.connections.all(), connection)
    adapter = context.adapter(stored.connection, read_offer(stored.offer))
    proven = adapter.verify_event(event, _live(secrets, stored.connection.event_secrets))
    now = context.clock.now()
    with context.store.change(context.clinic) as work:
        work.inbox.forget(before=now - KEPT)
        work.inbox.take(connection, proven, at=now)


def _live(secrets: Secrets, references: Sequence[str]) -> Sequence[str]:
    """Return those that are there: a former one may be gone. Raises SecretError without any."""
    found: list[str] = []
    for at, reference in enumerate(references, 1):
        try:
            found.append(secrets.resolve(reference))
        except SecretError:
            if at == len(references) and not found:
                raise
    return found


def _asked_for_events(known: tuple[StoredConnection, ...], wanted: str) -> StoredConnection:
    for stored in known:
        if stored.connection.id == wanted and stored.connection.event_secrets:
            return stored
    raise UnknownRecordError("hook", wanted)
