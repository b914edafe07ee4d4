"""Renders a page for each pack, from its words. `cli/pack_pages.py` writes them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from witnessmark.rules.describing import Number, PackWords, RuleWords, described
from witnessmark.rules.pack import Pack
from witnessmark.rules.rule import Phase

HEADINGS: Mapping[Phase, str] = {
    Phase.STANDING: "Whether an hour can count at all",
    Phase.CONTACTS: "Without which contacts a window counts nothing",
    Phase.SHARES: "Which supervision supports work",
    Phase.SUPPORT: "How much work its supervision supports",
    Phase.CEILINGS: "How much counts at most",
    Phase.FLOORS: "How much there must be to count at all",
    Phase.SPANS: "Which stretch of time counts",
    Phase.TOTALS: "How much counts at most in the end",
    Phase.EQUIVALENTS: "What hours come to in the board's own unit",
    Phase.NEEDS: "What is needed in the end",
}
_INDEX = """\
# The packs that ship

One page for every rule pack. [Write a pack for your board](../rule-packs.md) says what the words
mean, [every kind of rule](kinds.md) what can be written. All packs are drafts until a named person
has read the current legal text and signed for them.

These pages are generated from the packs: do not edit them.
"""
_GENERATED = "This page is generated from the pack `{pack}`: do not edit it.\n"


def pages(packs: Iterable[Pack]) -> Mapping[str, str]:
    """Return the text of every page of `docs/packs` by its name."""
    told = [described(one) for one in packs]
    return {"README.md": _index(told)} | {f"{one.pack}.md": render(one) for one in told}


def render(pack: PackWords) -> str:
    """Return the page of one pack."""
    needs = [one for one in pack.rules if one.phase == Phase.NEEDS.name.lower()]
    parts = [
        f"# {pack.title}\n",
        *(f"> {line}\n" for line in pack.standing),
        _GENERATED.format(pack=pack.pack),
        f"{pack.about}\n",
        f"**Board**: {pack.board} ({pack.jurisdiction})\n",
        "**Its words**: " + ", ".join(f"{k}: {v}" for k, v in pack.words.items()) + "\n",
        "## Requirements\n",
        _table(("what", "how much", "law", "doubt"), (_need(one) for one in needs)),
        "## Versions\n",
        _listing(("version", "which hours it is for"), pack.versions),
        "## Categories\n",
        _listing(("category", "activities"), pack.categories),
        "## Rules\n",
        "In the order in which they are judged.\n",
        *_rules(pack.rules),
        *_if_any("## Licences\n", ("licence", "what it is"), pack.licences),
        *_if_any("## Forms\n", ("form", "what it is"), pack.forms),
        "## Sources\n",
        _listing(("source", "what was read of it"), pack.sources),
    ]
    return "\n".join(parts)


def _index(packs: Iterable[PackWords]) -> str:
    rows = (
        (
            f"[`{one.pack}`]({one.pack}.md)",
            one.title,
            one.board,
            " ".join(f"`{version.name}`" for version in one.versions),
            one.status.upper(),
            str(one.unread),
        )
        for one in packs
    )
    heads = ("pack", "for whom", "board", "versions", "status", "numbers read by nobody")
    return f"{_INDEX}\n{_table(heads, rows)}"


def _need(rule: RuleWords) -> tuple[str, ...]:
    numbers = [one for one in rule.numbers if one.value and one.name != "any of"]
    only = f" (version {' and '.join(rule.versions)})" if rule.versions else ""
    return (
        rule.title + only,
        ", ".join(f"{one.name}: {one.value}" for one in numbers),
        rule.citation,
        "; ".join(one.doubt for one in rule.numbers if one.doubt),
    )


def _rules(rules: Iterable[RuleWords]) -> Iterator[str]:
    last = ""
    for rule in rules:
        if rule.phase != last:
            yield f"### {HEADINGS[Phase[rule.phase.upper()]]}\n"
        last = rule.phase
        yield "\n".join(_rule(rule)) + "\n"


def _rule(rule: RuleWords) -> Iterator[str]:
    title = f"{rule.title}. " if rule.title else ""
    yield f"**`{rule.id}`** (`{rule.kind}`). {title}{rule.says}\n"
    for number in rule.numbers:
        value = f": {number.value}" if number.value else ""
        yield f"- {number.name}{value}" + (f" **[{number.doubt}]**" if number.doubt else "")
    if rule.holds:
        yield f"- {rule.holds}"
    read = f"; read on {rule.verified}" if rule.verified else ""
    yield f"- law: {rule.citation} (source `{rule.source}`{read})"


def _if_any(heading: str, heads: tuple[str, str], numbers: tuple[Number, ...]) -> list[str]:
    return [heading, _listing(heads, numbers)] if numbers else []


def _listing(heads: tuple[str, str], numbers: Iterable[Number]) -> str:
    return _table(heads, ((f"`{one.name}`", one.value) for one in numbers))


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [heads, tuple("---" for _ in heads), *rows]
    cells = ([" ".join(cell.replace("|", r"\|").split()) for cell in line] for line in lines)
    return "\n".join(f"| {' | '.join(line)} |" for line in cells) + "\n"
