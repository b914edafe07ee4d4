"""A migrated store is made once; every test works on a copy of its file."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.integration.store.practice import CEDAR, SEAL, settle_in

from witnessmark.store.opening import open_store
from witnessmark.store.work import SqlStore


@pytest.fixture(scope="session")
def settled_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a closed store of one invented clinic with people, a setting and one connection."""
    path = tmp_path_factory.mktemp("settled") / "store.db"
    store = open_store(path, SEAL)
    settle_in(store, CEDAR)
    store.close()
    return path


@pytest.fixture
def path(settled_file: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(settled_file, tmp_path / "store.db"))


@pytest.fixture
def opened(path: Path) -> Iterator[Callable[[], SqlStore]]:
    """Open the file again, as another process would."""
    stores: list[SqlStore] = []

    def reopen() -> SqlStore:
        stores.append(open_store(path, SEAL))
        return stores[-1]

    yield reopen
    for store in stores:
        store.close()


@pytest.fixture
def store(opened: Callable[[], SqlStore]) -> SqlStore:
    return opened()
