"""Linking an EHR: what a failed try leaves, what a name stands for, and what is written down."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TypeVar, cast

from tests.support.clinic import Clinic
from witnessmark.application.connecting import connect
from witnessmark.bootstrap import open_installation
from witnessmark.cli.demo_client import register
from witnessmark.domain.capabilities import Offer
from witnessmark.manifest.load import load_manifest
from witnessmark.ports.audit import AuditEntry
from witnessmark.ports.host import (
    AdapterInfo,
    Connection,
    Feed,
    HostAdapter,
    Page,
    Reading,
    StaffSeen,
)
from witnessmark.ports.locks import Token
from witnessmark.ports.records import HostRef
from witnessmark.sandbox import Practice, seed, serve
from witnessmark.wire import Call, Request, Response

T = TypeVar("T")


def written_down(clinic: Clinic, record: str) -> list[AuditEntry]:
    with open_installation(clinic.home, manifest=clinic.manifest) as installation:
        (one,) = installation.store.clinics()
        with installation.store.look(one.id) as work:
            return list(work.audit.of(record))


def rows(clinic: Clinic, table: str) -> int:
    with closing(sqlite3.connect(clinic.home / "witnessmark.db")) as database:
        (count,) = database.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 - ours
        return int(count)


def test_a_name_stays_with_its_ehr(connected: Clinic) -> None:
    connected.sync()
    other = Practice()
    seed(other)
    with serve(other) as ehr:
        elsewhere = replace(connected, ehr=ehr)
        refused = elsewhere.connect()
        assert refused.code == 2
        assert "give it another --name" in refused.result["message"]
        assert [one.path for one in other.log.entries] == ["/auth/register"]
        assert elsewhere.connect(name="second").code == 0
        said = elsewhere.run("sync", "--once")
        assert said.code == 0, said.err + said.out
        first, second = said.result["connections"]
        assert (first["connection"], first["writes"]) == ("ehr", 0)
        assert second["connection"] == "second"
        unsent = {one["kind"] for one in second["kinds"] if not one["sent"]}
        assert unsent == {"verification"}


def test_another_client_of_the_same_ehr_may_take_over(connected: Clinic) -> None:
    assert connected.connect().code == 0
    entries = [
        one for one in written_down(connected, "connection/ehr") if one.action == "connected"
    ]
    address = f"127.0.0.1:{connected.ehr.port}"
    expected = {"adapter": "fhir_r4", "profile": "generic", "address": address}
    assert [dict(one.detail) for one in entries] == [expected, expected]


def test_a_refused_client_leaves_nothing(clinic: Clinic) -> None:
    narrow = register(
        clinic.ehr.register_url,
        scopes=("system/Appointment.crus",),
        key_file=clinic.folder / "client.pem",
    )
    how = ("--client-id", narrow.client_id, "--secret", narrow.secret_ref)
    said = clinic.run("connect", clinic.ehr.base_url, *how)
    assert said.code == 5, said.out
    tokens = [one for one in clinic.ehr.practice.log.entries if one.path == "/auth/token"]
    assert [one.status for one in tokens] == [200]
    kept = {name: rows(clinic, name) for name in ("connection", "token", "delivery", "staff_seen")}
    assert kept == {"connection": 0, "token": 0, "delivery": 0, "staff_seen": 0}


def test_a_program_is_told_who_is_not_among_the_ehrs_staff(clinic: Clinic) -> None:
    (ruth,) = [
        one
        for one in clinic.ehr.practice.resources("Practitioner")
        if one["id"] == "ruth-example-okafor"
    ]
    del ruth["identifier"], ruth["qualification"]
    clinic.ehr.practice.put(ruth)
    said = clinic.connect()
    assert said.code == 1
    (nobody,) = said.result["unmatched"]
    assert nobody["person"] == "ro"
    assert nobody["why_not"] == "no member of the EHR's staff carries this NPI or licence number"
    assert said.result["terms"]["connection"] == "ehr"


def test_a_scope_that_was_removed_ends_the_token_that_had_it(connected: Clinic) -> None:
    connected.sync()
    assert "system/Provenance.crs" in held_token(connected).scopes
    connected.edit("      - system/Provenance.crs\n", "\n")
    connected.ehr.practice.log.clear()
    connected.sync()
    asked = [one for one in connected.ehr.practice.log.entries if one.path == "/auth/token"]
    assert len(asked) == 1
    scopes = held_token(connected).scopes
    assert "system/Appointment.crus" in scopes
    assert not [scope for scope in scopes if "Provenance" in scope]


def held_token(clinic: Clinic) -> Token:
    with open_installation(clinic.home, manifest=clinic.manifest) as installation:
        (one,) = installation.store.clinics()
        with installation.store.look(one.id) as work:
            (stored,) = work.connections.all()
        scopes = tuple(load_manifest(clinic.manifest).value.hosts["fhir_r4"].scopes)
        on = stored.connection
        token = installation.store.tokens.read(replace(on, auth=replace(on.auth, scopes=scopes)))
    assert token is not None
    return token


def test_a_settings_value_is_written_down(clinic: Clinic) -> None:
    (entry,) = written_down(clinic, "setting/allow_loopback")
    assert (entry.action, dict(entry.detail)) == ("setting_changed", {"value": "true"})


def test_a_store_whose_key_is_gone_says_so(clinic: Clinic) -> None:
    (clinic.home / "store.key").rename(clinic.folder / "elsewhere.key")
    said = clinic.run("staff", "list")
    assert said.code == 6
    assert "its key is missing: put back store.key" in said.result["message"]
    (clinic.folder / "elsewhere.key").rename(clinic.home / "store.key")
    assert clinic.run("audit", "verify").code == 0


@dataclass(frozen=True)
class Paged:
    """An adapter of a host that lists two members of staff, one a page, with one NPI."""

    def discover(self) -> Call[Offer]:
        yield Request("GET", "https://ehr.example/metadata", "discover")
        return Offer("Paged (invented)", frozenset(), {})

    def changes(
        self, _feed: Feed, cursor: str | None, _reading: Reading | None = None
    ) -> Call[Page]:
        yield Request("GET", f"https://ehr.example/staff?{cursor}", "staff")
        number = 1 if cursor is None else 2
        seen = StaffSeen(HostRef(f"Staff/{number}"), "1000001010", (), f"Invented {number}")
        return Page((seen,), f"page {number}", more=number == 1)


PAGED = AdapterInfo("paged", "Paged", (), {}, {}, lambda *_: cast("HostAdapter", Paged()))


class Answering:
    """A driver whose host answers everything with nothing."""

    def run(self, call: Call[T], *, on: Connection, operation: str) -> T:
        try:
            next(call)
            while True:
                call.send(Response(200, {}, b"{}"))
        except StopIteration as done:
            result: T = done.value
            return result


def test_the_staff_list_is_read_to_its_end_before_anybody_is_matched(clinic: Clinic) -> None:
    with open_installation(clinic.home, manifest=clinic.manifest) as installation:
        clinic_id = installation.store.clinics()[0].id
        link = Connection(clinic_id, "ehr", PAGED.name, "", "https://ehr.example")
        context = replace(installation.context(clinic_id), adapters={PAGED.name: PAGED})
        connect(context, Answering(), link, act=installation.act())
        with installation.store.look(clinic_id) as work:
            assert [one.host_ref for one in work.staff.seen("ehr")] == ["Staff/1", "Staff/2"]
            assert not work.staff.matches("ehr")
            assert work.cursors.get("ehr", "staff") == "page 2"


def test_a_name_that_fits_no_address_or_file_is_refused(clinic: Clinic) -> None:
    for name in ("EHR", "our ehr", "../ehr", "a" * 65, "é"):
        said = clinic.connect(name=name)
        assert (said.code, "odd_name" in said.result["message"]) == (2, True), name
