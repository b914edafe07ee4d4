"""Joins the manifest with what the installed adapters are and need, and the packs that ship."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from witnessmark.declared import Declared, nearest
from witnessmark.domain.capabilities import Capability, Projection
from witnessmark.errors import Problem
from witnessmark.manifest.check import as_problems, check
from witnessmark.manifest.everywhere import Found
from witnessmark.manifest.model import Manifest
from witnessmark.manifest.scopes import missing, unused_letters
from witnessmark.ports.host import AdapterInfo


def check_manifest(
    declared: Declared[Manifest], adapters: Mapping[str, AdapterInfo], *, packs: Collection[str]
) -> tuple[Problem, ...]:
    """Return every problem of the file and of the file with these adapters and rule packs."""
    manifest = declared.value
    used = {name: adapters[name] for name in manifest.hosts if name in adapters}
    found = [*_judge_hosts(manifest, adapters), *_judge_packs(manifest, packs)]
    if used:
        found += _judge_objects(manifest, used)
        found += _judge_required(manifest, used)
    problems = (*check(declared), *as_problems(declared, found))
    return tuple(sorted(problems, key=lambda problem: problem.line or 0))


def _judge_hosts(manifest: Manifest, adapters: Mapping[str, AdapterInfo]) -> Iterator[Found]:
    for name, host in manifest.hosts.items():
        if name not in adapters:
            message = f"No adapter {name} is installed: {nearest(name, adapters)}."
            yield Found("host_not_installed", ("hosts", name), message)
            continue
        for index, profile in enumerate(host.profiles):
            if profile not in adapters[name].profiles:
                hint = nearest(profile, adapters[name].profiles)
                message = f"{name} has no profile {profile}: {hint}."
                yield Found("profile_unknown", ("hosts", name, "profiles", index), message)
        yield from _judge_scopes(manifest, adapters[name])


def _judge_packs(manifest: Manifest, packs: Collection[str]) -> Iterator[Found]:
    path = ("rules", "packs")
    for index, name in enumerate(manifest.rules.packs):
        if name not in packs:
            message = f"No rule pack {name} ships: {nearest(name, packs)}."
            yield Found("pack_unshipped", (*path, index), message)
    for name in packs:
        if name not in manifest.rules.packs:
            yield Found("pack_unnamed", path, f"{name} ships and is not named.")


def _judge_scopes(manifest: Manifest, adapter: AdapterInfo) -> Iterator[Found]:
    path = ("hosts", adapter.name, "scopes")
    declared = manifest.hosts[adapter.name].scopes
    takes = {word: adapter.scopes.get(word, frozenset()) for word in manifest.capabilities_wanted()}
    for word, needed in takes.items():
        for scope in missing(needed, declared):
            yield Found("scope_undeclared", path, f"{word} takes {scope}, which is not declared.")
    needed_by_any = frozenset[str]().union(*takes.values())
    for index, scope in enumerate(declared):
        if letters := unused_letters(scope, needed_by_any):
            message = f"No capability takes `{letters}` of {scope}."
            yield Found("scope_unused", (*path, index), message)


def _judge_objects(manifest: Manifest, used: Mapping[str, AdapterInfo]) -> Iterator[Found]:
    for kind, choices in manifest.objects.items():
        offered = {word for adapter in used.values() for word in adapter.needs.get(kind, {})}
        for index, projection in enumerate(choices.projections):
            if projection is not Projection.LOCAL and projection not in offered:
                path = ("objects", kind.value, "projections", index)
                message = f"No installed adapter holds {kind} as {projection}."
                yield Found("projection_unoffered", path, message)


def _judge_required(manifest: Manifest, used: Mapping[str, AdapterInfo]) -> Iterator[Found]:
    known = {word for adapter in used.values() for word in _known(adapter)}
    for word, required in manifest.capabilities_wanted().items():
        if required and word not in known:
            path = ("capabilities", word.value, "required")
            yield Found("capability_unoffered", path, f"No installed adapter knows {word}.")


def _known(adapter: AdapterInfo) -> frozenset[Capability]:
    needed = (words for chain in adapter.needs.values() for words in chain.values())
    return frozenset(adapter.scopes).union(*needed)
