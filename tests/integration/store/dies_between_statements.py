"""Run as a program: a change dies before its k-th statement, for every k; what is left is told."""

import json
import os
import shutil
import sys
from pathlib import Path

from sqlalchemy import event

sys.path.insert(0, str(Path(__file__).parents[3]))

from tests.integration.store.practice import (
    CEDAR,
    EHR,
    NOW,
    SEAL,
    SESSION,
    receipt_of,
    session_key,
)

from witnessmark.ports.deliveries import DeliveryState, Settled
from witnessmark.store.opening import open_store
from witnessmark.store.work import SqlStore

KEY = session_key("s1")
NEVER = 10_000


def change(store: SqlStore) -> None:
    with store.change(CEDAR) as work:
        version = work.sessions.put(SESSION)
        work.deliveries.want({KEY: version})
        (row,) = work.deliveries.claim(EHR, owner="w", now=NOW, lease_seconds=9, limit=9)
        settled = Settled(DeliveryState.DONE, delivered=1, receipt=receipt_of(KEY))
        work.deliveries.settle(row, settled, now=NOW)
        work.audit.add(actor="operator", action="x", record=str(KEY), at=NOW, detail={})


def die_before(path: Path, statement: int) -> int:
    """Change the store in a child that ends before this statement; return how many there were."""
    told, tell = os.pipe()
    child = os.fork()
    if child == 0:
        store, count = open_store(path, SEAL), 0

        def tick(*_: object) -> None:
            nonlocal count
            count += 1
            if count == statement:
                os._exit(9)

        event.listen(store.engine, "before_cursor_execute", tick)
        event.listen(store.engine, "commit", tick)
        change(store)
        os.write(tell, str(count).encode())
        os._exit(0)
    os.close(tell)
    os.waitpid(child, 0)
    with os.fdopen(told) as pipe:
        return int(pipe.read() or 0)


def left_in(path: Path) -> str:
    store = open_store(path, SEAL)
    with store.look(CEDAR) as work:
        row = work.deliveries.get(EHR, KEY)
        parts = (
            work.sessions.find("s1") == SESSION,
            row is not None and row.state is DeliveryState.DONE,
            bool(work.receipts.of(EHR, [KEY])),
            work.audit.verify().entries == 1,
        )
    store.close()
    return "everything" if all(parts) else "something" if any(parts) else "nothing"


def main(settled: Path, directory: Path) -> None:
    path = directory / "dying.db"

    def once(statement: int) -> tuple[int, str]:
        for old in directory.glob("dying.db*"):
            old.unlink()
        shutil.copy(settled, path)
        return die_before(path, statement), left_in(path)

    points, undisturbed = once(NEVER)
    left = [once(statement)[1] for statement in range(1, points + 1)]
    print(json.dumps({"points": points, "undisturbed": undisturbed, "left": left}))  # noqa: T201


main(*map(Path, sys.argv[1:]))
