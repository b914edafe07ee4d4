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
syncs and explains. Submitting, returning, attesting and revoking are for people; they have no
command.

What is for people stands on standard error. With `--json` one JSON object stands on standard
output and nothing else is said; a command that fails prints `error`, `message` and `exit` there.

This page is generated from the code: do not edit it.
"""
_EXITS = """\
## Exit codes

Where several EHRs are synced, the highest counts. `error` is what `--json` names, or a kind of it.

| code | name | what happened | `error` |
| --- | --- | --- | --- |
"""
_OTHERS = {
    Exit.USAGE: ["UsageError"],
    Exit.PORT_BUSY: ["PortBusyError"],
    Exit.STOPPED: ["KeyboardInterrupt"],
}
"""What `error` names beside the errors of our own tree."""
_SHARED = re.compile(r"\*\*Everywhere\*\*:\n\n((?:\* .*\n)+)\n?")
_NOISE = re.compile(r' \*\[default: (?:""|\(\)|False)\]\*| -m [\w.]+')
"""Defaults that say nothing, and the running module, which cyclopts takes for a command's name."""


def render() -> str:
    """Return the text of `docs/commands.md`."""
    text = build_app().generate_docs(output_format="markdown", heading_level=1)
    commands = _NOISE.sub("", text[text.index("\n## witnessmark ") + 1 :])
    shared = _SHARED.search(commands)
    options = shared[1] if shared else ""
    parts = [_HEAD, _SHARED.sub("And the options [everywhere](#everywhere).\n\n", commands).strip()]
    return "\n".join([*parts, "", "## Everywhere", "", options, _EXITS + "".join(_exits())])


def _exits() -> Iterator[str]:
    for code, meaning in MEANINGS.items():
        names = [kind.__name__ for kind in _errors() if _code(kind) is code]
        named = ", ".join(f"`{name}`" for name in [*names, *_OTHERS.get(code, ())])
        yield f"| {code.value} | {code.name} | {meaning} | {named} |\n"


def _errors() -> Iterator[type[WitnessmarkError]]:
    for kind in vars(errors).values():
        if isinstance(kind, type) and issubclass(kind, WitnessmarkError):
            yield kind


def _code(kind: type[WitnessmarkError]) -> Exit:
    return exit_of(kind.__new__(kind))


if __name__ == "__main__":
    sys.stdout.write(render())
