"""Renders the commands: `python -m witnessmark.cli.reference > docs/commands.md`."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

from witnessmark import errors
from witnessmark.cli import build_app
from witnessmark.cli.exits import MEANINGS, Exit, exit_of
from witnessmark.errors import WitnessmarkError

_HEAD = """\
# Commands

Whoever runs commands on the server is the *operator*: no person. The operator configures, imports,
syncs and explains; submitting, returning, attesting and revoking are for people and have no command.

People read on standard error. With `--json` one JSON object stands on standard output and nothing
else is said; a command that fails prints `error`, `message` and `exit` there. `witnessmark
COMMAND --help` says what this page says, which is generated from the code: do not edit it.
"""
_EXITS = """\
## Exit codes

The most serious wins where several EHRs are synced. `error` is what `--json` names.

| code | name | what happened | `error` |
| --- | --- | --- | --- |
"""
_SHARED = re.compile(r"\*\*Everywhere\*\*:\n\n((?:\* .*\n)+)\n?")
_NO_DEFAULT = re.compile(r' \*\[default: (?:""|False)\]\*')


def render() -> str:
    """Return the text of `docs/commands.md`."""
    text = build_app().generate_docs(output_format="markdown", heading_level=1)
    commands = _NO_DEFAULT.sub("", text[text.index("\n## witnessmark ") + 1 :])
    shared = _SHARED.search(commands)
    options = shared[1] if shared else ""
    parts = [_HEAD, _SHARED.sub("And the options [everywhere](#everywhere).\n\n", commands).strip()]
    return "\n".join([*parts, "", "## Everywhere", "", options, _EXITS + "".join(_exits())])


def _exits() -> Iterator[str]:
    for code, meaning in MEANINGS.items():
        named = ", ".join(f"`{kind.__name__}`" for kind in _errors() if _code(kind) is code)
        yield f"| {code.value} | {code.name} | {meaning} | {named} |\n"


def _errors() -> Iterator[type[WitnessmarkError]]:
    for kind in vars(errors).values():
        if isinstance(kind, type) and issubclass(kind, WitnessmarkError):
            yield kind


def _code(kind: type[WitnessmarkError]) -> Exit:
    return exit_of(kind.__new__(kind))


if __name__ == "__main__":
    sys.stdout.write(render())
