"""Packs from a few lines of YAML, and what an evaluation by one says, in a word."""

from __future__ import annotations

import json
from datetime import date
from functools import cache

import yaml

from witnessmark.declared import loads
from witnessmark.rules.evaluate import evaluate
from witnessmark.rules.experience import Experience
from witnessmark.rules.findings import Evaluation, Finding
from witnessmark.rules.pack import Pack

ON = "2026-11-24"
"""The day of evaluation where a test names none: all of the tests' weeks are over."""

_HEADER = yaml.safe_load("""
pack: test-pack
title: An invented board
authority: {name: An invented board, jurisdiction: US-CA}
about: Rules of a test.
status: draft
words: {supervisee: associate, supervisor: supervisor, hours: hours, period: week}
sources: {test: {title: A test, read: Whole.}}
versions: [{id: only, title: The only one, applies_by: hours}]
licences:
  lmft: {title: LMFT, jurisdiction: US-CA, boards: [us-ca-bbs-lmft], types: [LMFT]}
  lcsw: {title: LCSW, jurisdiction: US-CA, boards: [us-ca-bbs-lcsw], types: [LCSW]}
  amft: {title: AMFT, jurisdiction: US-CA, boards: [us-ca-bbs-amft], types: [AMFT]}
categories: {direct: Direct hours, other: Other hours, supervision: Supervision}
shown_by: week
""")
_MAPS = yaml.safe_load("""
- id: the-categories
  rule: category_map
  activities:
    individual-therapy: direct
    couple-family-therapy: direct
    group-therapy: direct
    record-keeping: other
    training: other
    supervision: supervision
- id: the-classes
  rule: supervision_class
  bands:
    - {supervision: individual, at_least: 1, at_most: 1}
    - {supervision: triadic, at_least: 2, at_most: 2}
    - {supervision: group, at_least: 3}
""")


@cache
def pack_of(rules: str, *, header: str = "") -> Pack:
    """Return a pack of these rules, a YAML list; what every rule must have is filled in.

    A category map and a supervision class are added where the rules have none. `header` stands in
    for parts of the header. Raises DeclarationError like any pack.
    """
    given = yaml.safe_load(rules) or []
    there = {rule.get("rule") for rule in given}
    usual = [rule for rule in _MAPS if rule["rule"] not in there]
    filled = [{"citation": "Test code 1", "source": "test"} | rule for rule in usual + given]
    pack = _HEADER | (yaml.safe_load(header) or {}) | {"rules": filled}
    return loads(json.dumps(pack, default=str), Pack).value


def judge(experience: Experience, pack: Pack, on: str = ON) -> Evaluation:
    """Evaluate as of a day."""
    return evaluate(experience, pack, on=date.fromisoformat(on))


def buckets(judged: Evaluation) -> tuple[int, int, int, int]:
    """Return the minutes credited, held, over a maximum, and void."""
    total = judged.total
    return total.credited, total.held, total.overflow, total.void


def credited(judged: Evaluation) -> dict[str, int]:
    """Return the credited minutes by category."""
    return {name: tally.credited for name, tally in judged.by_category.items()}


def found(judged: Evaluation) -> list[str]:
    """Return the codes of what was found, in order."""
    return [finding.code for finding in judged.findings]


def the(judged: Evaluation, code: str) -> Finding:
    """Return the one finding of a code; fail where there is none or there are more."""
    (only,) = (finding for finding in judged.findings if finding.code == code)
    return only
