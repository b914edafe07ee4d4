"""What we ask to be told of, as a Subscription (R4): no payload, so that no chart is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from witnessmark.wire import JsonObject
from witnessmark_adapters.fhir_r4.mapping.elements import text


@dataclass(frozen=True, slots=True)
class Asked:
    """One kind of change, by its search, where to tell of it, and what proves it then.

    `headers` are whole header lines; `extensions` are name and value, in a host's own words.
    """

    criteria: str
    endpoint: str
    headers: tuple[str, ...] = ()
    extensions: tuple[tuple[str, str | int], ...] = ()


def write(asked: Asked, onto: Mapping[str, object]) -> JsonObject:
    """Return the Subscription that asks for it (again); what is the host's own stays."""
    channel: JsonObject = {"type": "rest-hook", "endpoint": asked.endpoint}
    if asked.headers:
        channel["header"] = list(asked.headers)
    body: JsonObject = {
        **{name: value for name, value in onto.items() if name != "error"},
        "resourceType": "Subscription",
        "status": "requested",
        "reason": "Witnessmark reads again what changed.",
        "criteria": asked.criteria,
        "channel": channel,
    }
    if asked.extensions:
        body["extension"] = [
            {"url": url, "valueInteger" if isinstance(value, int) else "valueString": value}
            for url, value in asked.extensions
        ]
    return body


def off(onto: Mapping[str, object]) -> JsonObject:
    """Return the Subscription switched off."""
    return {**onto, "status": "off"}


def criteria_of(body: Mapping[str, object]) -> str:
    """Return what a Subscription asks for."""
    return text(body, "criteria") or ""


def endpoint_of(body: Mapping[str, object]) -> str:
    """Return where a Subscription tells of it."""
    return text(body, "channel", "endpoint") or ""


def status_of(body: Mapping[str, object]) -> str:
    """Return its status: requested, active, error or off."""
    return text(body, "status") or ""
