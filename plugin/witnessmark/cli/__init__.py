"""The commands. They act as the operator: configure, import, sync, explain; never attest."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from cyclopts import App, CycloptsError

from witnessmark import __version__
from witnessmark.cli.exits import Exit

_HELP = "Clinical supervision inside the EHR your clinic already uses."
_DEMO = """See it work: an invented practice, its EHR, eight weeks of hours.

Everything runs on this machine and ends by itself.
"""
_CONNECT = """Link this clinic with its EHR.

Asks the EHR what it can do, proves the credentials, agrees the terms and matches its staff. Nothing
is kept when the EHR cannot be reached or refuses us.
"""
_SYNC = """Bring the EHR up to date.

Without --once it goes on at the manifest's intervals until stopped (Ctrl-C).
"""
_SERVE = """Sync until stopped, and at once when the EHR tells of a change.

What it tells is proven and kept as a hint; what is true is read from the EHR.
"""
_PROGRESS = """Show how far a supervisee is: done, needed, a finish date as a range, what is ahead.

It is for the supervisee's own eyes: no role but the operator of this machine sees another's. It
ends with 1 where hours are about to expire, or a licence or agreement ends.
"""
_COMMANDS = {
    "demo": ("demo:demo", _DEMO),
    "import": ("intake:app", "Read a case file, or hours and sessions from CSV; undo an import."),
    "connect": ("connect:connect", _CONNECT),
    "terms": ("terms:terms", "Show what the EHR can hold, what stays here, and why."),
    "staff": ("staff:app", "Show and decide who is who among the EHR's staff."),
    "credential": (
        "credential:app",
        "Check licences at their source; record what the board's site said.",
    ),
    "sync": ("sync:sync", _SYNC),
    "serve": ("serve:serve", _SERVE),
    "push": ("push:app", "Ask the EHR to tell of changes at once, or to be silent."),
    "delivery": (
        "delivery:app",
        "Show what is owed to the EHR; try again what gave up; decide conflicts.",
    ),
    "drafts": ("drafts:drafts", "Show what the EHR's calendar proposes, and what differs by now."),
    "conflicts": (
        "conflicts:conflicts",
        "Show what was changed, removed, moved or locked in the EHR, and what decides it.",
    ),
    "requests": (
        "requests:requests",
        "Show what supervisors are asked for: weeks to attest, notes to co-sign.",
    ),
    "explain": ("explain:explain", "Tell the story of one record, hop by hop."),
    "rules": ("rules:app", "List, show, check and apply the boards' rules."),
    "progress": ("progress:progress", _PROGRESS),
    "settings": ("settings:app", "Show and change the clinic's settings."),
    "manifest": ("manifest:app", "Check the plugin's manifest; print its schema."),
    "audit": ("audit:app", "Verify the audit chain."),
    "doctor": ("doctor:doctor", "Look everything over and say what mends it."),
}


def build_app() -> App:
    """Return the command line; a command's module loads when that command runs."""
    app = App(
        name="witnessmark",
        help=_HELP,
        version=__version__,
        exit_on_error=False,
        suppress_keyboard_interrupt=False,
        result_action="return_value",
        help_format="plaintext",
    )
    for name, (place, line) in _COMMANDS.items():
        app.command(f"witnessmark.cli.{place}", name=name, help=line)
    return app


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code (`cli.exits`)."""
    said = sys.argv[1:] if words is None else words
    machine = "--json" in said
    try:
        code = build_app()(said, print_error=not machine)
    except CycloptsError as error:
        return _ended(Exit.USAGE, "UsageError", str(error)) if machine else int(Exit.USAGE)
    except KeyboardInterrupt:
        return _ended(Exit.STOPPED, "KeyboardInterrupt", "Stopped.") if machine else Exit.STOPPED
    return code if isinstance(code, int) else 0


def _ended(code: Exit, error: str, message: str) -> int:
    from witnessmark.cli.talk import Failure, Talk  # noqa: PLC0415 - loads pydantic

    Talk(machine=True).result(Failure(error, message, int(code)))
    return int(code)
