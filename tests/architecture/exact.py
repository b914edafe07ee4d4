"""Scans the rules for numbers that are not exact: minutes are int, everything else a Fraction."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.sources import PLUGIN, Source, sources, told

RULES = f"{PLUGIN}/rules"
NOT_ABOUT_NUMBERS = (f"{RULES}/pages",)
"""Joins paths of names."""

INEXACT = frozenset(
    {"float", "complex", "Decimal", "decimal", "math", "cmath", "statistics", "numpy", "random"}
)
"""Types that round, and modules that return them."""

EXACT = frozenset({"math.ceil", "math.floor", "math.gcd"})
"""What such a module has that keeps a Fraction exact: only imported by name."""

GIVES_FLOATS = frozenset({"total_seconds", "timestamp", "truediv", "itruediv", "fmean"})
"""Methods and functions of the standard library that do."""


def inexact(root: Path) -> list[str]:
    """Return every literal, name and operator in the rules that makes a number inexact."""
    return told(
        source.at(line, what)
        for source in sources(root, RULES, without=NOT_ABOUT_NUMBERS)
        for line, what in _inexact(source)
    )


def _inexact(source: Source) -> Iterator[tuple[int, str]]:
    for node in ast.walk(source.tree):
        match node:
            case ast.Constant(value=float() | complex()):
                yield node.lineno, f"writes {node.value!r}"
            case ast.Name(id=name) | ast.Attribute(attr=name) if name in INEXACT | GIVES_FLOATS:
                yield node.lineno, f"names {name}"
            case ast.Import(names=names):
                yield from _imported(node, [one.name for one in names])
            case ast.ImportFrom(module=module, names=names):
                yield from _imported(node, [f"{module}.{one.name}" for one in names])
            case ast.BinOp(op=ast.Div()) if not _is_a_path(node):
                yield node.lineno, "divides by /"
            case ast.AugAssign(op=ast.Div()):
                yield node.lineno, "divides by /="
            case ast.BinOp(op=ast.Pow()) | ast.AugAssign(op=ast.Pow()):
                yield node.lineno, "raises to a power"


def _imported(node: ast.Import | ast.ImportFrom, names: list[str]) -> Iterator[tuple[int, str]]:
    for name in names:
        if name not in EXACT and not (INEXACT | GIVES_FLOATS).isdisjoint(name.split(".")):
            yield node.lineno, f"imports {name}"


def _is_a_path(node: ast.BinOp) -> bool:
    """Whether what is divided is a path: a text stands on one side."""
    return any(
        isinstance(side, ast.JoinedStr)
        or (isinstance(side, ast.Constant) and isinstance(side.value, str))
        for side in (node.left, node.right)
    )
