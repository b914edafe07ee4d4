"""Two clinics in one store, each with its own EHR: nothing of one is ever the other's."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.clinic import Clinic, Said, clinic_at_work

HARBOUR, QUAY = "example-harbour", "example-quay"


@dataclass(frozen=True)
class Tenant(Clinic):
    """One of several clinics in a store."""

    name: str = ""
    shared: Path = Path()

    @property
    def home(self) -> Path:
        return self.shared

    def run(self, *words: str, machine: bool = True) -> Said:
        return super().run(*words, "--clinic", self.name, machine=machine)


@pytest.fixture
def clinics(tmp_path: Path) -> Iterator[tuple[Tenant, Tenant]]:
    for name in (HARBOUR, QUAY):
        (tmp_path / name).mkdir()
    with clinic_at_work(tmp_path / HARBOUR) as one, clinic_at_work(tmp_path / QUAY) as other:
        case = tmp_path / QUAY / "files" / "practice.case.yaml"
        text = case.read_text(encoding="utf-8")
        case.write_text(text.replace("{id: example-harbour,", "{id: example-quay,"), "utf-8")
        store = tmp_path / "store"
        yield (
            Tenant(one.folder, one.ehr, name=HARBOUR, shared=store),
            Tenant(other.folder, other.ehr, name=QUAY, shared=store),
        )


def test_a_second_clinic_is_founded_when_it_is_named_and_not_otherwise(
    clinics: tuple[Tenant, Tenant],
) -> None:
    harbour, quay = clinics
    harbour.import_files()
    case = quay.folder / "files" / "practice.case.yaml"
    unnamed = Clinic.run(quay, "import", str(case))
    assert unnamed.code == 2
    assert "new_clinic" in unnamed.result["message"]
    assert "--clinic example-quay" in unnamed.result["message"]
    wrong = Clinic.run(quay, "import", str(case), "--clinic", "example-quey")
    assert wrong.code == 2
    assert "unknown_record" in wrong.result["message"]
    assert "another_clinic" in harbour.run("import", str(case)).result["message"]
    assert quay.run("import", str(case)).code == 0
    assert "which_clinic" in Clinic.run(quay, "settings", "list").result["message"]
    again = shutil.copy(case, quay.folder / "again.case.yaml")
    assert Clinic.run(quay, "import", str(again)).result["earlier"]


def test_two_clinics_are_synced_each_with_its_own_ehr(clinics: tuple[Tenant, Tenant]) -> None:
    for clinic in clinics:
        clinic.import_files()
        clinic.run("settings", "set", "allow_loopback", "true")
        assert clinic.connect().code == 0
    harbour, quay = clinics
    quay.ehr.practice.log.clear()
    assert harbour.sync()["writes"] > 0
    assert quay.ehr.practice.log.entries == []
    (waiting,) = {one["state"] for one in quay.run("delivery", "list").result["deliveries"]}
    assert waiting == "open"
    assert harbour.run("delivery", "list").result["deliveries"] == []
    assert quay.sync()["writes"] > 0
    assert harbour.sync()["writes"] == quay.sync()["writes"] == 0
    for clinic in clinics:
        assert clinic.run("audit", "verify").code == 0
