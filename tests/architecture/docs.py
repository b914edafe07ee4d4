"""Scans what is written about the code: links, files, names and commands."""

import re
import shlex
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from tests.architecture.tracked import files

ABBREVIATED = ("", "plugin/witnessmark", "adapters/witnessmark_adapters/fhir_r4", "docs")
"""Where a page may take for granted that a path begins."""

_FENCED = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_PATH = re.compile(r"\.?[\w-][\w.-]*(?:/[\w.-]+)*/?")
_ALWAYS_A_FILE = (".md", ".py", ".toml")
_NAME = re.compile(r"[a-z]+(?:_[a-z0-9]+)+|(?:[A-Z][a-z0-9]+){2,}|WITNESSMARK_[A-Z_]+")
_MODULE = re.compile(r"(?:witnessmark|witnessmark_adapters|tests)(?:\.\w+)+")
_CODE = (".py", ".yaml", ".toml", ".json", ".mjs", ".java", ".importlinter")


def pages(root: Path) -> dict[str, str]:
    """Return every page by its path."""
    return {
        name: (root / name).read_text(encoding="utf-8")
        for name in files(root)
        if name.endswith(".md")
    }


def shell_blocks(page: str) -> list[str]:
    """Return what stands in the fenced blocks of shell commands."""
    return [body for language, body in _FENCED.findall(page) if language == "sh"]


def broken_links(root: Path) -> list[str]:
    """Return links that lead to no file of the tree, or to no heading in it."""
    written = pages(root)
    return [
        f"{page}: {target}"
        for page, text in written.items()
        for target in _LINK.findall(_FENCED.sub("", text))
        if "://" not in target and not _leads_somewhere(root, page, target)
    ]


def missing_files(root: Path) -> list[str]:
    """Return files, folders and modules that a page names and the tree does not hold."""
    groups = _entry_points(root)
    return [
        f"{page}: {word}"
        for page, text in pages(root).items()
        for word in _inline(text)
        if (_names_a_path(root, word) and not _exists(root, word))
        or (_MODULE.fullmatch(word) and word not in groups and not _is_module(word))
    ]


def unknown_names(root: Path) -> list[str]:
    """Return names of settings, actions, codes, classes and the like that no code knows."""
    known = {
        token
        for name in files(root)
        if name.endswith(_CODE)
        for token in re.findall(r"\w+", (root / name).read_text(encoding="utf-8"))
    }
    return [
        f"{page}: {word}"
        for page, text in pages(root).items()
        for word in _inline(text)
        if _NAME.fullmatch(word) and word not in known
    ]


def unknown_commands(root: Path, reference: str) -> list[str]:
    """Return commands that the reference of commands does not have, or not with that option."""
    sections = _sections(reference)
    return [
        f"{page}: {line}"
        for page, text in pages(root).items()
        for line in _commands(text)
        if not _is_command(line, sections)
    ]


def _inline(text: str) -> Iterator[str]:
    yield from _INLINE.findall(_FENCED.sub("", text))


def _leads_somewhere(root: Path, page: str, target: str) -> bool:
    path, _, anchor = target.partition("#")
    there = (root / page).parent / path if path else root / page
    if not there.exists():
        return False
    return not anchor or anchor in {
        re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
        for heading in _HEADING.findall(there.read_text(encoding="utf-8"))
    }


def _names_a_path(root: Path, word: str) -> bool:
    if not _PATH.fullmatch(word):
        return False
    top = word.partition("/")[0]
    begins = "/" in word and any((root / start / top).is_dir() for start in ABBREVIATED)
    return begins or word.endswith(_ALWAYS_A_FILE)


def _exists(root: Path, word: str) -> bool:
    return any((root / start / word).exists() for start in ABBREVIATED)


@cache
def _is_module(word: str) -> bool:
    """Whether a dotted name is a module, or something in one."""
    for name in (word, word.rpartition(".")[0]):
        try:
            found = find_spec(name)
        except ModuleNotFoundError:
            continue
        if found is not None and (name == word or not found.submodule_search_locations):
            return True
    return False


def _entry_points(root: Path) -> frozenset[str]:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return frozenset(project.get("entry-points", {}))


def _commands(text: str) -> Iterator[str]:
    for block in shell_blocks(text):
        yield from (line for line in block.splitlines() if re.search(r"\bwitnessmark [a-z]", line))
    yield from (word for word in _inline(text) if re.match(r"(uv run )?witnessmark [a-z]", word))


def _is_command(line: str, sections: dict[str, str]) -> bool:
    words = shlex.split(line[line.rindex("witnessmark ") :])
    while words and " ".join(words) not in sections:
        words.pop()
    options = set(re.findall(r"(?<!\S)--[a-z-]+", line))
    offered = sections.get(" ".join(words), "") + sections["Everywhere"]
    return len(words) > 1 and all(re.search(rf"{one}\b", offered) for one in options)


def _sections(reference: str) -> dict[str, str]:
    heads = list(_HEADING.finditer(reference))
    ends = [head.start() for head in heads[1:]] + [len(reference)]
    return {head[1]: reference[head.end() : end] for head, end in zip(heads, ends, strict=True)}
