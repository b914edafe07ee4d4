"""Asks a host for events by R4 Subscriptions, one for each type of resource that we read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from witnessmark.domain.capabilities import Capability
from witnessmark.ports.events import Hook, Push, Pushed
from witnessmark.wire import Call
from witnessmark_adapters.fhir_r4.client import Client, Standing
from witnessmark_adapters.fhir_r4.events import KEY_HEADER
from witnessmark_adapters.fhir_r4.feeds import SOURCES
from witnessmark_adapters.fhir_r4.mapping import subscription
from witnessmark_adapters.fhir_r4.mapping.checked import checked
from witnessmark_adapters.fhir_r4.profile import EventProof

_KIND = "Subscription"
SECRET_EXTENSION = "https://www.medplum.com/fhir/StructureDefinition/subscription-secret"  # noqa: S105 - a name
ATTEMPTS_EXTENSION = "https://medplum.com/fhir/StructureDefinition/subscription-max-attempts"
MOST_ATTEMPTS = 18
"""Medplum's default gives up after some 15 s; its longest is 18 tries (its docs, November 2026)."""

_STATES: Mapping[str, Push] = {
    "active": Push.ON,
    "requested": Push.ASKED,
    "off": Push.OFF,
    "error": Push.FAILED,
}


def criteria(agreed: frozenset[Capability] | None) -> Sequence[str]:
    """Return a search for each type of resource that we may read (None: all of them)."""
    kinds = (
        source.kind
        for sources in SOURCES.values()
        for source in sources
        if agreed is None or source.needs in agreed
    )
    return tuple(f"{kind}?" for kind in dict.fromkeys(kinds))


@dataclass(frozen=True, slots=True)
class Subscriptions:
    """What one host tells us of."""

    client: Client
    wanted: Sequence[str]
    proof: EventProof

    def ask(self, hook: Hook) -> Call[Sequence[Pushed]]:
        """Make what is missing and renew the rest."""
        there = yield from self._there(hook.url)
        for each in self.wanted:
            asked = self._asked(each, hook)
            checked(subscription.write(asked, {}), _KIND)
            if each in there:
                yield from self._write(there[each], subscription.write(asked, there[each].body))
            else:
                yield from self.client.create(subscription.write(asked, {}))
        return (yield from self.standing(hook.url))

    def end(self, url: str) -> Call[Sequence[Pushed]]:
        """Switch off what is there."""
        there = yield from self._there(url)
        for standing in there.values():
            yield from self._write(standing, subscription.off(standing.body))
        return (yield from self.standing(url))

    def standing(self, url: str) -> Call[Sequence[Pushed]]:
        """Return what is there, and what should be."""
        there = yield from self._there(url)
        return tuple(self._pushed(there))

    def _asked(self, criteria: str, hook: Hook) -> subscription.Asked:
        if self.proof == "signature":
            extensions = ((SECRET_EXTENSION, hook.secret), (ATTEMPTS_EXTENSION, MOST_ATTEMPTS))
            return subscription.Asked(criteria, hook.url, extensions=extensions)
        return subscription.Asked(criteria, hook.url, headers=(f"{KEY_HEADER}: {hook.secret}",))

    def _pushed(self, there: Mapping[str, Standing]) -> Iterator[Pushed]:
        for each in self.wanted:
            status = subscription.status_of(there[each].body) if each in there else "off"
            yield Pushed(each.rstrip("?"), _STATES.get(status, Push.FAILED))

    def _there(self, url: str) -> Call[Mapping[str, Standing]]:
        found = yield from self.client.search(_KIND, (("url", url), ("_count", "100")))
        return {
            subscription.criteria_of(one.body): one
            for one in found
            if subscription.endpoint_of(one.body) == url
        }

    def _write(self, standing: Standing, body: dict[str, object]) -> Call[None]:
        yield from self.client.update(standing, body, guarded=False)
