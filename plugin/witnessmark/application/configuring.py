"""The clinic's values for settings, and connections as these and the manifest have them."""

from __future__ import annotations

from dataclasses import replace

from witnessmark.application.acts import Act
from witnessmark.domain.actors import Action
from witnessmark.manifest.model import Manifest
from witnessmark.ports.host import Connection
from witnessmark.ports.store import Work


def set_value(work: Work, manifest: Manifest, *, key: str, value: str, act: Act) -> None:
    """Give a setting a value; a secret is given as a reference. Raises DomainError.

    The audit entry says the value, of a secret not even the reference.
    """
    act.permit(Action.CONFIGURE)
    definition = manifest.setting(key)
    definition.read(value)
    work.values.put(key, value)
    detail = {} if definition.secret else {"value": value}
    act.write_down(work, "setting_changed", f"setting/{key}", **detail)


def in_force(work: Work, manifest: Manifest, connection: Connection) -> Connection:
    """Return the connection as manifest and settings have it now: scopes, and networks allowed."""
    values = manifest.values(work.values.all())
    host = manifest.hosts.get(connection.adapter)
    return replace(
        connection,
        auth=replace(connection.auth, scopes=tuple(host.scopes) if host else ()),
        allow_loopback=values.boolean("allow_loopback"),
        allow_private=values.boolean("allow_private_network"),
    )
