"""Scans for code that could write a signature: whatever names those elements, but to read them."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.sources import ADAPTERS, NOT_THE_PLUGIN, PLUGIN, Source, sources, told

SIGNATURES = (
    "attestationSignature", "attester", "authenticator", "docStatus", "legalAuthenticator",
    "proxySignature", "signature", "signer", "sourceSignature", "valueSignature",
)  # fmt: skip
"""By hand, not taken from the guard: the guard could lose one."""
NAMES = re.compile(rf"(?<![\w -])({'|'.join(SIGNATURES)})(?![\w -])")
"""As a name, a path or a piece of JSON; not as a word of a sentence."""
READERS = frozenset(
    {
        # Refuses them, at the one exit of bodies.
        *((f"{ADAPTERS}/fhir_r4/never_sign.py", name) for name in SIGNATURES),
        # A document of ours about staff says that it is final; the guard sees to it.
        (f"{ADAPTERS}/fhir_r4/mapping/document.py", "docStatus"),
        # Read of a note, into a class of ours.
        (f"{ADAPTERS}/fhir_r4/mapping/note.py", "authenticator"),
        (f"{ADAPTERS}/fhir_r4/mapping/note.py", "docStatus"),
        (f"{ADAPTERS}/fhir_r4/mapping/note.py", "signature"),
        (f"{ADAPTERS}/fhir_r4/notes.py", "signer"),
        (f"{PLUGIN}/application/cosigning.py", "signer"),
        (f"{PLUGIN}/domain/cosigning.py", "signer"),
        # How events prove themselves, and where a time comes from: no element.
        (f"{ADAPTERS}/fhir_r4/events.py", "signature"),
        (f"{ADAPTERS}/fhir_r4/profile.py", "signature"),
        (f"{ADAPTERS}/fhir_r4/subscriptions.py", "signature"),
        (f"{PLUGIN}/domain/requests.py", "signature"),
    }
)


def could_sign(root: Path) -> list[str]:
    """Return every place that names an element by which a person signs, and may not read it."""
    return told(
        source.at(line, f"names {name}")
        for source in sources(root, PLUGIN, ADAPTERS, without=NOT_THE_PLUGIN)
        for line, text in _texts(source)
        for name in sorted(set(NAMES.findall(text)))
        if (source.path, name) not in READERS
    )


def _texts(source: Source) -> Iterator[tuple[int, str]]:
    """Yield every text but docstrings, every name of an argument, every attribute that is set."""
    docstrings = {node.value for node in ast.walk(source.tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(source.tree):
        match node:
            case ast.Constant(value=str(text)) if node not in docstrings:
                yield node.lineno, text
            case ast.Constant(value=bytes(raw)):
                yield node.lineno, raw.decode("latin-1")
            case ast.keyword(arg=str(name)):
                yield node.value.lineno, name
            case ast.Attribute(attr=name, ctx=ast.Store()):
                yield node.lineno, name
