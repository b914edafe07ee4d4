"""Judges the manifest by itself, every problem at once. Adapters are joined in `application`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from witnessmark.declared import Declared
from witnessmark.domain.actors import PERSON_ONLY, Action, Role
from witnessmark.domain.capabilities import Capability, ObjectKind, Projection
from witnessmark.errors import Problem
from witnessmark.manifest.check_settings import judge_settings
from witnessmark.manifest.everywhere import Found, judge_everywhere
from witnessmark.manifest.mends import MENDS
from witnessmark.manifest.model import Authority, Manifest, OnConflict
from witnessmark.manifest.reading import CANONICAL_PATTERN, SEMVER_PATTERN
from witnessmark.manifest.scopes import declared_scope

SCHEDULE_SECONDS = range(5, 7 * 86400 + 1)
RETENTION_YEARS = range(6, 51)
"""HIPAA asks for six years of documentation: 45 CFR 164.316(b)(2)(i), as of November 2026."""


def check(declared: Declared[Manifest]) -> tuple[Problem, ...]:
    """Return every problem of the file, in file order; judges only the sections it holds."""
    found: list[Found] = []
    for section in Manifest.model_fields:
        if section in declared.value.model_fields_set:
            found += judge_everywhere(getattr(declared.value, section), (section,))
            found += _JUDGES.get(section, _nothing)(declared.value)
    return as_problems(declared, found)


def as_problems(declared: Declared[Manifest], found: list[Found]) -> tuple[Problem, ...]:
    """Return what was found as problems with lines and mends, in file order."""
    problems = (
        declared.problem(code, path, message=message, mend=MENDS[code])
        for code, path, message in found
    )
    return tuple(sorted(problems, key=lambda problem: problem.line or 0))


def _nothing(_manifest: Manifest) -> Iterator[Found]:
    return iter(())


def _judge_identity(manifest: Manifest) -> Iterator[Found]:
    identity = manifest.identity
    if not re.fullmatch(SEMVER_PATTERN, identity.version):
        message = "The version is not a semantic version."
        yield Found("not_semver", ("identity", "version"), message)
    if not re.fullmatch(CANONICAL_PATTERN, identity.canonical):
        message = "Every identifier of ours begins with it, so it must be one exact URL."
        yield Found("not_canonical", ("identity", "canonical"), message)


def _judge_hosts(manifest: Manifest) -> Iterator[Found]:
    for name, host in manifest.hosts.items():
        for index, text in enumerate(host.scopes):
            path = ("hosts", name, "scopes", index)
            scope = declared_scope(text)
            if scope is None:
                yield Found("scope_unreadable", path, "This is no SMART v2 scope.")
                continue
            if scope.context == "patient":
                yield Found("scope_of_one_client", path, f"{text} reaches into one client's chart.")
            if scope.kind == "*":
                yield Found("scope_wildcard", path, f"{text} reaches every resource type.")


def _judge_capabilities(manifest: Manifest) -> Iterator[Found]:
    for word in Capability:
        if word not in manifest.capabilities:
            yield Found("capability_unmentioned", ("capabilities",), f"{word} is not mentioned.")


def _judge_objects(manifest: Manifest) -> Iterator[Found]:
    for kind in ObjectKind:
        if kind not in manifest.objects:
            yield Found("kind_undeclared", ("objects",), f"{kind} is not declared.")
    for kind, choices in manifest.objects.items():
        path = ("objects", kind.value)
        chain = choices.projections
        if not chain:
            yield Found("chain_empty", (*path, "projections"), f"The chain of {kind} is empty.")
        elif chain[-1] is not Projection.LOCAL or Projection.LOCAL in chain[:-1]:
            message = f"The chain of {kind} does not end in its only `local`."
            yield Found("chain_ends_elsewhere", (*path, "projections"), message)
        if choices.authority is Authority.HOST and choices.on_conflict is OnConflict.OURS:
            message = f"The EHR has the authority over {kind}, yet ours would be written over it."
            yield Found("authority_contradicts", (*path, "on_conflict"), message)


def _judge_schedules(manifest: Manifest) -> Iterator[Found]:
    for name, seconds in manifest.schedules:
        if seconds not in SCHEDULE_SECONDS:
            message = f"{name} every {seconds} s is too often or too seldom."
            yield Found("schedule_out_of_range", ("schedules", name), message)


def _judge_retention(manifest: Manifest) -> Iterator[Found]:
    for name, years in manifest.retention:
        if years not in RETENTION_YEARS:
            message = f"{years} years is too short or too long."
            yield Found("retention_out_of_range", ("retention", name), message)


def _judge_permissions(manifest: Manifest) -> Iterator[Found]:
    operator = manifest.permissions.get(Role.OPERATOR, ())
    for index, action in enumerate(operator):
        if action in PERSON_ONLY:
            message = f"The operator is no person, and only a person may {action}."
            yield Found("operator_not_a_person", ("permissions", "operator", index), message)
    held = {action for actions in manifest.permissions.values() for action in actions}
    for action in Action:
        if action not in held:
            message = f"Nobody may {action.value.replace('_', ' ')}."
            yield Found("action_unheld", ("permissions",), message)


_JUDGES: Mapping[str, Callable[[Manifest], Iterator[Found]]] = {
    "identity": _judge_identity,
    "hosts": _judge_hosts,
    "capabilities": _judge_capabilities,
    "objects": _judge_objects,
    "schedules": _judge_schedules,
    "settings": judge_settings,
    "retention": _judge_retention,
    "permissions": _judge_permissions,
}
