"""The manifest judged by itself and with its adapters: one bad example for every problem."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.unit.manifest.example import ADAPTERS, CHART, PACKS, REQUEST, declared
from witnessmark.application.check_manifest import check_manifest
from witnessmark.domain.capabilities import Capability
from witnessmark.manifest.check import check
from witnessmark.manifest.everywhere import looks_secret
from witnessmark.manifest.load import load_manifest
from witnessmark.manifest.mends import FILE_MENDS, JOINT_MENDS, MENDS
from witnessmark.shipped import shipped

TYPES = "type: integer, default: 4, minimum: 1, maximum: 8"

BAD = [
    ("action_unheld", ", withdraw", "", "permissions"),
    (
        "authority_contradicts",
        "host, on_conflict: ask",
        "host, on_conflict: ours",
        "objects.credentials.on_conflict",
    ),
    (
        "capability_unmentioned",
        "  see_changes: {required: false, without: Seen later.}\n",
        "",
        "capabilities",
    ),
    ("chain_empty", "[local]", "[]", "objects.attestation.projections"),
    (
        "chain_ends_elsewhere",
        "[structured, local]",
        "[structured]",
        "objects.credentials.projections",
    ),
    (
        "chain_ends_elsewhere",
        "[structured, local]",
        "[local, structured]",
        "objects.credentials.projections",
    ),
    ("choices_out_of_place", "type: boolean,", "type: boolean, choices: [yes],", "settings[2]"),
    ("choices_out_of_place", ", choices: [day, month]", "", "settings[1]"),
    (
        "kind_undeclared",
        REQUEST,
        "",
        "objects",
    ),
    ("not_canonical", "https://example.org/base", "http://example.org/base", "identity.canonical"),
    (
        "not_canonical",
        "https://example.org/base",
        "https://example.org/base/",
        "identity.canonical",
    ),
    (
        "not_canonical",
        "https://example.org/base",
        "https://example.org/base?a=b",
        "identity.canonical",
    ),
    (
        "not_canonical",
        "https://example.org/base",
        "https://example.org/base#a",
        "identity.canonical",
    ),
    ("not_semver", "1.2.3", "v1.2", "identity.version"),
    ("operator_not_a_person", "[configure, ", "[configure, attest, ", "permissions.operator[1]"),
    ("range_out_of_place", "type: boolean,", "type: boolean, minimum: 1,", "settings[2]"),
    (
        "range_out_of_place",
        TYPES,
        "type: integer, default: 4, minimum: 8, maximum: 1",
        "settings[0]",
    ),
    ("retention_out_of_range", "audit_years: 7", "audit_years: 2", "retention.audit_years"),
    ("said_twice", "[plain, fancy]", "[plain, plain]", "hosts.chart.profiles[1]"),
    (
        "said_twice",
        "[structured, local]",
        "[structured, structured, local]",
        "objects.credentials.projections[1]",
    ),
    ("schedule_out_of_range", "deliver: 30s", "deliver: 4s", "schedules.deliver"),
    ("schedule_out_of_range", "pull: 15m", "pull: 8d", "schedules.pull"),
    ("schedule_out_of_range", "sweep: 24h", "sweep: 8d", "schedules.sweep"),
    ("scope_of_one_client", "system/Form", "patient/Form", "hosts.chart.scopes[1]"),
    ("scope_unreadable", "system/Form.crus", "system/Form.write", "hosts.chart.scopes[1]"),
    ("scope_unreadable", "system/Form.crus", "system/Form.src", "hosts.chart.scopes[1]"),
    ("scope_wildcard", "system/Form", "system/*", "hosts.chart.scopes[1]"),
    ("secret_not_text", "type: text, secret", "type: integer, secret", "settings[3].type"),
    (
        "secret_with_default",
        "secret: true",
        "secret: true, default: 'env:PASSWORD'",
        "settings[3].default",
    ),
    (
        "secret_written_out",
        "An invented plugin.",
        "Bearer 7fQ2kd81LmZ0x9Ya3bW5",
        "identity.description",
    ),
    ("setting_default_missing", "default: false", "secret: false", "settings[2]"),
    ("setting_default_wrong", "default: false", "default: 0", "settings[2].default"),
    ("setting_default_wrong", "default: day", "default: year", "settings[1].default"),
    ("setting_default_wrong", "default: 4", "default: 9", "settings[0].default"),
    ("setting_twice", "key: order", "key: in_flight", "settings[1].key"),
]

BAD_TOGETHER = [
    (
        "capability_unoffered",
        "find_by_tag: {required: false",
        "find_by_tag: {required: true",
        "capabilities.find_by_tag.required",
    ),
    ("host_not_installed", "  chart:", "  charts:", "hosts.charts"),
    ("pack_unnamed", "[us-xx]", "[]", "rules.packs"),
    ("pack_unshipped", "[us-xx]", "[us-xx, us-yy]", "rules.packs[1]"),
    ("profile_unknown", "[plain, fancy]", "[plain, fanzy]", "hosts.chart.profiles[1]"),
    (
        "projection_unoffered",
        "[structured, local]",
        "[document, local]",
        "objects.credentials.projections[0]",
    ),
    ("scope_undeclared", "system/Form.crus", "system/Form.rs", "hosts.chart.scopes"),
    ("scope_unused", "system/Form.crus", "system/Form.cruds", "hosts.chart.scopes[1]"),
]


@pytest.mark.parametrize(("code", "old", "new", "path"), BAD)
def test_each_mistake_in_the_file_is_named_where_it_stands(
    code: str, old: str, new: str, path: str
) -> None:
    problems = check(declared((old, new)))
    assert [(problem.code, problem.path) for problem in problems] == [(code, path)]
    assert problems[0].line is not None
    assert problems[0].mend == MENDS[code]


@pytest.mark.parametrize(("code", "old", "new", "path"), BAD_TOGETHER)
def test_each_mismatch_with_an_adapter_is_named_where_it_stands(
    code: str, old: str, new: str, path: str
) -> None:
    found = [
        (problem.code, problem.path)
        for problem in check_manifest(declared((old, new)), ADAPTERS, packs=PACKS)
        if problem.code != "capability_twice"
    ]
    assert found == [(code, path)]


def test_every_code_has_a_bad_example() -> None:
    assert {code for code, *_ in BAD} == set(FILE_MENDS)
    assert {code for code, *_ in BAD_TOGETHER} == set(JOINT_MENDS)


def test_a_sound_manifest_has_no_problem_with_its_adapters() -> None:
    assert check_manifest(declared(), ADAPTERS, packs=PACKS) == ()


def test_a_scope_that_only_an_unwanted_capability_took_is_unused() -> None:
    greedy = replace(CHART, scopes={Capability.READ_STAFF: frozenset({"system/Staff.rs"})})
    found = check_manifest(declared(), {"chart": greedy}, packs=PACKS)
    assert [(problem.code, problem.message) for problem in found] == [
        ("scope_unused", "No capability takes `u` of system/Staff.rus."),
        ("scope_unused", "No capability takes `crus` of system/Form.crus."),
    ]


def test_an_unreadable_scope_is_also_missed_by_what_takes_it() -> None:
    found = check_manifest(declared(("system/Form.crus", "forms")), ADAPTERS, packs=PACKS)
    assert {problem.code for problem in found} == {"scope_unreadable", "scope_undeclared"}


def test_a_misspelt_host_is_answered_with_the_one_that_is_installed() -> None:
    (problem,) = check_manifest(declared(("  chart:", "  charts:")), ADAPTERS, packs=PACKS)
    assert problem.message == "No adapter charts is installed: did you mean `chart`?."


def test_a_misspelt_pack_is_answered_with_the_one_that_ships() -> None:
    found = check_manifest(declared(("[us-xx]", "[us-x]")), ADAPTERS, packs=PACKS)
    assert [problem.message for problem in found] == [
        "No rule pack us-x ships: did you mean `us-xx`?.",
        "us-xx ships and is not named.",
    ]


def test_a_secret_is_never_repeated() -> None:
    secret = "7fQ2kd81LmZ0x9Ya3bW5"  # noqa: S105 - invented, and what the test is about
    (problem,) = check(declared(("An invented plugin.", f"Bearer {secret}")))
    assert secret not in str(problem)


@pytest.mark.parametrize(
    "text",
    [
        "postgres://clinic:hunter2@db.example.org/x",
        "-----BEGIN PRIVATE KEY-----",
        "eyJhbGciOiJub25lIn0.e30.",
        "9f86d081884c7d659a2feaa0c55ad015",
    ],
)
def test_what_has_the_shape_of_a_secret_is_seen(text: str) -> None:
    assert looks_secret(text)


@pytest.mark.parametrize(
    "text",
    [
        "https://example.org/fhir/R4/base",
        "us-ca-bbs-lmft-2026-01-edition",
        "attempts_before_quarantine",
        "env:WITNESSMARK_MAIL_PASSWORD_2026",
        "system/LongResourceTypeName.cruds",
    ],
)
def test_what_people_write_is_not_taken_for_a_secret(text: str) -> None:
    assert not looks_secret(text)


def test_the_shipped_manifest_has_no_problem() -> None:
    assert check(load_manifest(shipped("manifest.yaml"))) == ()
