"""A manifest file is read strictly, and everything wrong with it is said at once."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.manifest.example import SOUND, edited
from witnessmark.declared import loads
from witnessmark.domain.actors import OPERATOR, PERSON_ONLY, Action, Role
from witnessmark.domain.capabilities import Capability, ObjectKind, Projection
from witnessmark.errors import DeclarationError
from witnessmark.manifest.check import check
from witnessmark.manifest.load import load_manifest
from witnessmark.manifest.model import Manifest
from witnessmark.shipped import shipped

ROOT = Path(__file__).parents[3]


def test_five_mistakes_are_five_problems_with_their_lines(tmp_path: Path) -> None:
    file = tmp_path / "manifest.yaml"
    file.write_text(
        edited(
            ("https://example.org/base", "https://example.org/base/"),
            ("  read_staff: {", "  read_stuff: {"),
            ("[structured, local]", "[structured]"),
            ("pull: 15m", "pull: 15 minutes"),
            ("[configure, ", "[configure, submit, "),
        )
    )
    with pytest.raises(DeclarationError) as caught:
        load_manifest(file)
    assert [(problem.line, problem.code) for problem in caught.value.problems] == [
        (8, "not_canonical"),
        (16, "unknown_word"),
        (34, "chain_ends_elsewhere"),
        (47, "not_a_duration"),
        (55, "operator_not_a_person"),
    ]
    assert {problem.file for problem in caught.value.problems} == {str(file)}
    assert "did you mean `read_staff`?" in caught.value.problems[1].message


def test_five_mistakes_of_meaning_are_five_problems() -> None:
    text = edited(
        ("1.2.3", "1.2"),
        ("system/Staff.rus", "system/*.rus"),
        ("  see_changes: {required: false, without: Seen later.}\n", ""),
        ("default: 4", "default: four"),
        ("audit_years: 7", "audit_years: 1"),
    )
    assert [(one.line, one.code) for one in check(loads(text, Manifest))] == [
        (5, "not_semver"),
        (14, "scope_wildcard"),
        (15, "capability_unmentioned"),
        (48, "setting_default_wrong"),
        (52, "retention_out_of_range"),
    ]


def test_a_file_that_is_no_mapping_is_one_problem(tmp_path: Path) -> None:
    file = tmp_path / "manifest.yaml"
    file.write_text("- manifest\n")
    with pytest.raises(DeclarationError) as caught:
        load_manifest(file)
    assert len(caught.value.problems) == 1


def _mappings(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, dict):
        yield path
    for key, member in _members(value):
        yield from _mappings(member, (*path, key))


def _members(value: object) -> Iterator[tuple[str | int, object]]:
    if isinstance(value, dict):
        yield from value.items()
    if isinstance(value, list):
        yield from enumerate(value)


_PLACES = list(_mappings(yaml.safe_load(SOUND)))


@given(st.sampled_from(_PLACES), st.from_regex(r"x_[a-z_]{0,12}", fullmatch=True))
def test_a_key_that_nobody_knows_is_refused_wherever_it_stands(
    place: tuple[str | int, ...], key: str
) -> None:
    document: Any = yaml.safe_load(SOUND)
    node = document
    for part in place:
        node = node[part]
    node[key] = 0
    with pytest.raises(DeclarationError) as caught:
        loads(json.dumps(document), Manifest)
    assert key in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("manifest: 1", "manifest: true"),
        ("manifest: 1", "manifest: 2"),
        ("enabled: true", "enabled: 'true'"),
        ("enabled: true", "enabled: 1"),
        ("audit_years: 7", "audit_years: '7'"),
        ("deliver: 30s", "deliver: 30"),
        ("surfaces: [commands]", "surfaces: commands"),
        ("surfaces: [commands]", "surfaces: [desk]"),
        ("default: false", "default: [false]"),
    ],
)
def test_a_value_of_another_type_is_one_problem(old: str, new: str) -> None:
    with pytest.raises(DeclarationError) as caught:
        loads(edited((old, new)), Manifest)
    assert len(caught.value.problems) == 1


def test_the_shipped_manifest_has_the_version_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    identity = load_manifest(shipped("manifest.yaml")).value.identity
    assert identity.version == project["version"]
    assert (identity.name, identity.licence) == (project["name"], project["license"])


def test_the_shipped_operator_may_do_what_commands_need_and_nothing_that_takes_a_person() -> None:
    allowed = load_manifest(shipped("manifest.yaml")).value.permission_table()[OPERATOR.role]
    assert {Action.CONFIGURE, Action.IMPORT, Action.SYNC, Action.EXPLAIN} <= allowed
    assert not allowed & PERSON_ONLY


def test_choices_come_out_as_the_domain_s_own_words() -> None:
    manifest = loads(SOUND, Manifest).value
    assert manifest.capabilities_wanted()[Capability.READ_STAFF] is True
    assert manifest.capabilities_wanted()[Capability.SEE_CHANGES] is False
    assert len(manifest.capabilities_wanted()) == len(Capability)
    assert manifest.object(ObjectKind.SESSION).projections == (
        Projection.STRUCTURED,
        Projection.LOCAL,
    )
    schedules = manifest.schedules
    assert (schedules.deliver, schedules.pull, schedules.sweep) == (30, 900, 86_400)
    assert manifest.permission_table()[Role.ADMIN] == {
        Action.RECORD_SESSION,
        Action.RECORD_ATTESTATION,
    }
