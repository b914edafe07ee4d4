"""Scans imports that the layers contract cannot say: libraries, not rooms."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.sources import (
    ADAPTERS,
    NOT_THE_PLUGIN,
    PLUGIN,
    Source,
    sources,
    told,
    under,
)

PURE = tuple(f"{PLUGIN}/{room}" for room in ("domain", "rules", "ports"))
PURE_LIBRARIES = frozenset({"witnessmark", "pydantic", "pydantic_core"})
DOES_IO = (
    "asyncio", "fileinput", "ftplib", "glob", "http.client", "http.server", "io", "logging",
    "multiprocessing", "os", "pathlib", "pickle", "queue", "random", "select", "shutil", "signal",
    "smtplib", "socket", "socketserver", "sqlite3", "ssl", "subprocess", "sys", "tempfile",
    "threading", "time", "urllib.request",
)  # fmt: skip
"""Modules of the standard library that touch the world, the clock or chance."""


def fhir_outside_mapping(root: Path) -> list[str]:
    """Return imports of `fhir` anywhere but in an adapter's mapping, the sandbox included."""
    return told(
        source.at(line, f"imports {name}")
        for source in sources(root, PLUGIN, ADAPTERS)
        if not _is_mapping(source.path)
        for line, name in imported(source)
        if _is(name, "fhir")
    )


def impure(root: Path) -> list[str]:
    """Return imports in domain, rules and ports of anything that does I/O."""
    return told(
        source.at(line, f"imports {name}")
        for source in sources(root, *PURE)
        for line, name in imported(source)
        if _touches_the_world(name)
    )


def known_too_widely(root: Path) -> list[str]:
    """Return imports of the sandbox outside `cli.demo`, and of the testing kit in the plugin."""
    return told(
        source.at(line, f"imports {name}")
        for source in sources(root, PLUGIN, ADAPTERS, without=NOT_THE_PLUGIN)
        for line, name in imported(source)
        if _is(name, "witnessmark.testing")
        or (_is(name, "witnessmark.sandbox") and not under(source.path, f"{PLUGIN}/cli/demo"))
    )


def imported(source: Source) -> Iterator[tuple[int, str]]:
    """Yield line and dotted name of everything a file imports, in functions too."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def _is_mapping(path: str) -> bool:
    inside = path.removeprefix(f"{ADAPTERS}/").removesuffix(".py")
    return path.startswith(ADAPTERS) and "mapping" in inside.split("/")


def _touches_the_world(name: str) -> bool:
    top = name.partition(".")[0]
    if top in sys.stdlib_module_names:
        return any(_is(name, denied) for denied in DOES_IO)
    return top not in PURE_LIBRARIES


def _is(name: str, module: str) -> bool:
    return name == module or name.startswith(f"{module}.")
