"""`witnessmark doctor`: looks everything over."""

from __future__ import annotations

from dataclasses import dataclass

from witnessmark.application.check_manifest import check_manifest
from witnessmark.application.diagnosing import Finding, diagnose
from witnessmark.bootstrap import installed_packs
from witnessmark.cli.desk import Desk, at_desk
from witnessmark.cli.exits import Exit
from witnessmark.cli.talk import EVERYWHERE, Everywhere


@dataclass(frozen=True, slots=True)
class DoctorResult:
    """Everything that was looked at."""

    findings: tuple[Finding, ...]


def doctor(*, everywhere: Everywhere = EVERYWHERE) -> int:
    """Look over the manifest, the store, the audit chain, the queue and every EHR."""

    def work(desk: Desk) -> int:
        installation = desk.installation
        findings = [
            Finding("manifest", well=False, what=str(problem), mend=problem.mend)
            for problem in check_manifest(
                installation.declared, installation.adapters, packs=installed_packs()
            )
        ] or [Finding("manifest", well=True, what="no problems")]
        with installation.driver(desk.clinic.id) as driver, desk.talk.progress("looking"):
            findings += diagnose(desk.context, driver, act=desk.act())
        rows = [("well" if one.well else "LOOK", one.about, one.what, one.mend) for one in findings]
        desk.talk.table("Doctor", ["", "about", "what", "what mends it"], rows)
        desk.talk.result(DoctorResult(tuple(findings)))
        return int(Exit.OK if all(one.well for one in findings) else Exit.FINDINGS)

    return at_desk(everywhere, work)
