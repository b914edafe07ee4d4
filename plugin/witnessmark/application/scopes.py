"""Which capabilities the scopes allow: those the manifest asks for, and those the EHR granted."""

from __future__ import annotations

from collections.abc import Mapping

from witnessmark.domain.capabilities import Capability
from witnessmark.manifest.model import Manifest
from witnessmark.manifest.scopes import missing
from witnessmark.ports.host import AdapterInfo


def scoped(
    manifest: Manifest, adapter: AdapterInfo, granted: frozenset[str] | None
) -> Mapping[Capability, str | None]:
    """Return for each capability None when it is allowed, else a plain reason.

    `granted` are the token's scopes as the server spells them (SMART v1 or v2); None where the host
    names none: then only the manifest decides.
    """
    host = manifest.hosts.get(adapter.name)
    if host is None:
        return dict.fromkeys(Capability, f"the manifest does not name the host {adapter.name}")
    reasons: dict[Capability, str | None] = {}
    for word in Capability:
        needed = adapter.scopes.get(word, frozenset())
        undeclared = missing(needed, host.scopes)
        ungranted = missing(needed, granted) if granted is not None else ()
        if undeclared:
            reasons[word] = f"the manifest lacks the scope {', '.join(undeclared)}"
        elif ungranted:
            reasons[word] = f"the EHR did not grant the scope {', '.join(ungranted)}"
        else:
            reasons[word] = None
    return reasons
