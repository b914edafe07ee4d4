"""Run as a program: writes under a limit of file size, as a full disk would, until it is told."""

import json
import resource
import signal
import sys
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

from tests.integration.store.practice import (
    CEDAR,
    NOW,
    SEAL,
    SESSION,
    session_key,
)

from witnessmark.domain.ids import SessionId
from witnessmark.errors import StoreError
from witnessmark.store.opening import open_store
from witnessmark.store.work import SqlStore

ROOM = 100_000


def keep(store: SqlStore, number: int) -> None:
    name = f"s{number}"
    with store.change(CEDAR) as work:
        work.sessions.put(replace(SESSION, id=SessionId(name)))
        work.deliveries.want({session_key(name): 1})
        work.audit.add(actor="operator", action="x", record=name, at=NOW, detail={})


def main(path: Path) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    store = open_store(path, SEAL)
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + ROOM, hard))
    said, kept = "", 0
    while not said:
        try:
            keep(store, kept)
        except StoreError as error:
            said = str(error)
        else:
            kept += 1
    with store.look(CEDAR) as work:
        read = len(work.sessions.versions())
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    keep(store, kept)
    store.close()
    answer = {"said": said, "kept": kept, "read_while_full": read, "resumed": True}
    print(json.dumps(answer))  # noqa: T201 - the test reads it


main(Path(sys.argv[1]))
