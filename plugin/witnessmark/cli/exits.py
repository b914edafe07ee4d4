"""The exit code of every command, by what happened. Documented in docs/commands.md."""

from __future__ import annotations

from enum import IntEnum

from witnessmark.errors import (
    DeclarationError,
    DomainError,
    HostError,
    ListenError,
    NotAllowedError,
    OutcomeUnknownError,
    SecretError,
    StoreError,
    TryLaterError,
    WitnessmarkError,
)


class Exit(IntEnum):
    """What a shell script may rely on."""

    OK = 0
    FINDINGS = 1
    USAGE = 2
    UNREACHABLE = 3
    UNKNOWN_OUTCOME = 4
    REFUSED = 5
    STORE = 6
    PORT_BUSY = 7
    STOPPED = 130


MEANINGS = {
    Exit.OK: "done, nothing to look at",
    Exit.FINDINGS: "done, and something needs a person: refused rows, conflicts, a broken chain",
    Exit.USAGE: "the command, a file or a fact in it is wrong; nothing was changed",
    Exit.UNREACHABLE: "the EHR or registry is away or asks to wait; what is owed stays owed",
    Exit.UNKNOWN_OUTCOME: "the EHR did not say whether it kept something; the next sync finds out",
    Exit.REFUSED: "the EHR or registry refuses us or is unreadable; what is owed stays owed",
    Exit.STORE: "the store cannot be read or written; the last change was not kept",
    Exit.PORT_BUSY: "the port that was asked for is taken",
    Exit.STOPPED: "stopped by Ctrl-C; what was done stays done, what is owed stays owed",
}


def exit_of(error: WitnessmarkError) -> Exit:
    """Return the exit code that an error ends a command with."""
    match error:
        case TryLaterError():
            return Exit.UNREACHABLE
        case OutcomeUnknownError():
            return Exit.UNKNOWN_OUTCOME
        case HostError():
            return Exit.REFUSED
        case ListenError():
            return Exit.PORT_BUSY
        case StoreError():
            return Exit.STORE
        case DeclarationError() | DomainError() | NotAllowedError() | SecretError():
            return Exit.USAGE
        case _:
            return Exit.FINDINGS
