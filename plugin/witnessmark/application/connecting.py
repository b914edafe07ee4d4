"""Links a clinic with one host: asks what it can, agrees terms, owes it everything we have."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from witnessmark.application.acts import Act
from witnessmark.application.pulling import apply_page
from witnessmark.application.records import everything_owed
from witnessmark.application.requests import bring_requests
from witnessmark.application.sweeping import count_from
from witnessmark.application.terms import AgreedTerms, agree, read_terms
from witnessmark.canonical import adapter_of, canonical_bytes
from witnessmark.domain.actors import Action
from witnessmark.domain.capabilities import Capability, ObjectKind, Offer
from witnessmark.domain.ids import ClinicId
from witnessmark.errors import DomainError
from witnessmark.manifest.model import Manifest
from witnessmark.ports.clock import Clock, Ids
from witnessmark.ports.deliveries import DeliveryState, Settled, StoredConnection
from witnessmark.ports.host import AdapterInfo, Change, Connection, Driver, Feed, HostAdapter, Page
from witnessmark.ports.locks import TokenRows
from witnessmark.ports.records import RecordKey
from witnessmark.ports.store import Store, Work


@dataclass(frozen=True, slots=True)
class Context:
    """What a use case that talks to a host stands on."""

    clinic: ClinicId
    store: Store
    manifest: Manifest
    adapters: Mapping[str, AdapterInfo]
    tokens: TokenRows
    clock: Clock
    ids: Ids

    def adapter_info(self, connection: Connection) -> AdapterInfo:
        """Return the installed adapter. Raises DomainError naming those that are installed."""
        if connection.adapter not in self.adapters:
            raise DomainError(
                "unknown_adapter",
                f"No adapter {connection.adapter!r} is installed.",
                f"Installed: {', '.join(sorted(self.adapters)) or 'none'}.",
            )
        return self.adapters[connection.adapter]

    def adapter_under(
        self, connection: Connection, offer: Offer, agreed: AgreedTerms
    ) -> HostAdapter:
        """Build an adapter that knows of no capability but those agreed."""
        return self.adapter(connection, replace(offer, capabilities=agreed.terms.agreed))

    def adapter(self, connection: Connection, offer: Offer | None) -> HostAdapter:
        """Build the adapter of a connection."""
        canonical = self.manifest.identity.canonical
        return self.adapter_info(connection).create(connection, canonical, offer)


def connect(context: Context, driver: Driver, connection: Connection, *, act: Act) -> AgreedTerms:
    """Ask the host, prove the credentials by reading its staff, keep the connection and the terms.

    Nothing is kept when the host cannot be reached or refuses us. An id stays with its host for
    good: what is known of one is never taken for another. Raises HostError, DomainError.
    """
    act.permit(Action.CONFIGURE)
    with context.store.look(context.clinic) as work:
        _stays_with_its_host(work, connection)
    with ExitStack() as on_failure:
        on_failure.callback(context.tokens.forget, connection)
        offer = driver.run(
            context.adapter(connection, None).discover(), on=connection, operation="discover"
        )
        if not connection.auth.token_url and offer.token_url:
            auth = replace(connection.auth, token_url=offer.token_url)
            connection = replace(connection, auth=auth)
        staff = _all_staff(driver, connection, context.adapter(connection, offer))
        agreed = agree_now(context, connection, offer)
        with context.store.change(context.clinic) as work:
            _stays_with_its_host(work, connection)
            _keep(work, connection)
            _write_down(work, connection, act)
            keep_terms(work, connection, offer=offer, agreed=agreed, act=act)
            work.deliveries.want(everything_owed(work, connection.id), connection=connection.id)
            apply_page(work, connection.id, page=staff, act=act)
            work.cursors.put(connection.id, Feed.STAFF.value, staff.cursor)
            count_from(work, connection.id, now=act.at)
        on_failure.pop_all()
    return agreed


def _keep(work: Work, connection: Connection) -> None:
    """Keep a connection; said again, it goes on telling of changes as it was asked to."""
    known = {one.connection.id: one for one in work.connections.all()}.get(connection.id)
    if known is not None:
        told = known.connection
        connection = replace(connection, event_url=told.event_url, event_secrets=told.event_secrets)
    work.connections.put(replace(known or StoredConnection(connection), connection=connection))


_NAME = re.compile(r"[a-z0-9-]{1,64}")
"""A connection's name stands in addresses, in names of files and in commands."""


def _stays_with_its_host(work: Work, connection: Connection) -> None:
    for known in (one.connection for one in work.connections.all()):
        same = (known.base_url, known.adapter) == (connection.base_url, connection.adapter)
        if known.id == connection.id and not same:
            raise DomainError(
                "connection_elsewhere",
                f"{known.id} is the EHR at {known.base_url}, by {known.adapter}.",
                "To link another EHR, give it another --name.",
            )
        if known.id == connection.id:
            return
    if not _NAME.fullmatch(connection.id):
        raise DomainError(
            "odd_name",
            f"{connection.id!r} cannot be the name of a connection.",
            "Take small letters, digits and hyphens, at most 64.",
        )


def _all_staff(driver: Driver, connection: Connection, adapter: HostAdapter) -> Page:
    """Read the staff list to its end: only who has seen everyone knows that an NPI is one's own."""
    changes: list[Change] = []
    cursor: str | None = None
    while True:
        call = adapter.changes(Feed.STAFF, cursor)
        page = driver.run(call, on=connection, operation="read the staff list")
        changes += page.changes
        if not page.more:
            return Page(tuple(changes), page.cursor, more=False)
        cursor = page.cursor


def _write_down(work: Work, connection: Connection, act: Act) -> None:
    act.write_down(
        work,
        "connected",
        f"connection/{connection.id}",
        adapter=connection.adapter,
        profile=connection.profile,
        # Without what could stand before an @.
        address=urlsplit(connection.base_url).netloc.rpartition("@")[2],
    )


def agree_now(context: Context, connection: Connection, offer: Offer) -> AgreedTerms:
    """Work out the terms with what the host offers and the token grants now."""
    token = context.tokens.read(connection)
    granted = token.scopes if token is not None and token.scopes else None
    return agree(context.manifest, context.adapter_info(connection), offer, granted=granted)


def keep_terms(
    work: Work, connection: Connection, *, offer: Offer, agreed: AgreedTerms, act: Act
) -> None:
    """Keep the terms; where they changed, look again at what was kept here or found impossible."""
    before = read_terms(work.connections.get(connection.id).terms)
    text = canonical_bytes(offer).decode()
    work.connections.agree(connection.id, offer=text, terms=agreed.as_text(), at=act.at)
    if before == agreed:
        return
    if agreed.sent() - (before.sent() if before else frozenset()):
        _owe_everything(work, connection.id, act)
    reopened = work.deliveries.reopen(connection.id, [DeliveryState.KEPT_HERE])
    gained = agreed.terms.agreed - (before.terms.agreed if before else frozenset())
    if Capability.HOLD_DOCUMENTS in gained:
        reopened += _owe_scans(work, connection.id, act)
    act.write_down(
        work,
        "terms_agreed",
        f"connection/{connection.id}",
        agreed=len(agreed.terms.agreed),
        refused=len(agreed.terms.refused),
        reopened=reopened,
    )


def _owe_everything(work: Work, connection: str, act: Act) -> None:
    """Owe what the EHR newly takes, and ask about submitted weeks of which nobody was asked yet.

    An earlier version of Witnessmark kept both without.
    """
    versions = work.logs.versions()
    submitted = {one.id: versions[one.id] for one in work.logs.all() if one.left_the_store}
    bring_requests(work, submitted, act=act)
    work.deliveries.want(everything_owed(work, connection), connection=connection)


def _owe_scans(work: Work, connection: str, act: Act) -> int:
    """Owe again what went without its scan while the EHR could not hold one; return how many."""
    scanned = (one for one in work.attestations.all() if one.scan is not None)
    keys = (RecordKey(ObjectKind.ATTESTATION, one.id) for one in scanned)
    rows = [row for key in keys if (row := work.deliveries.get(connection, key)) is not None]
    done = [row for row in rows if row.state is DeliveryState.DONE]
    for row in done:
        again = Settled(DeliveryState.OPEN, "the EHR holds scans by now")
        work.deliveries.resolve(row, again, now=act.at)
    return len(done)


def read_offer(text: str) -> Offer:
    """Read the offer kept with a connection."""
    offer: Offer = adapter_of(Offer).validate_json(text)
    return offer
