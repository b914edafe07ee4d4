"""Scans the words of the code itself, comments and docstrings left out."""

import ast
import re
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

UNMISTAKABLE = (
    "Practitioner", "PractitionerRole", "QuestionnaireResponse", "Questionnaire", "Provenance",
    "DocumentReference", "VerificationResult", "OperationOutcome", "CapabilityStatement",
)  # fmt: skip
ALSO_ENGLISH = ("Appointment", "Encounter", "Observation", "Bundle")
"""R4 resource types that are English words: only alone, or as the head of a reference or query."""

VENDORS = (
    "medplum", "hapi", "canvas", "healthie", "cerner", "athenahealth", "drchrono",
    "simplepractice", "therapynotes", "openmrs", "openemr",
)  # fmt: skip

_FOREIGN = re.compile(
    "|".join(
        (
            rf"(?:{'|'.join(UNMISTAKABLE)})s?(?![a-z])",
            rf"^(?:{'|'.join(ALSO_ENGLISH)})$",
            rf"\b(?:{'|'.join(ALSO_ENGLISH)})[/?]",
            *(
                rf"(?<![A-Za-z]){one}(?![a-z])|{one.title()}(?![a-z])|(?<![A-Z]){one.upper()}(?![A-Z])"
                for one in VENDORS
            ),
        )
    )
)

CLOCKS = (f"{PLUGIN}/bootstrap", f"{PLUGIN}/sandbox/practice")
"""Where the present is read: the plugin's one clock, and the other process's, the sandbox."""

_PRESENT = frozenset(
    {
        ("datetime", "now"),
        ("datetime", "utcnow"),
        ("datetime", "today"),
        ("date", "today"),
        ("time", "time"),
        ("time", "time_ns"),
    }
)

_CANONICAL = re.compile(r"witnessmark\.example\b")


def foreign_words(root: Path) -> list[str]:
    """Return FHIR resource types and vendors named by the plugin, as identifier or string."""
    return told(
        source.at(line, f"names {match.group()}")
        for source in sources(root, PLUGIN, without=NOT_THE_PLUGIN)
        for line, word in _words(source)
        for match in _FOREIGN.finditer(word)
    )


def presents_read(root: Path) -> list[str]:
    """Return every place outside the clocks where code asks for the present by itself."""
    return told(
        source.at(line, f"reads {name}")
        for source in sources(root, PLUGIN, ADAPTERS)
        if not under(source.path, *CLOCKS)
        for line, name in _presents(source)
    )


def canonical_literals(root: Path) -> list[str]:
    """Return Python files that hold the canonical base, which the manifest alone declares."""
    return told(
        source.at(number, "holds the canonical base")
        for source in sources(root, "plugin", "adapters", "tests")
        for number, line in enumerate(source.text.splitlines(), start=1)
        if _CANONICAL.search(line)
    )


def _words(source: Source) -> Iterator[tuple[int, str]]:
    """Yield every identifier and string that is no docstring (a string standing for itself)."""
    silent = {
        id(node.value)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(source.tree):
        if id(node) not in silent:
            for _, value in ast.iter_fields(node):
                for word in value if isinstance(value, list) else [value]:
                    if isinstance(word, str):
                        yield getattr(node, "lineno", 1), word


def _presents(source: Source) -> Iterator[tuple[int, str]]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute):
            owner = node.value
            named = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
            if (named, node.attr) in _PRESENT:
                yield node.lineno, f"{named}.{node.attr}"
        elif isinstance(node, ast.ImportFrom) and node.module == "time":
            for alias in node.names:
                if ("time", alias.name) in _PRESENT:
                    yield node.lineno, f"time.{alias.name}"
