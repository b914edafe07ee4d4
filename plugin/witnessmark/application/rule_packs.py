"""The packs that ship, a pack in a file, and which of them somebody asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import witnessmark.rules
from witnessmark.declared import Declared, load
from witnessmark.errors import DeclarationError, DomainError
from witnessmark.rules.checking import problems_of
from witnessmark.rules.experience import Experience
from witnessmark.rules.pack import Pack
from witnessmark.rules.rule import Doubting
from witnessmark.rules.versions import Chosen

PACKS = Path(witnessmark.rules.__file__).parent / "packs"

_FILE = re.compile(r"(.+\.ya?ml)(?:@([a-z0-9-]+))?", re.IGNORECASE)


def shipped() -> dict[str, Path]:
    """Return the packs that ship with this version, by name."""
    return {path.stem: path for path in sorted(PACKS.glob("*.yaml"))}


def read_pack(path: Path) -> Declared[Pack]:
    """Read a pack. Raises DeclarationError with all its problems at once, and their lines."""
    declared = load(path, Pack)
    problems = problems_of(declared)
    if problems:
        raise DeclarationError(problems)
    return declared


def pack_at(path: str) -> Pack:
    """Return the pack in a file. Raises DeclarationError with all its problems."""
    return read_pack(Path(path)).value


def pack_named(name: str) -> Pack:
    """Return a pack that ships. Raises DomainError, naming those there are."""
    there = shipped()
    if name not in there:
        raise DomainError(
            "unknown_pack",
            f"No rule pack is called {name!r}.",
            f"Choose one of: {', '.join(there)}; or give the path of a file.",
        )
    return read_pack(there[name]).value


def chosen(spec: str) -> Chosen:
    """Read `us-ca-amft`, `bacb-trainee@2027` or `./my-board.yaml`.

    Raises DomainError for a name or version there is not, DeclarationError for a file that does
    not hold together.
    """
    if file := _FILE.fullmatch(spec):
        pack, version = pack_at(file[1]), file[2]
    else:
        name, _at, version = spec.partition("@")
        pack = pack_named(name)
    there = [one.id for one in pack.versions]
    if version and version not in there:
        raise DomainError(
            "unknown_version",
            f"The pack {pack.pack!r} has no version {version!r}.",
            f"Choose one of: {', '.join(there)}.",
        )
    return Chosen(pack, version or None)


def all_chosen(specs: Iterable[str]) -> tuple[Chosen, ...]:
    """Read packs given one by one, or several with commas; the same one twice is read once."""
    named = [one.strip() for spec in specs for one in spec.split(",") if one.strip()]
    return tuple(chosen(one) for one in dict.fromkeys(named))


def packs_for(
    specs: str, cases: Iterable[Experience], *, otherwise: str = ""
) -> tuple[Chosen, ...]:
    """Return the packs that were asked for; else those the people go for; else `otherwise`.

    Raises DomainError where nobody says which.
    """
    names = [specs] if specs else sorted({way.pack for one in cases for way in one.candidacies})
    packs = all_chosen(names or [otherwise])
    if not packs:
        raise DomainError(
            "which_pack",
            "Nothing says by which rules to read these hours.",
            "Name a pack with --pack; `witnessmark rules list` shows them.",
        )
    return packs


def theirs(packs: tuple[Chosen, ...], case: Experience) -> tuple[Chosen, ...]:
    """Return those of some packs that a person goes for; all where nothing says which."""
    goes_for = {way.pack for way in case.candidacies}
    return tuple(one for one in packs if one.pack.pack in goes_for) or packs


def refuse_unread(packs: Iterable[Chosen], *, asked: bool) -> None:
    """Raise DomainError for a pack with numbers that nobody read, unless it is asked for."""
    for one in packs:
        if one.pack.unread and not asked:
            raise DomainError(
                "pack_unread",
                f"Nobody has read these numbers of {one.pack.pack} at their source:"
                f" {', '.join(unread_numbers(one.pack))}.",
                "Say --unreviewed to run it all the same, or let the clinic's setting"
                " unreviewed_packs be true.",
            )


def unread_numbers(pack: Pack) -> Iterator[str]:
    """Return the numbers of a pack that were read by nobody, as `rule (number, number)`."""
    for rule in pack.rules:
        doubted = [name for name, one in rule.doubts.items() if one.why is Doubting.UNREAD]
        if doubted:
            yield f"{rule.id} ({', '.join(sorted(doubted))})"
