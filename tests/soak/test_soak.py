"""The soak in a size for every day: twenty kills and a third of all answers lost, on both hosts."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.console import Console

from tests.soak.hosts import HOSTS
from tests.soak.soak import Wish, soaking
from tests.soak.table import table_of

pytestmark = pytest.mark.peer

SEED = 20261124
RECORDS = 40


@pytest.mark.parametrize("host", sorted(HOSTS))
def test_twenty_kills_and_lost_answers_lose_nothing_double_nothing_and_turn_nothing_back(
    host: str, tmp_path: Path
) -> None:
    with soaking(Wish(host, seed=SEED, records=RECORDS), tmp_path) as (soak, base_url):
        found = soak.run(base_url)
    table, wrong = table_of(soak, found)
    Console(width=120).print(table)
    assert wrong == []
    assert soak.kills == 20
    assert soak.luck.share_lost == pytest.approx(0.3, abs=0.06)
    assert soak.invented.rounds >= 3
