"""Opening a store: what is made, what is refused, and what is said."""

import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from tests.integration.store.practice import CEDAR, SEAL, SESSION, settle_in

from witnessmark.errors import StoreError
from witnessmark.ports.store import Clinic
from witnessmark.store import migrate
from witnessmark.store.migrate import REVISION
from witnessmark.store.opening import open_store
from witnessmark.store.seal import AesGcmSeal
from witnessmark.store.tables import metadata
from witnessmark.store.work import SqlStore


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def refusal(where: str | Path, *, create: bool = True, seal: AesGcmSeal = SEAL) -> str:
    with pytest.raises(StoreError) as refused:
        open_store(where, seal, create=create)
    assert refused.value.__cause__ is None
    return str(refused.value)


def edit(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(statement)


def test_a_new_store_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "kept" / "store.db"
    store = open_store(path, SEAL)
    settle_in(store, CEDAR)
    beside = [name for name in path.parent.iterdir() if name.name.startswith("store.db")]
    assert {name.name for name in beside} == {"store.db", "store.db-shm", "store.db-wal"}
    assert {mode_of(name) for name in beside} == {0o600}
    assert mode_of(path.parent) == 0o700
    store.close()
    assert [name.name for name in path.parent.iterdir()] == ["store.db"]


def test_a_url_and_a_path_name_the_same_store(store: SqlStore, path: Path) -> None:
    with store.change(CEDAR) as work:
        work.sessions.put(SESSION)
    other = open_store(f"sqlite:///{path}", SEAL, create=False)
    with other.look(CEDAR) as work:
        assert work.sessions.get("s1") == SESSION
    other.close()


def test_sqlite_is_set_to_lose_nothing(store: SqlStore) -> None:
    with store.engine.connect() as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert settings == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 15_000,
    }


def test_the_tables_are_what_the_migrations_make(store: SqlStore) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_the_newest_migration_is_the_one_this_version_knows() -> None:
    scripts = ScriptDirectory(str(Path(migrate.__file__).parent / "migrations"))
    assert scripts.get_heads() == [REVISION]


def test_a_clinic_is_in_every_key() -> None:
    for table in metadata.tables.values():
        if table.name == "clinic":
            continue
        assert table.primary_key.columns.keys()[0] == "clinic", table
        for foreign in table.foreign_key_constraints:
            assert foreign.column_keys[0] == "clinic", table


def program_that_opens(path: Path) -> Sequence[str]:
    program = (
        "import sys\n"
        "from witnessmark.store.opening import open_store\n"
        "from witnessmark.store.seal import AesGcmSeal\n"
        f"open_store({str(path)!r}, AesGcmSeal(b'an invented key of 32 bytes here')).close()\n"
        "print([name for name in ('alembic', 'psycopg') if name in sys.modules])\n"
    )
    return [sys.executable, "-W", "error", "-c", program]


def test_opening_a_store_that_is_up_to_date_loads_no_alembic(path: Path) -> None:
    command = program_that_opens(path)
    ran = subprocess.run(command, stdout=subprocess.PIPE, check=True)  # noqa: S603 - our own
    assert ran.stdout == b"[]\n"


def test_two_that_make_the_same_store_at_once_make_it_once(tmp_path: Path) -> None:
    command = program_that_opens(tmp_path / "store.db")
    both = [
        subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603 - our own program
        for _ in range(2)
    ]
    assert [one.wait(60) for one in both] == [0, 0]


def test_a_newer_store_is_refused_and_left_as_it_is(path: Path) -> None:
    edit(path, "UPDATE alembic_version SET version_num = '0004'")
    before = path.read_bytes()
    assert refusal(path) == (
        "The store was written by a newer Witnessmark (revision 0004; this one knows 0003). "
        "Install the newer version. Nothing was changed."
    )
    assert path.read_bytes() == before


def test_anothers_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "theirs.db"
    edit(path, "CREATE TABLE theirs (id INTEGER)")
    assert refusal(path) == "This is a database, but not a Witnessmark store. Check the path."


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("A canary sings here. " * 50)
    said = refusal(path)
    assert said.startswith("The file is not a Witnessmark store")
    assert "canary" not in said


def test_a_damaged_store_is_refused(path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[:100] + b"\xff" * 8000 + whole[8100:])
    assert "damaged" in refusal(path)


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    deep = tmp_path / "one" / "two" / "store.db"
    assert refusal(deep) == f"The directory {deep.parent} is missing. Make it, or name another."
    assert refusal(tmp_path).endswith("is a directory. Name a file in it.")
    assert "There is no store at" in refusal(tmp_path / "store.db", create=False)
    assert "would not last" in refusal("sqlite://")
    assert list(tmp_path.iterdir()) == []


def test_an_address_that_is_wrong_is_not_repeated() -> None:
    for address in ("post://gres:secret@here", "://secret", "mysql://me:secret@here/db"):
        assert "secret" not in refusal(address)
    assert "psycopg" in refusal("postgresql+nodriver://me:secret@here/db")


def test_a_store_of_another_key_is_refused_at_once(path: Path) -> None:
    said = refusal(path, seal=AesGcmSeal(b"another invented key of 32 bytes"))
    assert said == "The store was sealed with another key. Give the key it was made with."


def test_a_writer_elsewhere_makes_it_busy_not_broken(
    path: Path, opened: Callable[[], SqlStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("witnessmark.store.transactions.BUSY_SECONDS", 0)
    store = opened()
    with closing(sqlite3.connect(path, isolation_level=None)) as elsewhere:
        elsewhere.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="busy"), store.change(CEDAR):
            pass
        # Readers go on.
        with store.look(CEDAR) as work:
            assert work.people.version("ruth") == 1


def test_a_change_within_a_change_is_told_not_waited_for(
    opened: Callable[[], SqlStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("witnessmark.store.transactions.BUSY_SECONDS", 0)
    store = opened()
    founding = store.found(Clinic(CEDAR, "x", "UTC"))
    with store.change(CEDAR), pytest.raises(StoreError, match="has not ended"), founding:
        pass


def test_a_clinic_can_be_renamed(store: SqlStore) -> None:
    renamed = Clinic(CEDAR, "Cedar and Sons", "America/New_York")
    with store.found(renamed):
        pass
    assert store.clinics() == (renamed,)
    with store.look(CEDAR) as work:
        assert work.people.version("ruth") == 1


def test_a_plain_engine_can_read_what_the_store_wrote(store: SqlStore, path: Path) -> None:
    store.close()
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
    engine.dispose()
