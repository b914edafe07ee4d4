"""`witnessmark demo`: an invented practice with its own EHR and eight weeks of supervision."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from witnessmark.application.check_manifest import check_manifest
from witnessmark.application.configuring import in_force, set_value
from witnessmark.application.connecting import connect
from witnessmark.bootstrap import Installation, installed_packs, open_installation
from witnessmark.cli.demo_client import register
from witnessmark.cli.desk import Desk, choose_clinic
from witnessmark.cli.exits import Exit
from witnessmark.cli.reading import ImportResult, Reading
from witnessmark.cli.report import SyncResult, show_sync, sync_result
from witnessmark.cli.sync import keep_syncing
from witnessmark.cli.talk import Failure, Talk
from witnessmark.cli.terms import show_terms
from witnessmark.domain.sessions import Said
from witnessmark.errors import DomainError, WitnessmarkError
from witnessmark.ports.audit import AuditVerdict
from witnessmark.ports.host import Connection
from witnessmark.sandbox import PortBusyError, Practice, RunningPractice, seed
from witnessmark.sandbox import serve as serve_practice
from witnessmark.surfaces.intake.csv_columns import Answers
from witnessmark.sync.jobs import connections_of
from witnessmark.sync.loop import Bell
from witnessmark.sync.one_pass import sync_connection
from witnessmark.sync.tally import Tally

CONNECTION = "ehr"


@dataclass(frozen=True, slots=True)
class DemoResult:
    """What the demo did. `in_the_ehr` counts what the EHR itself holds of ours, by its types.

    `never_left` counts, by why, what the store has and no EHR is ever told.
    """

    imports: tuple[ImportResult, ...]
    first_sync: SyncResult
    second_sync: SyncResult
    in_the_ehr: dict[str, int]
    never_left: dict[str, int]
    audit: AuditVerdict
    folder: str


Flag = Annotated[bool, Parameter(negative="")]


def demo(
    *, serve: Flag = False, keep: Path | None = None, port: int = 0, json: Flag = False
) -> int:
    """Show all of it at once: a small invented practice, its EHR, eight weeks of supervision.

    Everything runs on this machine and ends by itself.

    Parameters
    ----------
    serve
        Stay until Ctrl-C: the EHR answers and the plugin keeps syncing.
    keep
        Keep the store, the practice's files and the EHR's resources in this new or empty folder.
    port
        The EHR's port; 0 lets the system choose.
    json
        Print one JSON object on standard output, and nothing for people.
    """
    talk = Talk(machine=json)
    try:
        with _folder(keep) as folder, serve_practice(_practice(), port=port) as ehr:
            return _show(talk, folder, ehr, serve=serve, kept=keep is not None)
    except PortBusyError as error:
        talk.say(str(error), style="red")
        talk.result(Failure("PortBusyError", str(error), int(Exit.PORT_BUSY)))
        return int(Exit.PORT_BUSY)
    except WitnessmarkError as error:
        return talk.failed(error)


def _show(talk: Talk, folder: Path, ehr: RunningPractice, *, serve: bool, kept: bool) -> int:
    talk.say("An invented practice, its EHR, eight weeks of supervision\n", style="bold")
    with open_installation(folder / "store", create=True) as installation:
        imports, desk = _read_files(talk, installation, folder / "files")
        problems = check_manifest(
            installation.declared, installation.adapters, packs=installed_packs()
        )
        talk.say(f"The manifest was checked: {len(problems)} problems.")
        talk.say(f"The practice's EHR answers at {ehr.base_url}\n")
        _connect(desk, ehr, folder)
        first = _sync(desk, "First sync")
        second = _sync(desk, "\nSecond sync")
        verdict = _audit(desk)
        ours = _ours(desk)
        held = ehr.practice.held(ours)
        if kept:
            ehr.practice.dump(folder / "ehr", ours)
        kept_here = _never_left(desk)
        talk.say("\nKept here:")
        for why, number in kept_here.items():
            talk.say(f"  {number} {why}")
        talk.say(f"\nSecond sync: {second.writes} writes.", style="bold")
        listed = ", ".join(f"{number} {name}" for name, number in held.items())
        talk.say(f"The EHR itself now holds of ours: {listed}.")
        intact = "is intact" if verdict.intact else f"is BROKEN ({verdict.what})"
        talk.say(f"The audit chain {intact}: {verdict.entries} entries.")
        talk.say(_where(folder, kept=kept))
        where = str(folder) if kept else ""
        talk.result(DemoResult(imports, first, second, held, kept_here, verdict, where))
        if serve:
            asyncio.run(keep_syncing(desk, Bell()))
    missing = [one for one in second.kinds if one.others]
    well = verdict.intact and not second.writes and not missing
    return int(Exit.OK if well else Exit.FINDINGS)


def _read_files(
    talk: Talk, installation: Installation, folder: Path
) -> tuple[tuple[ImportResult, ...], Desk]:
    with as_file(files("witnessmark.sandbox") / "files") as shipped_files:
        shutil.copytree(shipped_files, folder, dirs_exist_ok=True)
    reading = Reading(talk, installation, clinic="", answers=Answers(), yes=True)
    names = ("practice.case.yaml", "sessions.csv", "hours.csv")
    imports = [reading.import_file(folder / name) for name in names]
    clinic = choose_clinic(installation.store.clinics(), "")
    return tuple(imports), Desk(talk, installation, clinic, installation.context(clinic.id))


def _connect(desk: Desk, ehr: RunningPractice, folder: Path) -> None:
    manifest = desk.context.manifest
    scopes = tuple(manifest.hosts["fhir_r4"].scopes)
    auth = register(ehr.register_url, scopes=scopes, key_file=folder / "store" / "ehr-client.pem")
    with desk.context.store.change(desk.clinic.id) as store:
        set_value(store, manifest, key="allow_loopback", value="true", act=desk.act())
        link = Connection(desk.clinic.id, CONNECTION, "fhir_r4", "generic", ehr.base_url, auth)
        link = in_force(store, manifest, link)
    with desk.installation.driver(desk.clinic.id) as driver, desk.talk.progress("asking the EHR"):
        agreed = connect(desk.context, driver, link, act=desk.act())
    show_terms(desk.talk, CONNECTION, agreed)
    with desk.context.store.look(desk.clinic.id) as store:
        matched = len(store.staff.matches(CONNECTION))
    desk.talk.say(f"{matched} people are matched with the EHR's staff, by NPI.\n")


def _sync(desk: Desk, title: str) -> SyncResult:
    tally = Tally()

    async def run() -> None:
        async with desk.installation.syncing(desk.clinic.id) as syncing:
            for stored in await connections_of(syncing):
                await sync_connection(syncing, stored.connection, tally)

    with desk.talk.progress(title):
        asyncio.run(run())
    for error in tally.unread:
        desk.talk.tell(error)
    result = sync_result(desk, CONNECTION, tally)
    show_sync(desk.talk, title, result)
    return result


def _audit(desk: Desk) -> AuditVerdict:
    with desk.context.store.look(desk.clinic.id) as store:
        return store.audit.verify()


def _ours(desk: Desk) -> frozenset[str]:
    """Return what the receipts name: everything of ours in the EHR."""
    with desk.context.store.look(desk.clinic.id) as store:
        rows = store.deliveries.listed(connection=CONNECTION, limit=100_000)
        receipts = store.receipts.of(CONNECTION, [row.key for row in rows])
    return frozenset(part.host_ref for receipt in receipts.values() for part in receipt)


def _never_left(desk: Desk) -> dict[str, int]:
    with desk.context.store.look(desk.clinic.id) as store:
        drafts = sum(not log.left_the_store for log in store.logs.all())
        private = sum(one.said != Said() for one in store.sessions.all())
        consultations = sum(1 for _ in store.consultations.all())
    return {
        "weeks are drafts: they leave when their supervisee submits them": drafts,
        "sessions without what was said in them: that never leaves": private,
        "voluntary consultations: they count toward nothing and never leave": consultations,
    }


def _practice() -> Practice:
    practice = Practice()
    seed(practice)
    return practice


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    if keep is not None:
        try:
            keep.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            message = f"{keep} cannot be made: {error.strerror}."
            raise DomainError("no_folder", message, "Name another folder.") from None
        if any(keep.iterdir()):
            raise DomainError(
                "folder_in_use", f"{keep} is not empty.", "Name a folder that is, or a new one."
            )
        yield keep
        return
    with tempfile.TemporaryDirectory(prefix="witnessmark-demo-") as folder:
        yield Path(folder)


def _where(folder: Path, *, kept: bool) -> str:
    if not kept:
        return "Nothing was kept; `witnessmark demo --keep DIR` keeps the store and every resource."
    return (
        f"Kept in {folder}: store/ (treat it as health information), files/ (what was read and"
        " refused), ehr/ (every resource as the EHR holds it)."
    )
