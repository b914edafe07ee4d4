"""Scans of signed paper: only scans, only from beside the file, sealed, never replaced."""

from pathlib import Path

import pytest
from sqlalchemy import text
from tests.integration.intake.conftest import Intake

from witnessmark.domain.capabilities import ObjectKind
from witnessmark.domain.ids import AttestationId
from witnessmark.domain.scans import MOST_BYTES, Scan
from witnessmark.errors import DeclarationError, Problem
from witnessmark.ports.records import RecordKey

ID = AttestationId("att-ar-1026-ro")
PDF = b"%PDF-1.4\n% canary page\n"
# By hand: printf '%%PDF-1.4\n%% canary page\n' | sha256sum
SHA256 = "506b618c266bb852ab9df969479aef730a0f75eaab4d76a115eb3437fc981147"


def case_with(intake: Intake, scan: str, name: str = "scanned.case.yaml") -> Path:
    source = (intake.folder / "practice.case.yaml").read_text(encoding="utf-8")
    before, found, after = source.partition(f"{{id: {ID}, ")
    assert found
    path = intake.folder / name
    path.write_text(f"{before}{found}scan: {scan}, {after}", encoding="utf-8")
    return path


def problem(intake: Intake, path: Path) -> Problem:
    with pytest.raises(DeclarationError) as error:
        intake.take_case(path)
    (told,) = error.value.problems
    return told


def scan_of(intake: Intake) -> tuple[Scan | None, bytes | None]:
    with intake.store.look(intake.clinic) as work:
        return work.attestations.get(ID).scan, work.scans.get(ID)


def test_a_scan_comes_in_with_its_attestation_and_is_sealed(intake: Intake) -> None:
    (intake.folder / "scans").mkdir()
    (intake.folder / "scans" / "a page.pdf").write_bytes(PDF)
    intake.take_case(case_with(intake, "scans/a page.pdf"))
    assert scan_of(intake) == (Scan("application/pdf", SHA256, 23), PDF)
    with intake.store.engine.connect() as connection:
        rows = connection.execute(text("SELECT sealed FROM scan")).all()
    assert len(rows) == 1
    assert b"canary" not in bytes(rows[0].sealed)
    with intake.store.look(intake.clinic) as work:
        told = work.audit.of(str(RecordKey(ObjectKind.ATTESTATION, ID)))
    assert [one.action for one in told] == ["attestation_recorded", "scan_kept"]


def test_a_later_file_adds_a_scan_and_none_puts_another_in_its_place(intake: Intake) -> None:
    intake.take_case()
    (intake.folder / "page.pdf").write_bytes(PDF)
    intake.take_case(case_with(intake, "page.pdf"))
    assert scan_of(intake)[1] == PDF
    with intake.store.look(intake.clinic) as work:
        assert work.attestations.version(ID) == 2
    (intake.folder / "other.png").write_bytes(b"\x89PNG\r\n\x1a\n another")
    told = problem(intake, case_with(intake, "other.png", "other.case.yaml"))
    assert (told.code, told.path.partition("]")[2]) == ("scan_differs", ".scan")
    assert scan_of(intake)[1] == PDF
    # A file that says nothing of it leaves it.
    path = case_with(intake, "null", "silent.case.yaml")
    intake.take_case(path)
    assert scan_of(intake)[1] == PDF


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<html>%PDF-1.4", "scan_of_unknown_kind"),
        (b"", "scan_of_unknown_kind"),
        (b"%PDF-" + bytes(MOST_BYTES), "scan_too_large"),
        (None, "scan_unreadable"),
    ],
)
def test_what_is_no_scan_is_told_with_its_line(
    intake: Intake, content: bytes | None, code: str
) -> None:
    if content is not None:
        (intake.folder / "page.pdf").write_bytes(content)
    path = case_with(intake, "page.pdf")
    told = problem(intake, path)
    line = next(
        number
        for number, one in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if "page.pdf" in one
    )
    assert (told.code, told.file, told.line) == (code, str(path), line)
    assert told.path.endswith("].scan")


@pytest.mark.parametrize("named", ["../secret.pdf", "/etc/hostname", "link.pdf"])
def test_a_file_reaches_no_further_than_its_own_folder(intake: Intake, named: str) -> None:
    (intake.folder.parent / "secret.pdf").write_bytes(PDF)
    (intake.folder / "link.pdf").symlink_to(intake.folder.parent / "secret.pdf")
    assert problem(intake, case_with(intake, named)).code == "scan_elsewhere"


def test_an_import_that_is_undone_leaves_no_scan_behind(intake: Intake) -> None:
    (intake.folder / "page.pdf").write_bytes(PDF)
    intake.take_case(case_with(intake, "page.pdf"))
    with intake.store.change(intake.clinic) as work:
        work.attestations.remove(ID)
        assert work.scans.get(ID) is None
