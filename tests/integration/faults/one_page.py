"""A process of its own that reads one page with one driver, and tells what memory it needed."""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Callable
from pathlib import Path

from tests.support.drives import Blocking, Concurrent, Drive
from tests.support.installation import Installation, connection

from witnessmark.errors import HostError
from witnessmark.ports.host import Auth, AuthKind
from witnessmark.transport.guard import SYSTEM, Network
from witnessmark.transport.limits import USUAL, Limits
from witnessmark_adapters.fhir_r4.client import Client

KINDS: dict[str, Callable[[Installation, Limits, Network], Drive]] = {
    "requests": Blocking,
    "httpx2": Concurrent,
}


def most_memory() -> float:
    """Return this process's peak in MiB. ru_maxrss also counts the parent's, before the exec."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told = dict(line.split(":", 1) for line in status.read_text(encoding="utf-8").splitlines())
    return int(told["VmHWM"].split()[0]) / 1024


def main(kind: str, base: str, key: str) -> None:
    installation = Installation()
    installation.secrets.values = {"env:KEY": key}
    auth = Auth(AuthKind.HEADER, secret_ref="env:KEY", header="X-API-Key")  # noqa: S106 - a reference
    drive = KINDS[kind](installation, USUAL, SYSTEM)
    raised = ""
    try:
        drive.run(Client(base).search("Practitioner", ()), connection(base, auth))
    except HostError as error:
        raised = type(error).__name__
    finally:
        drive.close()
    sys.stdout.write(json.dumps({"raised": raised, "mebibytes": most_memory()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
