"""Scans sizes and names: the limits of CONTRIBUTING.md."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.sources import ADAPTERS, PLUGIN, Finding, Source, sources, told

MODULE_LINES = 300
FUNCTION_LINES = 40
PARAMETERS = 5
POSITIONAL = 3

OURS_TO_SHAPE = frozenset({"__init__", "__new__", "__post_init__"})
"""Every other dunder has the signature Python gave it."""

OF_LIBRARIES = frozenset({"connect_tcp"})
"""Methods that a library calls by position: httpx2's network backend."""

NO_MODULE = re.compile(r"_*(utils?|helpers?|common|base|managers?|misc)")
NO_CLASS = re.compile(r"Abstract|.*Impl$|I[A-Z][a-z]")
RAISED = re.compile(r"(Error|Exception|Warning)$")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def oversized(root: Path) -> list[str]:
    """Return modules and functions over the limits."""
    return told(finding for source in _house(root) for finding in _oversized(source))


def positional(root: Path) -> list[str]:
    """Return functions that take more than three parameters by position (docs/decisions/0001)."""
    return told(
        source.at(node.lineno, f"{node.name} takes {count} positional parameters")
        for source in _house(root)
        for node, count in _functions(source)
        if count > POSITIONAL and _is_called_from_afar(node.name)
    )


def misnamed(root: Path) -> list[str]:
    """Return modules, classes and exceptions with a name the house does not use."""
    return told(finding for source in _house(root) for finding in _misnamed(source))


def _house(root: Path) -> Iterator[Source]:
    return sources(root, PLUGIN, ADAPTERS)


def _oversized(source: Source) -> Iterator[Finding]:
    lines = len(source.text.splitlines())
    if lines > MODULE_LINES:
        yield source.at(lines, f"module of {lines} lines")
    for node, positional in _functions(source):
        arguments = node.args
        lines = (node.end_lineno or node.lineno) - node.lineno + 1
        if lines > FUNCTION_LINES:
            yield source.at(node.lineno, f"{node.name} has {lines} lines")
        every = positional + len(arguments.kwonlyargs)
        every += (arguments.vararg is not None) + (arguments.kwarg is not None)
        if every > PARAMETERS and _is_ours_to_shape(node.name):
            yield source.at(node.lineno, f"{node.name} takes {every} parameters")


def _functions(source: Source) -> Iterator[tuple[Function, int]]:
    """Yield every function, and how many parameters it takes by position, self and cls aside."""
    for parent in ast.walk(source.tree):
        for node in ast.iter_child_nodes(parent):
            if isinstance(node, Function):
                owned = isinstance(parent, ast.ClassDef) and not any(
                    _last_word(one) == "staticmethod" for one in node.decorator_list
                )
                yield node, len(node.args.posonlyargs) + len(node.args.args) - owned


def _is_ours_to_shape(name: str) -> bool:
    return name in OURS_TO_SHAPE or not name.startswith("__")


def _is_called_from_afar(name: str) -> bool:
    return name in OURS_TO_SHAPE or not (name.startswith("_") or name in OF_LIBRARIES)


def _misnamed(source: Source) -> Iterator[Finding]:
    for part in source.path.removesuffix(".py").split("/"):
        if NO_MODULE.fullmatch(part):
            yield source.at(1, f"a module named {part}")
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ClassDef):
            if NO_CLASS.match(node.name):
                yield source.at(node.lineno, f"a class named {node.name}")
            raised = any(RAISED.search(_last_word(parent)) for parent in node.bases)
            if raised and not node.name.endswith("Error"):
                yield source.at(node.lineno, f"an exception named {node.name}")


def _last_word(node: ast.expr) -> str:
    """Return the last word of a dotted name."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
