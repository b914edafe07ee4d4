"""Makes a store with so many invented records, connected with a host. Imports as commands do."""

from __future__ import annotations

from pathlib import Path

from tests.benchmarks.invented import contents
from witnessmark.application.configuring import in_force, set_value
from witnessmark.application.connecting import connect
from witnessmark.application.importing import ImportRequest, import_case
from witnessmark.bootstrap import Installation, open_installation
from witnessmark.domain.ids import BatchId, ClinicId
from witnessmark.ports.host import Auth, AuthKind, Connection
from witnessmark.ports.store import Clinic

CLINIC = ClinicId("invented")
EHR = "ehr"


def make_home(home: Path, url: str, key: str) -> None:
    """Make a store with the clinic's people, and connect it with the host by a static key."""
    file = home.parent / f"{home.name}.key"
    file.touch(mode=0o600)
    file.write_text(key, encoding="utf-8")
    with open_installation(home, create=True) as installation:
        with installation.store.found(Clinic(CLINIC, "Invented practice", "America/Los_Angeles")):
            pass
        _import(installation, 0, 0)
        context, act = installation.context(CLINIC), installation.act()
        auth = Auth(AuthKind.HEADER, secret_ref=f"file:{file.absolute()}", header="X-API-Key")
        with installation.store.change(CLINIC) as work:
            set_value(work, context.manifest, key="allow_loopback", value="true", act=act)
            link = Connection(CLINIC, EHR, "fhir_r4", "generic", url, auth)
            link = in_force(work, context.manifest, link)
        with installation.driver(CLINIC) as driver:
            connect(context, driver, link, act=act)


def bring(home: Path, first: int, last: int) -> None:
    """Import sessions and logs number `first` to `last - 1`: each is then owed to the host."""
    with open_installation(home) as installation:
        _import(installation, first, last)


def _import(installation: Installation, first: int, last: int) -> None:
    request = ImportRequest(
        BatchId(f"batch-{first}-{last}"), "invented", f"{first}-{last}".ljust(64, "0")
    )
    with installation.store.change(CLINIC) as work:
        import_case(
            work,
            contents(first, last),
            request=request,
            ids=installation.ids,
            act=installation.act(),
        )
