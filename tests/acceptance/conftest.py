"""A clinic that has read its files and, where asked, is connected with its EHR."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.clinic import Clinic, clinic_at_work


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    with clinic_at_work(tmp_path) as clinic:
        clinic.import_files()
        said = clinic.run("settings", "set", "allow_loopback", "true")
        assert said.code == 0, said.err
        yield clinic


@pytest.fixture
def connected(clinic: Clinic) -> Clinic:
    said = clinic.connect()
    assert said.code == 0, said.err + said.out
    return clinic
