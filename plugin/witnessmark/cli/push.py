"""`witnessmark push`: asks the EHR to tell of changes at once, or to be silent."""

from __future__ import annotations

import os
import secrets as random_secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from cyclopts import App

from witnessmark.application.pushing import HookAsked, push_off, push_on, push_standing
from witnessmark.cli.desk import Desk, at_desk
from witnessmark.cli.exits import Exit
from witnessmark.cli.talk import EVERYWHERE, Everywhere
from witnessmark.errors import DomainError, StoreError
from witnessmark.ports.events import Push, Pushed

app = App(name="push", help_format="plaintext")


@dataclass(frozen=True, slots=True)
class PushLine:
    """One kind of change, in the EHR's own words, and whether it tells of it."""

    what: str
    state: str


@dataclass(frozen=True, slots=True)
class PushResult:
    """What one EHR tells us of. `secret` is where the secret is that proves it."""

    connection: str
    url: str
    secret: str
    kinds: tuple[PushLine, ...]


@app.command
def on(
    url: str, *, connection: str = "", secret: str = "", everywhere: Everywhere = EVERYWHERE
) -> int:
    """Ask the EHR to tell of changes at once. Said again, it renews what lapsed.

    Each pull reads every change without it: this only makes it sooner.

    Parameters
    ----------
    url
        Where `witnessmark serve` is reached from the EHR: https://YOUR-ADDRESS.
    connection
        Which EHR, where there are several.
    secret
        Where the secret is that proves its events: env:NAME, file:PATH or keyring:SERVICE/NAME.
        Without it one is made, in a file beside the store.

    """

    def work(desk: Desk) -> int:
        link = desk.connection(connection)
        hook = _hook(desk, url, link.id)
        reference = secret or _made(everywhere.home, link.id)
        with desk.installation.driver(desk.clinic.id) as driver, desk.talk.progress("asking"):
            pushed = push_on(
                desk.context,
                driver,
                HookAsked(link, hook, reference),
                secrets=desk.installation.secrets,
                act=desk.act(),
            )
        return _show(desk, PushResult(link.id, hook, reference, _lines(pushed)))

    return at_desk(everywhere, work)


@app.command
def off(*, connection: str = "", everywhere: Everywhere = EVERYWHERE) -> int:
    """Ask the EHR to be silent, and take nothing of what it still says.

    Parameters
    ----------
    connection
        Which EHR, where there are several.

    """

    def work(desk: Desk) -> int:
        link = desk.connection(connection)
        with desk.installation.driver(desk.clinic.id) as driver, desk.talk.progress("asking"):
            pushed = push_off(desk.context, driver, link, act=desk.act())
        desk.talk.result(PushResult(link.id, link.event_url, "", _lines(pushed)))
        desk.talk.say(f"{link.id} is asked to be silent; changes are read at each pull.")
        return int(Exit.OK)

    return at_desk(everywhere, work)


@app.command
def show(*, connection: str = "", everywhere: Everywhere = EVERYWHERE) -> int:
    """Show what the EHR says of the events it was asked for: hosts switch failing ones off.

    Parameters
    ----------
    connection
        Which EHR, where there are several.

    """

    def work(desk: Desk) -> int:
        link = desk.connection(connection)
        with desk.installation.driver(desk.clinic.id) as driver, desk.talk.progress("asking"):
            pushed = push_standing(desk.context, driver, link, act=desk.act())
        reference = next(iter(link.event_secrets), "")
        return _show(desk, PushResult(link.id, link.event_url, reference, _lines(pushed)))

    return at_desk(everywhere, work)


_THIS_MACHINE = frozenset({"127.0.0.1", "::1", "localhost"})


def _hook(desk: Desk, url: str, connection: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if not parts.hostname or not url.isprintable() or any(mark in url for mark in "@?# "):
        raise DomainError(
            "hook_address",
            "This is no address that the EHR could be asked to call.",
            "Give https://YOUR-ADDRESS, without a user, a query or a fragment.",
        )
    is_here = parts.scheme == "http" and parts.hostname in _THIS_MACHINE
    if parts.scheme != "https" and not is_here:
        raise DomainError(
            "hook_not_https",
            "The EHR would send the proof of its events in clear.",
            "Give an https address.",
        )
    return f"{url.rstrip('/')}/hooks/{desk.clinic.id}/{connection}"


def _made(home: Path, connection: str) -> str:
    """Return the reference of the secret beside the store, made if there is none."""
    path = (home / f"hook-{connection}.key").absolute()
    unnamed = path.with_name(f"{path.name}.{random_secrets.token_hex(4)}")
    try:
        if not path.exists():
            try:
                _write_whole(unnamed, random_secrets.token_hex(32).encode())
                unnamed.replace(path)
            finally:
                unnamed.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(
            f"{path.name} cannot be made beside the store: {error.strerror}."
        ) from None
    return f"file:{path}"


def _write_whole(path: Path, content: bytes) -> None:
    """Write a file that nobody else may ever read, to the disk."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _lines(pushed: Sequence[Pushed]) -> tuple[PushLine, ...]:
    return tuple(PushLine(one.what, one.state.value) for one in pushed)


def _show(desk: Desk, result: PushResult) -> int:
    cells = [(line.what, line.state) for line in result.kinds]
    desk.talk.table(f"What {result.connection} tells us of", ["what", "state"], cells)
    desk.talk.result(result)
    silent = {Push.OFF.value, Push.FAILED.value}
    return int(Exit.FINDINGS if any(line.state in silent for line in result.kinds) else Exit.OK)
