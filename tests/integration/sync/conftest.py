"""A store whose clinic owes its host some sessions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.integration.store.practice import CEDAR, SEAL, settle_in
from tests.integration.sync.bench import Bench

from witnessmark.store.opening import open_store


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    store = open_store(tmp_path / "store.db", SEAL)
    settle_in(store, CEDAR)
    yield Bench(store)
    store.close()
