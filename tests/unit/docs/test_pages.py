"""The pages list exactly what the code has: commands, packages, rooms, errors, states."""

import configparser
import re
import tomllib
from collections.abc import Iterator

from tests.unit.docs.tables import ROOT, blocks, section, words
from witnessmark import errors
from witnessmark.cli import reference
from witnessmark.errors import WitnessmarkError
from witnessmark.manifest.load import load_manifest
from witnessmark.ports.deliveries import DeliveryState
from witnessmark.shipped import shipped

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_the_reference_of_commands_is_the_code_s() -> None:
    written = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert written == reference.render(), (
        "python -m witnessmark.cli.reference > docs/commands.md writes it anew"
    )


def names_of(requirements: list[str]) -> list[str]:
    return [re.split(r"[ <>=!~\[;]", one)[0] for one in requirements]


def test_every_dependency_has_its_reasons_and_no_other_is_listed() -> None:
    extras = PROJECT["project"]["optional-dependencies"]
    assert words(section("dependencies.md", "At run time")) == names_of(
        PROJECT["project"]["dependencies"]
    )
    assert words(section("dependencies.md", "Extras")) == [
        name for extra in extras.values() for name in names_of(extra)
    ]
    assert words(section("dependencies.md", "To build")) == names_of(
        PROJECT["build-system"]["requires"]
    )
    assert words(section("dependencies.md", "For development")) == [
        name for group in PROJECT["dependency-groups"].values() for name in names_of(group)
    ]


def contract_layers() -> str:
    contract = configparser.ConfigParser()
    contract.read(ROOT / ".importlinter", encoding="utf-8")
    return contract["importlinter:contract:layers"]["layers"].strip()


def test_the_rows_of_rooms_are_the_contract_s() -> None:
    drawn = blocks(section("architecture.md", "Who may know whom"))
    assert drawn == [contract_layers() + "\n"]


def test_every_room_is_described_and_every_bracketed_one_is_missing() -> None:
    plugin = ROOT / "plugin" / "witnessmark"
    built = {
        path.stem
        for path in plugin.iterdir()
        if path.name[0] not in "_." and (path.suffix == ".py" or (path / "__init__.py").exists())
    }
    assert sorted(words(section("architecture.md", "The rooms"))) == sorted(built)
    assert not built & set(re.findall(r"\((\w+)\)", contract_layers()))


def test_the_error_tree_is_drawn_whole() -> None:
    drawn = next(one for one in blocks(section("architecture.md", "The seams")))
    lines = [line for line in drawn.splitlines() if line.strip()]
    assert [re.sub(r"(?<=\w)  .*", "", line) for line in lines] == list(tree(WitnessmarkError))


def tree(kind: type[WitnessmarkError], depth: int = 0) -> Iterator[str]:
    yield "  " * depth + kind.__name__
    for child in kind.__subclasses__():
        if child.__module__ == errors.__name__:
            yield from tree(child, depth + 1)


def test_every_state_of_a_delivery_is_explained() -> None:
    assert words(section("architecture.md", "The seams")) == list(DeliveryState)


def test_what_never_leaves_is_what_the_manifest_says() -> None:
    listed = re.findall(
        r"^- (.+)$", section("fhir.md", "What never leaves the store"), re.MULTILINE
    )
    assert listed == list(load_manifest(shipped("manifest.yaml")).value.privacy.never_leaves)
