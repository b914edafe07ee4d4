"""Asks a host to tell us of changes at once. Without it every change is seen, only later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from witnessmark.application.acts import Act
from witnessmark.application.connecting import Context, agree_now, read_offer
from witnessmark.domain.actors import Action
from witnessmark.domain.capabilities import Capability
from witnessmark.errors import DomainError
from witnessmark.manifest.model import Surface
from witnessmark.ports.events import Hook, Pushed
from witnessmark.ports.host import Connection, Driver, HostAdapter
from witnessmark.ports.secrets import Secrets

LIVE_SECRETS = 2
"""The new one and the one before it: what is on its way when a secret changes is still proven."""

SHORTEST_SECRET = 32


@dataclass(frozen=True, slots=True)
class HookAsked:
    """Which EHR shall call which address, as it reaches us, and where the secret of it is."""

    connection: Connection
    url: str
    secret_ref: str


def push_on(
    context: Context,
    driver: Driver,
    asked: HookAsked,
    *,
    secrets: Secrets,
    act: Act,
) -> Sequence[Pushed]:
    """Ask for events, or renew what lapsed; return what the host said of each kind of change.

    The secret is kept as reference before the host hears of it, so that no event comes too early;
    at an address it was asked to call before, it is asked to be silent first.
    Raises DomainError when the terms do not allow it, SecretError, HostError.
    """
    act.permit(Action.CONFIGURE)
    connection = asked.connection
    if Surface.WEBHOOKS not in context.manifest.surfaces:
        raise DomainError(
            "no_webhooks", "The manifest declares no webhooks.", "Add `webhooks` to its surfaces."
        )
    adapter = _pushing(context, connection)
    hook = Hook(asked.url, _strong(secrets.resolve(asked.secret_ref)))
    with context.store.look(context.clinic) as work:
        former = work.connections.get(connection.id).connection.event_url
    if former not in {"", asked.url}:  # else nobody would ever ask it to be silent there
        driver.run(adapter.silence(former), on=connection, operation="end events")
    with context.store.change(context.clinic) as work:
        stored = work.connections.get(connection.id)
        before = [one for one in stored.connection.event_secrets if one != asked.secret_ref]
        live = (asked.secret_ref, *before)[:LIVE_SECRETS]
        kept = replace(stored.connection, event_url=asked.url, event_secrets=live)
        work.connections.put(replace(stored, connection=kept))
        act.write_down(work, "push_asked", f"connection/{connection.id}", secrets=len(live))
    return driver.run(adapter.push(hook), on=connection, operation="ask for events")


def _strong(secret: str) -> str:
    if len(secret) < SHORTEST_SECRET or not all("!" <= one <= "~" for one in secret):
        raise DomainError(
            "weak_secret",
            "The secret that proves events would be easy to guess, or no header could carry it.",
            f"Take at least {SHORTEST_SECRET} printable ASCII characters without a space.",
        )
    return secret


def push_off(
    context: Context, driver: Driver, connection: Connection, *, act: Act
) -> Sequence[Pushed]:
    """Ask the host to be silent, and take no event any more, whatever it says. Raises HostError."""
    act.permit(Action.CONFIGURE)
    with context.store.change(context.clinic) as work:
        stored = work.connections.get(connection.id)
        kept = replace(stored.connection, event_secrets=())
        work.connections.put(replace(stored, connection=kept))
        act.write_down(work, "push_ended", f"connection/{connection.id}")
    adapter = _pushing(context, connection)
    return driver.run(adapter.silence(_url_of(connection)), on=connection, operation="end events")


def push_standing(
    context: Context, driver: Driver, connection: Connection, *, act: Act
) -> Sequence[Pushed]:
    """Return what the host says of the events it was asked for. Raises HostError, DomainError."""
    act.permit(Action.EXPLAIN)
    adapter = _pushing(context, connection)
    return driver.run(
        adapter.pushed(_url_of(connection)), on=connection, operation="read events asked for"
    )


def _url_of(connection: Connection) -> str:
    if not connection.event_url:
        raise DomainError(
            "never_asked",
            f"{connection.id} was never asked to tell of changes.",
            "Run `witnessmark push on`.",
        )
    return connection.event_url


def _pushing(context: Context, connection: Connection) -> HostAdapter:
    with context.store.look(context.clinic) as work:
        offer = read_offer(work.connections.get(connection.id).offer)
    agreed = agree_now(context, connection, offer)
    if Capability.PUSH_CHANGES not in agreed.terms.agreed:
        why = agreed.terms.refused[Capability.PUSH_CHANGES]
        raise DomainError(
            "no_push",
            f"{connection.id} does not tell of changes: {why}.",
            "Nothing is lost: each pull reads them.",
        )
    return context.adapter_under(connection, offer, agreed)
