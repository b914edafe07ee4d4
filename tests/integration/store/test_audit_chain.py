"""The chain is told from a chain that somebody edited by hand."""

import hashlib
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from tests.integration.store.practice import CEDAR, NOW

from witnessmark.ports.audit import AuditVerdict
from witnessmark.store.work import SqlStore


@pytest.fixture
def heads(store: SqlStore) -> list[str]:
    """Write four entries in two transactions; return their hashes."""
    for pair in (("s1", "s2"), ("s1", "s3")):
        with store.change(CEDAR) as work:
            for number, record in enumerate(pair):
                work.audit.add(
                    actor="operator",
                    action="record_session",
                    record=f"session/{record}",
                    at=NOW,
                    detail={"version": number, "note": "ö"},
                )
    with store.look(CEDAR) as work:
        entries = [*work.audit.of("session/s1"), *work.audit.of("session/s2")]
        entries += work.audit.of("session/s3")
    return [entry.hash for entry in sorted(entries, key=lambda entry: entry.number)]


Tamper = Callable[..., AuditVerdict]


@pytest.fixture
def tampered(store: SqlStore, path: Path, heads: list[str]) -> Tamper:
    def tamper(*edits: str | tuple[str, str], anchor: str | None = None) -> AuditVerdict:
        with closing(sqlite3.connect(path)) as database, database:
            for edit in edits:
                statement, *values = [edit] if isinstance(edit, str) else edit
                database.execute(statement, values)
        with store.look(CEDAR) as work:
            return work.audit.verify(anchor)

    assert len(heads) == 4
    return tamper


def test_entries_come_back_by_record_in_order(store: SqlStore, heads: list[str]) -> None:
    with store.look(CEDAR) as work:
        first, third = work.audit.of("session/s1")
    assert (first.number, third.number) == (1, 3)
    assert (first.at, first.actor, first.action) == (NOW, "operator", "record_session")
    assert first.detail == {"version": 0, "note": "ö"}
    assert first.hash == heads[0]


def test_a_hash_covers_the_hash_before_and_the_canonical_entry(heads: list[str]) -> None:
    second = (
        '{"action":"record_session","actor":"operator","at":1772470800000000,"clinic":"cedar",'
        '"detail":"{\\"note\\": \\"ö\\", \\"version\\": 1}","number":2,"record":"session/s2"}'
    )
    assert heads[1] == hashlib.sha256((heads[0] + second).encode()).hexdigest()


def test_an_untouched_chain_is_intact_and_owns_up_to_what_it_cannot_see(
    tampered: Tamper, heads: list[str]
) -> None:
    verdict = tampered()
    assert (verdict.entries, verdict.intact, verdict.first_broken) == (4, True, None)
    assert verdict.head == heads[3]
    assert verdict.what == (
        "4 entries follow one another unchanged. Without an anchor (a head's hash kept "
        "elsewhere) an end that was cut off is not seen."
    )


def test_an_empty_chain_is_intact(store: SqlStore) -> None:
    with store.look(CEDAR) as work:
        verdict = work.audit.verify()
    assert (verdict.entries, verdict.intact, verdict.head) == (0, True, "0" * 64)


@pytest.mark.parametrize(
    "edit",
    [
        "UPDATE audit SET actor = 'ruth' WHERE number = 2",
        "UPDATE audit SET action = 'attest' WHERE number = 2",
        "UPDATE audit SET record = 'session/s9' WHERE number = 2",
        "UPDATE audit SET at = at + 1 WHERE number = 2",
        """UPDATE audit SET detail = '{"version": 7}' WHERE number = 2""",
        "UPDATE audit SET hash = lower(hex(randomblob(32))) WHERE number = 2",
        "UPDATE audit SET previous = lower(hex(randomblob(32))) WHERE number = 2",
    ],
)
def test_an_edited_entry_is_found(tampered: Tamper, edit: str) -> None:
    verdict = tampered(edit)
    assert (verdict.entries, verdict.intact, verdict.first_broken) == (4, False, 2)
    assert "altered" in verdict.what


def test_an_entry_rewritten_with_a_right_hash_of_its_own_breaks_the_next(
    tampered: Tamper, heads: list[str]
) -> None:
    entry = (
        '{"action":"record_session","actor":"ruth","at":1772470800000000,"clinic":"cedar",'
        '"detail":"{}","number":2,"record":"session/s2"}'
    )
    forged = hashlib.sha256((heads[0] + entry).encode()).hexdigest()
    verdict = tampered(
        "UPDATE audit SET actor = 'ruth', detail = '{}' WHERE number = 2",
        ("UPDATE audit SET hash = ? WHERE number = 2", forged),
    )
    assert verdict.first_broken == 3
    assert verdict.what == "Entry 3 does not follow the entry before it."


def test_a_missing_entry_is_found(tampered: Tamper) -> None:
    verdict = tampered("DELETE FROM audit WHERE number = 2")
    assert (verdict.entries, verdict.first_broken) == (3, 2)
    assert verdict.what == "Entry 2 is missing: the next one there is 3."


def test_a_missing_entry_is_found_though_the_rest_moved_up(tampered: Tamper) -> None:
    verdict = tampered(
        "DELETE FROM audit WHERE number = 2",
        "UPDATE audit SET number = number - 1 WHERE number > 2",
    )
    assert verdict.first_broken == 2


def test_two_entries_that_changed_places_are_found(tampered: Tamper) -> None:
    verdict = tampered(
        "UPDATE audit SET number = 9 WHERE number = 2",
        "UPDATE audit SET number = 2 WHERE number = 3",
        "UPDATE audit SET number = 3 WHERE number = 9",
    )
    assert verdict.first_broken == 2


def test_a_cut_off_end_is_seen_by_an_anchor_alone(tampered: Tamper, heads: list[str]) -> None:
    cut = "DELETE FROM audit WHERE number = 4"
    assert tampered(cut).intact
    verdict = tampered(anchor=heads[3])
    assert (verdict.entries, verdict.intact, verdict.first_broken) == (3, False, 4)
    assert "cut off" in verdict.what


def test_a_chain_that_grew_beyond_its_anchor_is_intact(tampered: Tamper, heads: list[str]) -> None:
    verdict = tampered(anchor=heads[1])
    assert verdict.intact
    assert verdict.what == "4 entries follow one another unchanged, up to the anchor and beyond."
