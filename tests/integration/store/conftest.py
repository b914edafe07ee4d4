"""A migrated store is made once; every test works on a copy of its file.

With WITNESSMARK_TEST_DSN (a PostgreSQL that may be emptied) the portable tests run there instead.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from tests.integration.store.practice import CEDAR, SEAL, settle_in

from witnessmark.store.opening import open_store
from witnessmark.store.work import SqlStore

DSN = os.environ.get("WITNESSMARK_TEST_DSN", "")
PORTABLE = {
    "test_shelves",
    "test_deliveries",
    "test_keeping",
    "test_tenants",
    "test_tokens_and_gate",
    "test_many_at_once",
}


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
def where(request: pytest.FixtureRequest) -> Path | str:
    if not DSN:
        return Path(request.getfixturevalue("path"))
    if request.module.__name__.rpartition(".")[2] not in PORTABLE:
        pytest.skip("this one is about SQLite")
    engine = create_engine(DSN)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    store = open_store(DSN, SEAL)
    settle_in(store, CEDAR)
    store.close()
    return DSN


@pytest.fixture
def opened(where: Path | str) -> Iterator[Callable[[], SqlStore]]:
    """Open the store again, as another process would."""
    stores: list[SqlStore] = []

    def reopen() -> SqlStore:
        stores.append(open_store(where, SEAL))
        return stores[-1]

    yield reopen
    for store in stores:
        store.close()


@pytest.fixture
def store(opened: Callable[[], SqlStore]) -> SqlStore:
    return opened()
