"""What is put on a shelf comes back as it was, in every version."""

import json
from dataclasses import replace
from datetime import date, datetime, time

import pytest
from sqlalchemy import text
from tests.integration.store.practice import (
    AGREEMENT,
    ATTESTATION,
    CANDIDACY,
    CEDAR,
    CONSULTATION,
    FORM,
    GROUP,
    LEAVE,
    LOG,
    NOW,
    OMAR,
    PEOPLE,
    RUTH,
    SESSION,
    SETTING,
    WARD,
    heard,
)

from witnessmark.domain.attestations import Revocation
from witnessmark.domain.groups import Rhythm
from witnessmark.domain.ids import AttestationId, LogId, SessionId
from witnessmark.domain.people import Credential, LicenceStatus, StatusChange, SupervisorTraining
from witnessmark.domain.sessions import SessionStatus
from witnessmark.errors import StoreError, UnknownRecordError
from witnessmark.store.work import SqlStore

LICENSED = replace(
    PEOPLE[0],
    chosen_name="Ruthie",
    credentials=(
        Credential(
            "LMFT",
            "LMFT99999",
            "us-ca-bbs-lmft",
            "Board of Examples",
            "US-CA",
            date(2020, 1, 1),
            None,
            (StatusChange(date(2020, 1, 1), LicenceStatus.LICENSED),),
        ),
    ),
    training=(SupervisorTraining("Supervising well", 900, date(2024, 5, 1)),),
)
RHYTHMIC = replace(GROUP, rhythm=Rhythm(date(2026, 3, 2), time(12, 30), 60))


def test_every_kind_comes_back_as_it_was_put(store: SqlStore) -> None:
    with store.change(CEDAR) as work:
        work.people.put(LICENSED)
        work.agreements.put(AGREEMENT)
        work.groups.put(RHYTHMIC)
        work.sessions.put(SESSION)
        work.consultations.put(CONSULTATION)
        work.leaves.put(LEAVE)
        work.candidacies.put(CANDIDACY)
        work.forms.put(FORM)
        work.logs.put(LOG)
        work.attestations.put(ATTESTATION)
    with store.look(CEDAR) as work:
        assert work.people.get("ruth") == LICENSED
        assert work.settings.get("ward") == SETTING
        assert work.agreements.get("m1") == AGREEMENT
        assert work.groups.get("g1") == RHYTHMIC
        assert work.sessions.get("s1") == SESSION
        assert work.consultations.get("c1") == CONSULTATION
        assert work.leaves.get("v1") == LEAVE
        assert work.candidacies.get("y1") == CANDIDACY
        assert work.forms.get("f1") == FORM
        assert work.logs.get("l1") == LOG
        assert work.attestations.get("a1") == ATTESTATION


def forget(store: SqlStore, table: str, *fields: str) -> None:
    """Make a document what a version wrote that did not know these fields."""
    with store.engine.execution_options(writes=True).begin() as connection:
        document = json.loads(
            connection.execute(text(f"SELECT document FROM {table}")).scalar_one()  # noqa: S608 - ours
        )
        for field in fields:
            (holder,) = document["attended"] if table == "session" else (document,)
            del holder[field]
        connection.execute(
            text(f"UPDATE {table} SET document = :it"),  # noqa: S608 - ours
            {"it": json.dumps(document)},
        )


def test_what_was_kept_before_rules_asked_for_more_still_reads_and_is_no_new_version(
    store: SqlStore,
) -> None:
    with store.change(CEDAR) as work:
        work.agreements.put(AGREEMENT)
        work.sessions.put(SESSION)
    forget(store, "agreement", "structure", "employed_there", "barred_relation")
    forget(store, "session", "observed")
    forget(store, "setting", "kind")
    with store.change(CEDAR) as work:
        assert work.settings.get("ward") == SETTING
        assert work.agreements.put(AGREEMENT) == 1
        assert work.sessions.put(SESSION) == 1


def test_a_session_keeps_the_offset_it_was_entered_with(store: SqlStore) -> None:
    with store.change(CEDAR) as work:
        work.sessions.put(SESSION)
        start = work.sessions.get("s1").start
    assert start.isoformat() == "2026-03-02T09:00:00-08:00"


def test_a_changed_value_is_a_new_version_and_the_old_one_stays(store: SqlStore) -> None:
    cancelled = replace(SESSION, status=SessionStatus.CANCELLED)
    with store.change(CEDAR) as work:
        assert work.sessions.version("s1") == 0
        assert work.sessions.put(SESSION) == 1
        assert work.sessions.put(cancelled) == 2
        assert work.sessions.version("s1") == 2
        assert work.sessions.get("s1") == cancelled
        assert work.sessions.at("s1", 1) == SESSION
        assert work.sessions.at("s1", 2) == cancelled
        with pytest.raises(UnknownRecordError):
            work.sessions.at("s1", 3)


def test_putting_an_equal_value_reads_once_and_writes_nothing(store: SqlStore) -> None:
    with store.change(CEDAR) as work:
        work.sessions.put(SESSION)
        with heard(store) as words:
            assert work.sessions.put(replace(SESSION)) == 1
    assert words == ["SELECT"]


def test_only_what_was_said_differs_and_yet_it_is_a_new_version(store: SqlStore) -> None:
    silent = replace(SESSION, said=replace(SESSION.said, topics=()))
    with store.change(CEDAR) as work:
        work.sessions.put(SESSION)
        assert work.sessions.put(silent) == 2
        assert work.sessions.at("s1", 1).said == SESSION.said
        assert work.sessions.get("s1").said == silent.said


def test_an_unknown_thing_is_told_by_kind_and_id(store: SqlStore) -> None:
    with store.look(CEDAR) as work, pytest.raises(UnknownRecordError, match="hour log 'nope'"):
        work.logs.get("nope")


def test_many_leaves_out_what_is_not_there(store: SqlStore) -> None:
    with store.look(CEDAR) as work:
        assert dict(work.people.many(["omar", "nobody"])) == {"omar": PEOPLE[1]}
        assert dict(work.people.many([])) == {}


def test_many_names_more_than_one_statement_can(store: SqlStore) -> None:
    names = ["omar", *(f"nobody{n}" for n in range(40_000)), "ruth"]
    with store.look(CEDAR) as work:
        assert set(work.people.many(names)) == {"omar", "ruth"}


def test_all_streams_by_id_and_bears_changes_meanwhile(store: SqlStore) -> None:
    sessions = [replace(SESSION, id=SessionId(f"s{n:04}")) for n in range(1200)]
    with store.change(CEDAR) as work:
        for session in reversed(sessions):
            work.sessions.put(session)
        for session in work.sessions.all():
            work.sessions.put(replace(session, status=SessionStatus.NO_SHOW))
        assert [one.id for one in work.sessions.all()] == [one.id for one in sessions]
        assert set(work.sessions.versions().values()) == {2}
        assert len(work.sessions.versions()) == 1200


def test_a_stream_that_is_left_early_disturbs_nothing(store: SqlStore) -> None:
    with store.look(CEDAR) as work:
        assert next(work.people.all()).id == "omar"
    with store.change(CEDAR) as work:
        assert work.sessions.put(SESSION) == 1


def test_what_is_removed_was_never_there(store: SqlStore) -> None:
    with store.change(CEDAR) as work:
        work.sessions.put(SESSION)
        work.sessions.put(replace(SESSION, status=SessionStatus.CANCELLED))
        work.sessions.remove("s1")
        assert work.sessions.find("s1") is None
        with pytest.raises(UnknownRecordError):
            work.sessions.at("s1", 1)
        assert work.sessions.put(SESSION) == 1


def test_a_log_is_found_by_its_week(store: SqlStore) -> None:
    with store.change(CEDAR) as work:
        work.logs.put(LOG)
        assert work.logs.of_week(OMAR, WARD, date(2026, 3, 2)) == LOG
        assert work.logs.of_week(OMAR, WARD, date(2026, 3, 9)) is None


def test_a_second_log_of_the_same_week_is_refused_whole(store: SqlStore) -> None:
    def change() -> None:
        with store.change(CEDAR) as work:
            work.sessions.put(SESSION)
            work.logs.put(LOG)
            work.logs.put(replace(LOG, id=LogId("l2")))

    with pytest.raises(StoreError) as refused:
        change()
    assert "the same thing is there already" in str(refused.value)
    assert "INSERT" not in str(refused.value)
    with store.look(CEDAR) as work:
        assert work.sessions.find("s1") is None


def test_a_log_of_an_unknown_person_is_refused_at_the_end(store: SqlStore) -> None:
    def change() -> None:
        with store.change(CEDAR) as work:
            work.people.remove("omar")
            work.logs.put(LOG)

    with pytest.raises(StoreError, match="missing"):
        change()


def test_an_import_may_put_a_log_before_its_person(store: SqlStore) -> None:
    with store.change(CEDAR) as work:
        work.people.remove("omar")
        work.logs.put(LOG)
        work.people.put(PEOPLE[1])


def test_attestations_of_a_log_come_oldest_first_with_revoked_ones(store: SqlStore) -> None:
    later = replace(ATTESTATION, id=AttestationId("a0"), recorded_at=NOW.replace(day=3))
    with store.change(CEDAR) as work:
        work.logs.put(LOG)
        work.attestations.put(later)
        work.attestations.put(ATTESTATION)
        assert work.attestations.of_log(LOG.id) == (ATTESTATION, later)
        assert work.attestations.of_log(LogId("other")) == ()


def test_taking_an_attestation_back_keeps_what_was_given(store: SqlStore) -> None:
    given = replace(ATTESTATION, revoked=None)
    with store.change(CEDAR) as work:
        work.logs.put(LOG)
        work.attestations.put(given)
        work.attestations.put(replace(given, revoked=Revocation(RUTH, NOW, "by mistake")))
        assert work.attestations.at("a1", 1) == given


def test_an_instant_without_a_zone_is_refused(store: SqlStore) -> None:
    naive = datetime(2026, 3, 2, 9)  # noqa: DTZ001 - the mistake that is tested
    with store.change(CEDAR) as work, pytest.raises(ValueError, match="time zone"):
        work.audit.add(actor="operator", action="x", record="y", at=naive, detail={})
