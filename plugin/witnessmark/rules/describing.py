"""A pack in words, for pages and commands. Kinds describe themselves: no list of them is kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from witnessmark.rules.findings import Severity
from witnessmark.rules.kinds.maps import CategoryMap
from witnessmark.rules.pack import Pack, PackStatus
from witnessmark.rules.rule import AppliesBy, Doubting, OnShortfall, Rule, Scope
from witnessmark.rules.windows import Window

WINDOWS: Mapping[Window, str] = {
    Window.ROLLING7: "any seven days in a row",
    Window.WEEK: "each week",
    Window.TWO_WEEKS: "each two weeks",
    Window.MONTH: "each calendar month",
    Window.QUARTER: "each quarter of the calendar year",
    Window.YEAR: "each twelve months from the first day",
    Window.LIFETIME: "all the time together",
}
SCOPES: Mapping[Scope, str] = {
    Scope.SETTING: "each setting by itself",
    Scope.STRUCTURE: "each setting and structure by itself",
    Scope.ALL: "all settings together",
}
SEVERITIES: Mapping[Severity, str] = {
    Severity.BLOCKS: "decides whether hours count",
    Severity.REDUCES: "decides how many hours count",
    Severity.WARNS: "takes nothing, warns",
    Severity.ADVISES: "takes nothing, advises",
}
SHORTFALLS: Mapping[OnShortfall, str] = {
    OnShortfall.ZERO_WINDOW: "a window that is short counts nothing",
    OnShortfall.CAP_TO_SUPPORTED: "what the supervision supports counts, the rest waits",
    OnShortfall.MAX_COMPLIANT_SUBSET: "as much as would comply counts",
    OnShortfall.ASK: "a window that is short waits for a person's decision",
}
DECIDING: Mapping[AppliesBy, str] = {
    AppliesBy.HOURS: "the day of the hours",
    AppliesBy.APPLICATION: "the day the application was received",
    AppliesBy.REGISTRATION: "the day of the registration",
    AppliesBy.MATRICULATION: "the day of the matriculation",
}
DOUBTS: Mapping[Doubting, str] = {
    Doubting.UNREAD: "read by nobody",
    Doubting.DISPUTED: "disputed",
    Doubting.CHANGING: "changing",
    Doubting.POLICY: "our reading",
}
_BETWEEN = {"reduce": ", then ", "signed_by": " and "}
"""What stands between several values of a field, where it is not `or`."""


@dataclass(frozen=True, slots=True)
class Number:
    """One of a rule's own numbers or choices, as the pack has it, and what is unsure about it."""

    name: str
    value: str
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class RuleWords:
    """One rule in words.

    `says` is what its kind does, `numbers` what the pack says of it, `holds` where and when.
    """

    id: str
    kind: str
    phase: str
    title: str
    says: str
    numbers: tuple[Number, ...]
    holds: str
    citation: str
    source: str
    verified: str
    versions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PackWords:
    """A pack in words. `standing` is what is to be known before any number is believed."""

    pack: str
    title: str
    board: str
    jurisdiction: str
    status: str
    unread: int
    standing: tuple[str, ...]
    about: str
    words: Mapping[str, str]
    versions: tuple[Number, ...]
    categories: tuple[Number, ...]
    licences: tuple[Number, ...]
    rules: tuple[RuleWords, ...]
    forms: tuple[Number, ...]
    sources: tuple[Number, ...]


def described(pack: Pack) -> PackWords:
    """Return a pack in words, its rules in the order in which they are judged."""
    return PackWords(
        pack=pack.pack,
        title=pack.title,
        board=pack.authority.name,
        jurisdiction=pack.authority.jurisdiction,
        status=pack.status.value,
        unread=unread_in(pack),
        standing=tuple(_standing(pack)),
        about=pack.about,
        words=dict(pack.words),
        versions=tuple(Number(one.id, _version(pack, one.id)) for one in pack.versions),
        categories=tuple(Number(name, _category(pack, name)) for name in pack.categories),
        licences=tuple(Number(name, one.title) for name, one in pack.licences.items()),
        rules=tuple(
            _rule(rule) for rule in sorted(pack.rules, key=lambda rule: (rule.PHASE, rule.id))
        ),
        forms=tuple(
            Number(name, _listed([one.title, one.number, _kept(one.keep_years), one.url]))
            for name, one in pack.forms.items()
        ),
        sources=tuple(
            Number(name, _listed([one.title, one.url, one.read], by=". "))
            for name, one in pack.sources.items()
        ),
    )


def unread_in(pack: Pack) -> int:
    """Return how many numbers of a pack were read by nobody."""
    return sum(
        doubt.why is Doubting.UNREAD for rule in pack.rules for doubt in rule.doubts.values()
    )


def _standing(pack: Pack) -> Iterator[str]:
    if pack.status is PackStatus.DRAFT:
        yield (
            "DRAFT: nobody has signed for these rules. They are no legal advice, and stop nobody"
            " from submitting or signing."
        )
    if pack.reviewed is not None:
        yield f"Reviewed by {pack.reviewed.by} on {pack.reviewed.on}."
    if unread := unread_in(pack):
        yield (
            f"{unread} of its numbers {'was' if unread == 1 else 'were'} read by nobody at the"
            " source: it runs only where asked."
        )


def _version(pack: Pack, wanted: str) -> str:
    version = next(one for one in pack.versions if one.id == wanted)
    span = _span(version.valid_from, version.valid_to)
    return f"{version.title}; {DECIDING[version.applies_by]} decides{f' ({span})' if span else ''}"


def _category(pack: Pack, name: str) -> str:
    maps = (rule for rule in pack.rules if isinstance(rule, CategoryMap))
    named = dict.fromkeys(
        activity.replace("-", " ")
        for rule in maps
        for activity, category in rule.activities.items()
        if category == name
    )
    return f"{pack.categories[name]}: {', '.join(named) or 'nothing logged here'}"


def _rule(rule: Rule) -> RuleWords:
    written = rule.model_dump(mode="json", exclude_unset=True)
    doubts = {
        name: f"{DOUBTS[doubt.why]}: {doubt.says}" for name, doubt in sorted(rule.doubts.items())
    }
    own = [name for name in written if name == "among" or name not in Rule.model_fields]
    numbers = [
        Number(_spaced(name), _said(written[name], by=_BETWEEN.get(name)), doubts.pop(name, ""))
        for name in own
        if name not in {"rule", "title"}
    ]
    says = (type(rule).__doc__ or "").partition("\n\n")[0]
    return RuleWords(
        id=rule.id,
        kind=written["rule"],
        phase=rule.PHASE.name.lower(),
        title=rule.title or "",
        says=" ".join(says.split()),
        numbers=(*numbers, *(Number(_spaced(name), "", said) for name, said in doubts.items())),
        holds=_holds(rule),
        citation=rule.citation,
        source=rule.source,
        verified=_listed([str(rule.verified_on or ""), rule.verified_by], by=", "),
        versions=rule.versions,
    )


def _holds(rule: Rule) -> str:
    given = rule.model_fields_set
    span = _span(rule.valid_from, rule.valid_to)
    by = "" if rule.applies_by is AppliesBy.HOURS else f", by {DECIDING[rule.applies_by]}"
    return _listed(
        [
            WINDOWS[rule.window] if "window" in given else "",
            SCOPES[rule.scope] if "scope" in given else "",
            SEVERITIES[rule.severity] if "severity" in given else "",
            SHORTFALLS[rule.on_shortfall] if "on_shortfall" in given else "",
            f"only version {' and '.join(rule.versions)}" if rule.versions else "",
            f"{span}{by}" if span else "",
        ],
        by="; ",
    )


def _span(first: object, last: object) -> str:
    return _listed([f"from {first}" if first else "", f"until {last}" if last else ""], by=" ")


def _kept(years: int | None) -> str:
    return f"kept for {years} years" if years else ""


def _said(value: Any, *, by: str | None = None) -> str:  # noqa: ANN401 - what a pack holds, as JSON
    match value:
        case bool():
            return "yes" if value else "no"
        case dict():
            return ", ".join(f"{_spaced(name)} {_said(one)}" for name, one in value.items())
        case list():
            nested = any(isinstance(one, dict) for one in value)
            return (by or ("; " if nested else " or ")).join(_said(one) for one in value)
        case _:
            return str(value)


def _spaced(name: str) -> str:
    return name.replace("_", " ")


def _listed(parts: list[str | None], *, by: str = ", ") -> str:
    return by.join(part.rstrip(".") if by == ". " else part for part in parts if part)
