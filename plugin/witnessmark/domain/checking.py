"""Holds what a registry states against a licence of ours. Decides; asks nobody, changes nothing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from enum import StrEnum

from witnessmark.domain.people import Credential, Person
from witnessmark.domain.verifications import (
    Verification,
    VerificationMethod,
    VerificationOutcome,
)


class Entry(StrEnum):
    """How a person's entry stands in a registry."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class StatedLicence:
    """A licence as a registry states it. `jurisdiction` is ISO 3166-2, empty where it has none."""

    number: str
    jurisdiction: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a registry states of one person. `evidence` is the SHA-256 of its raw answer.

    `names` are all it knows the person by; `updated` is when it says the entry was last changed.
    """

    entry: Entry
    evidence: str
    organisation: bool = False
    names: tuple[str, ...] = ()
    licences: tuple[StatedLicence, ...] = ()
    updated: date | None = None


class Element(StrEnum):
    """What may differ between a source and our entry; named, never with its value."""

    ENTRY_STATUS = "entry_status"
    ENTRY_KIND = "entry_kind"
    NAME = "name"
    NUMBER = "number"
    JURISDICTION = "jurisdiction"
    TYPE = "type"
    STATUS = "status"
    ISSUED = "issued"
    EXPIRES = "expires"


@dataclass(frozen=True, slots=True)
class Compared:
    """The outcome for one licence, and the elements that differ."""

    outcome: VerificationOutcome
    differences: tuple[Element, ...] = ()


def compare(found: Found, *, person: Person, held: Credential) -> Compared:
    """Say whether a registry states this very licence: same number and jurisdiction, same name.

    Numbers are compared without spaces, signs and case, else exactly. Where the person holds
    several licences in one jurisdiction, one that is another of ours does not stand for this one.
    """
    if found.entry is Entry.NONE:
        return Compared(VerificationOutcome.NOT_FOUND)
    if found.entry is not Entry.ACTIVE:
        return Compared(VerificationOutcome.DIFFERS, (Element.ENTRY_STATUS,))
    if found.organisation:
        return Compared(VerificationOutcome.DIFFERS, (Element.ENTRY_KIND,))
    name = () if _is_named(person.registered_name, found.names) else (Element.NAME,)
    number, ours = _bare(held.number), {_bare(one.number) for one in person.credentials}
    same = [one for one in found.licences if _bare(one.number) == number]
    there = [one for one in found.licences if one.jurisdiction == held.jurisdiction]
    if any(one in there for one in same):
        outcome = VerificationOutcome.DIFFERS if name else VerificationOutcome.CONFIRMED
        return Compared(outcome, name)
    if same:
        return Compared(VerificationOutcome.DIFFERS, (*name, Element.JURISDICTION))
    if any(_bare(one.number) not in ours for one in there):
        return Compared(VerificationOutcome.DIFFERS, (*name, Element.NUMBER))
    return Compared(VerificationOutcome.NOT_FOUND, name)


def decisive(checks: Iterable[Verification], *, zone: tzinfo) -> Verification | None:
    """Return the check that tells how a licence stands.

    The newest by its day in `zone`, and of one day the one that was recorded last: a look has no
    hour. But a registry, which tells what its holders told it, never outweighs a look at the
    board's own site, unless it states otherwise.
    """

    def order(one: Verification) -> tuple[date, datetime, str]:
        return one.at.astimezone(zone).date(), one.recorded_at or one.at, one.id

    said = sorted(checks, key=order)
    looked = any(one.method is VerificationMethod.LOOKED for one in said)
    weighs = [one for one in said if not looked or _outweighs(one)]
    return weighs[-1] if weighs else None


def _outweighs(check: Verification) -> bool:
    return check.method is VerificationMethod.LOOKED or check.outcome is VerificationOutcome.DIFFERS


def _is_named(name: str, stated: Iterable[str]) -> bool:
    """Whether one of the names is this one: all words of the shorter stand in the longer."""
    ours = _words(name)
    theirs = [words for words in map(_words, stated) if words]
    return bool(ours) and any(words <= ours or ours <= words for words in theirs)


def _words(name: str) -> frozenset[str]:
    """Return a name's words without case, accents and apostrophes; every letter stays itself."""
    parts = unicodedata.normalize("NFKD", name)
    plain = "".join(sign for sign in parts if not unicodedata.combining(sign))
    return frozenset(re.findall(r"[^\W\d_]+", re.sub(r"['\u2019\u02bc]", "", plain).casefold()))


def _bare(number: str) -> str:
    return re.sub(r"[\W_]", "", number).casefold()
