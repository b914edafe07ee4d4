"""`witnessmark rules`: lists, shows and checks rule packs. Other modules add their own commands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from json import dumps
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from witnessmark.application.rule_packs import chosen, read_pack, shipped, unread_numbers
from witnessmark.cli.exits import Exit
from witnessmark.cli.page import Page
from witnessmark.cli.talk import Talk, write_out
from witnessmark.errors import Problem, WitnessmarkError
from witnessmark.rules.describing import Number, PackWords, RuleWords, described
from witnessmark.rules.pack import Pack
from witnessmark.rules.schema import pack_schema

app = App(name="rules", help_format="plaintext")

_ELSEWHERE: dict[str, tuple[str, str]] = {
    "evaluate": (
        "rules_evaluate:evaluate",
        """Say which hours count by a board's rules, why others do not, and what cures it.

Nothing is kept, and nothing here is legal advice. It ends with 1 where some hours do not count.
""",
    ),
    "diff": (
        "rules_diff:diff",
        """Say which hours another pack, or another version of it, judges differently, and why.

It ends with 1 where something differs.
""",
    ),
    "case": (
        "rules_case:case",
        """Write one supervisee's case file, to be read by `rules evaluate --case`.

It holds their own hours, sessions, forms and dates, and their supervisors' licences. Other
supervisees are numbered, without name or licence. Presenters, topics and ledgers stay here.
""",
    ),
}
"""Commands of the group that stand in modules of their own: place and help line, loaded late."""


@dataclass(frozen=True, slots=True)
class PackLine:
    """One pack. `unread` are the numbers that nobody has read at their source."""

    pack: str
    title: str
    board: str
    jurisdiction: str
    versions: tuple[str, ...]
    status: str
    unread: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RulesListResult:
    """Every pack that ships."""

    packs: tuple[PackLine, ...]


@dataclass(frozen=True, slots=True)
class RulesCheckResult:
    """A file that holds together, and what kind of pack it is."""

    file: str
    problems: tuple[Problem, ...]
    pack: PackLine


@app.command(name="list")
def list_packs(*, json: Annotated[bool, Parameter(negative="")] = False) -> int:
    """Show the rule packs that ship: for which board, in which versions, who signed for them.

    Parameters
    ----------
    json
        Print one JSON object on standard output, and nothing for people.

    """
    talk = Talk(machine=json)
    try:
        lines = tuple(_line_of(read_pack(path).value) for path in shipped().values())
    except WitnessmarkError as error:
        return talk.failed(error)
    page = Page(talk)
    for one in lines:
        page.wrapped(f"{one.pack}: {one.title}", hang=2)
        unread = f"; unread: {len(one.unread)}" if one.unread else ""
        versions = ", ".join(one.versions)
        page.wrapped(f"{one.status.upper()}; versions: {versions}{unread}", indent=4, hang=2)
    page.line()
    page.wrapped("Unread: rules with a number that nobody has read at its source.", hang=2)
    page.wrapped(
        "A draft stops nobody from submitting or signing; nothing here is legal advice.", hang=2
    )
    talk.result(RulesListResult(lines))
    return int(Exit.OK)


@app.command
def show(pack: str, *, json: Annotated[bool, Parameter(negative="")] = False) -> int:
    """Show one pack in plain words: requirements, rules, where they are written, doubts.

    Parameters
    ----------
    pack
        The pack's name, as `witnessmark rules list` shows it, or the path of a file.
    json
        Print one JSON object on standard output, and nothing for people.

    """
    talk = Talk(machine=json)
    try:
        words = described(chosen(pack).pack)
    except WitnessmarkError as error:
        return talk.failed(error)
    _tell(Page(talk), words)
    talk.result(words)
    return int(Exit.OK)


@app.command
def check(file: Path, *, json: Annotated[bool, Parameter(negative="")] = False) -> int:
    """Check a rule pack: every problem at once, each with line, cure and code.

    Parameters
    ----------
    file
        The pack, a YAML file.
    json
        Print one JSON object on standard output, and nothing for people.

    """
    talk = Talk(machine=json)
    try:
        pack = read_pack(file).value
    except WitnessmarkError as error:
        return talk.failed(error)
    line = _line_of(pack)
    talk.say(f"{file.name}: no problems", style="green")
    for said in _kind_of(pack, line):
        talk.say(said)
    talk.result(RulesCheckResult(file.name, (), line))
    return int(Exit.OK)


@app.command
def schema(*, json: Annotated[bool, Parameter(negative="")] = False) -> int:
    """Print the JSON Schema (2020-12) of a rule pack on standard output.

    Parameters
    ----------
    json
        Print it on one line.

    """
    indent = None if json else 2
    write_out(dumps(pack_schema(), indent=indent, ensure_ascii=False) + "\n")
    return int(Exit.OK)


def _line_of(pack: Pack) -> PackLine:
    return PackLine(
        pack=pack.pack,
        title=pack.title,
        board=pack.authority.name,
        jurisdiction=pack.authority.jurisdiction,
        versions=tuple(version.id for version in pack.versions),
        status=pack.status.value,
        unread=tuple(unread_numbers(pack)),
    )


def _kind_of(pack: Pack, line: PackLine) -> Iterator[str]:
    words = described(pack)
    needs = sum(rule.phase == "needs" for rule in words.rules)
    yield f"{line.title} ({line.pack})"
    yield f"{line.board} ({line.jurisdiction}); versions: {', '.join(line.versions)}"
    yield f"rules: {len(pack.rules)}, requirements among them: {needs}"
    yield from words.standing
    for one in line.unread:
        yield f"  read by nobody: {one}"


def _tell(page: Page, pack: PackWords) -> None:
    page.wrapped(f"{pack.title} ({pack.pack})", hang=2, style="bold")
    for line in (*pack.standing, pack.about, f"{pack.board} ({pack.jurisdiction})"):
        page.wrapped(line)
    for title, numbers in (("Versions", pack.versions), ("Categories", pack.categories)):
        _listing(page, title, numbers)
    needs = [rule for rule in pack.rules if rule.phase == "needs"]
    for title, rules in (
        ("What is needed in the end", needs),
        ("What decides which hours count", [rule for rule in pack.rules if rule not in needs]),
    ):
        page.heading(title)
        for rule in rules:
            _tell_rule(page, rule)
    for title, numbers in (
        ("Licences", pack.licences),
        ("Forms", pack.forms),
        ("Sources", pack.sources),
    ):
        _listing(page, title, numbers)


def _tell_rule(page: Page, rule: RuleWords) -> None:
    page.wrapped(f"{rule.id}: {rule.title or rule.says}", hang=2)
    numbers = (
        number.name
        + (f": {number.value}" if number.value else "")
        + (f"  [{number.doubt}]" if number.doubt else "")
        for number in rule.numbers
    )
    for said in (*numbers, rule.holds, f"law: {rule.citation}"):
        page.wrapped(said, indent=4, hang=2)


def _listing(page: Page, title: str, numbers: tuple[Number, ...]) -> None:
    if numbers:
        page.heading(title)
    for number in numbers:
        page.wrapped(f"{number.name}: {number.value}", indent=2, hang=2)


for _name, (_place, _line) in _ELSEWHERE.items():
    app.command(f"witnessmark.cli.{_place}", name=_name, help=_line)
