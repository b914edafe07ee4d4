"""Who may still hold a claim, for how long, and whom the loop tells of failures."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from tests.integration.store.practice import CEDAR, EHR, settle_in

from witnessmark.bootstrap import Workers, open_installation
from witnessmark.errors import RefusedError, WitnessmarkError
from witnessmark.ports.host import Connection
from witnessmark.store.opening import open_store
from witnessmark.store.seal import AesGcmSeal, key_from, make_key_file
from witnessmark.sync import jobs
from witnessmark.sync.jobs import sync_jobs
from witnessmark.sync.one_pass import Syncing
from witnessmark.sync.tally import Tally

OURS = Workers("here", os.getpid(), "now")


def test_a_worker_is_alive_while_it_may_be() -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    assert OURS.is_alive(OURS.own)
    assert OURS.is_alive(f"here:{os.getppid()}:x")
    assert OURS.is_alive(f"elsewhere:{ended.pid}:x")
    assert not OURS.is_alive(f"here:{ended.pid}:x")
    assert not OURS.is_alive(f"here:{os.getpid()}:before")


def _home(folder: Path, more: Sequence[str] = ()) -> Path:
    """Make a home whose clinic is connected with EHRs that nobody may speak to."""
    home = folder / "home"
    home.mkdir()
    make_key_file(home / "store.key")
    store = open_store(home / "witnessmark.db", AesGcmSeal(key_from(_key(home))))
    settle_in(store, CEDAR)
    with store.change(CEDAR) as work:
        stored = work.connections.get(EHR)
        for name in more:
            link = replace(stored.connection, id=name)
            work.connections.put(replace(stored, connection=link))
        for one in work.connections.all():
            plain = replace(one.connection, base_url="http://127.0.0.1:9/fhir")
            work.connections.put(replace(one, connection=plain))
    store.close()
    return home


def _key(home: Path) -> str:
    return (home / "store.key").read_text(encoding="ascii")


def test_a_claim_outlasts_the_longest_delivery_the_settings_allow(tmp_path: Path) -> None:
    async def lease() -> int:
        async with installation.syncing(CEDAR) as syncing:
            return syncing.pace.lease_seconds

    with open_installation(_home(tmp_path)) as installation:
        # Twelve requests of at most 60 s (twice the 30 s a read may take), after as long a wait.
        assert asyncio.run(lease()) == 24 * 60


def test_every_connection_that_fails_is_told_and_keeps_no_other_from_its_turn(
    tmp_path: Path,
) -> None:
    told: list[tuple[str, str]] = []

    def failed(job: str, error: WitnessmarkError) -> None:
        told.append((job, getattr(error, "connection", "")))

    async def pull_once() -> None:
        async with installation.syncing(CEDAR) as syncing:
            pull, _ = sync_jobs(syncing, done=lambda _job, _tally: None, failed=failed)
            await pull.run()

    with open_installation(_home(tmp_path, more=["second"])) as installation:
        asyncio.run(pull_once())
    assert told == [("pull", EHR), ("pull", "second")]


def test_what_could_not_be_read_is_told_though_the_job_went_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, str]] = []

    async def pull(_syncing: Syncing, _connection: Connection, tally: Tally) -> None:
        tally.unread.append(RefusedError("403: not this calendar"))

    async def pull_once() -> None:
        async with installation.syncing(CEDAR) as syncing:
            job, _ = sync_jobs(
                syncing,
                done=lambda job, _tally: told.append((job, "done")),
                failed=lambda job, error: told.append((job, str(error))),
            )
            await job.run()

    monkeypatch.setattr(jobs, "pull_connection", pull)
    with open_installation(_home(tmp_path)) as installation:
        asyncio.run(pull_once())
    assert told == [("pull", "403: not this calendar"), ("pull", "done")]
