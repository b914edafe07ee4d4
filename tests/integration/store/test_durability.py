"""A change is kept whole or not at all; what is sealed stands nowhere on the disk in clear."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from tests.integration.store import practice
from tests.integration.store.practice import (
    ATTESTATION,
    CEDAR,
    CONSULTATION,
    EHR,
    GROUP,
    LOG,
    NOW,
    RUTH,
    SEAL,
    SESSION,
    connection_of,
    session_key,
)

from witnessmark.domain.attestations import Revocation
from witnessmark.domain.hours import Return
from witnessmark.domain.ids import PersonId, SessionId
from witnessmark.domain.sessions import Said
from witnessmark.errors import StoreError
from witnessmark.ports.locks import Token
from witnessmark.store.opening import open_store
from witnessmark.store.work import SqlStore

HERE = Path(practice.__file__).parent


class PlantedError(Exception):
    pass


def run(program: str, *arguments: Path) -> dict[str, object]:
    """Run a program of this directory; return the JSON it prints."""
    ran = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-W", "error", str(HERE / program), *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        cwd=HERE.parents[2],
    )
    assert ran.returncode == 0, ran.stderr
    answer: dict[str, object] = json.loads(ran.stdout)
    return answer


def test_an_error_inside_a_change_leaves_nothing_of_it(store: SqlStore) -> None:
    def change() -> None:
        with store.change(CEDAR) as work:
            work.sessions.put(SESSION)
            work.deliveries.want({session_key("s1"): 1})
            work.audit.add(actor="operator", action="x", record="session/s1", at=NOW, detail={})
            raise PlantedError

    with pytest.raises(PlantedError):
        change()
    with store.look(CEDAR) as work:
        assert work.sessions.find("s1") is None
        assert work.deliveries.listed() == ()
        assert work.audit.verify().entries == 0


def test_a_process_that_dies_between_any_two_statements_leaves_all_or_nothing(
    settled_file: Path, tmp_path: Path
) -> None:
    answer = run("dies_between_statements.py", settled_file, tmp_path)
    assert answer["points"] == 19
    assert answer["left"] == ["nothing"] * 19
    assert answer["undisturbed"] == "everything"


def test_a_full_disk_is_told_and_loses_nothing_that_was_kept(path: Path) -> None:
    answer = run("fills_the_disk.py", path)
    assert answer["said"] == (
        "The disk is full or fails: the store could not be written or read. Free some space, "
        "check the disk, and try again. Nothing was kept of this change."
    )
    kept = answer["kept"]
    assert isinstance(kept, int)
    assert kept > 0
    # It goes on reading while the disk is full, and resumes when it is not.
    assert answer["read_while_full"] == kept
    assert answer["resumed"] is True
    store = open_store(path, SEAL)
    with store.look(CEDAR) as work:
        assert len(work.sessions.versions()) == kept + 1
        assert len(work.deliveries.listed()) == kept + 1
        assert work.audit.verify().entries == kept + 1
    with store.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
    store.close()


def test_what_is_sealed_stands_in_no_file_of_the_store(store: SqlStore, path: Path) -> None:
    fence = store.tokens.lease(connection_of(CEDAR), owner="one", now=1, seconds=1)
    assert fence is not None
    store.tokens.write(
        connection_of(CEDAR), Token("canary-token", 1, frozenset({"canary-scope"})), fence=fence
    )
    said = Said(PersonId("canary-presenter"), ("canary-topic",))
    group = replace(GROUP, ledger=(replace(GROUP.ledger[0], person=PersonId("canary-passed")),))
    with store.change(CEDAR) as work:
        for topic in ("canary-first", "canary-topic"):
            work.sessions.put(replace(SESSION, said=replace(said, topics=(topic,))))
        work.groups.put(group)
        work.logs.put(replace(LOG, returned=Return(RUTH, NOW, "canary-returned")))
        work.attestations.put(replace(ATTESTATION, revoked=Revocation(RUTH, NOW, "canary-back")))
        consulting = (PersonId("canary-colleague"),)
        work.consultations.put(
            replace(CONSULTATION, people=consulting, day=date(1987, 6, 5), minutes=98_765)
        )
        work.deliveries.want({session_key("s1"): 2})
    files = sorted(path.parent.glob("store.db*"))
    assert [file.name for file in files] == ["store.db", "store.db-shm", "store.db-wal"]
    written = b"".join(file.read_bytes() for file in files)
    store.close()
    written += path.read_bytes()
    assert b"Ruth Example" in written
    for canary in (b"canary", b"1987-06-05", b"98765", b"passed"):
        assert canary not in written, canary
    reopened = open_store(path, SEAL)
    with reopened.look(CEDAR) as work:
        assert work.sessions.get("s1").said == said
        assert work.sessions.at("s1", 1).said.topics == ("canary-first",)
        assert work.groups.get("g1") == group
    reopened.close()


def test_a_sealed_part_moved_to_another_place_does_not_open(store: SqlStore) -> None:
    with store.change(CEDAR) as work:
        work.sessions.put(SESSION)
        work.sessions.put(replace(SESSION, id=SessionId("s2")))
    with store.engine.execution_options(writes=True).begin() as connection:
        connection.exec_driver_sql(
            "UPDATE session SET sealed = (SELECT sealed FROM session WHERE id = 's1')"
        )
    with store.look(CEDAR) as work:
        assert work.sessions.get("s1") == SESSION
        with pytest.raises(StoreError, match="altered or moved"):
            work.sessions.get("s2")


def test_a_document_that_is_no_longer_one_is_told_without_its_words(store: SqlStore) -> None:
    with store.change(CEDAR) as work:
        work.sessions.put(SESSION)
    with store.engine.execution_options(writes=True).begin() as connection:
        connection.exec_driver_sql("""UPDATE session SET document = '{"canary": 1}'""")
    with store.look(CEDAR) as work, pytest.raises(StoreError) as refused:
        work.sessions.get("s1")
    assert "canary" not in str(refused.value)


def test_an_error_of_the_database_holds_neither_its_sql_nor_the_data(store: SqlStore) -> None:
    with store.engine.execution_options(writes=True).begin() as connection:
        connection.exec_driver_sql("DROP TABLE session")
    with (
        pytest.raises(StoreError) as refused,
        store.change(CEDAR) as work,
    ):
        work.sessions.put(SESSION)
    assert str(refused.value) == (
        "The store could not do it. Run `witnessmark doctor`. Nothing was kept of this change."
    )
    assert refused.value.__suppress_context__
    assert EHR not in str(refused.value)
