"""A second independent R4 host for tests: sekmet-fhir on loopback, open or by SMART backend."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import requests
import yaml

from tests.judges.home import judges_or_skip, sekmet_python
from tests.support.medplum_host import Asked

HERE = Path(__file__).parent
CLIENT_ID = "witnessmark"
PEOPLES_KEY = "invented-key-of-the-people-there"
SEARCHES = (
    "QuestionnaireResponse:identifier:token:identifier",
    "VerificationResult:target:reference:target",
)
"""sekmet stores both types and states neither; with a parameter of its own it states them too."""


@dataclass(slots=True)
class SekmetHost:
    """A running host. It starts empty and forgets everything at the end, not when killed."""

    folder: Path
    command: tuple[str, ...]
    searches: tuple[str, ...]
    port: int = 0
    _running: subprocess.Popen[str] | None = field(default=None, repr=False)

    @property
    def root(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def base_url(self) -> str:
        """Where its FHIR is."""
        return f"{self.root}/fhir"

    @property
    def token_url(self) -> str:
        """Where it gives tokens."""
        return f"{self.root}/auth/token"

    def start(self) -> None:
        """Start it, after a kill on the same port with what it held."""
        command = [*self.command, str(self.port), *self.searches]
        with (self.folder / "log").open("a") as log:
            self._running = subprocess.Popen(  # noqa: S603 - our own program and path
                command,
                cwd=self.folder,
                env={"PATH": os.environ["PATH"]},
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        said = self._running.stdout.readline() if self._running.stdout else ""
        if not said:
            raise RuntimeError((self.folder / "log").read_text("utf-8"))
        self.port = json.loads(said)["port"]

    def kill(self) -> None:
        """End it at once, whatever it is doing."""
        if self._running is not None:
            self._running.kill()
            self._running.communicate()

    def log(self) -> tuple[Asked, ...]:
        """List every request it answered so far, oldest first, from its own log."""
        requests.head(self.root, timeout=10)  # what it answered before is written down by then
        return tuple(
            Asked(row["method"], row["url"].removeprefix("/fhir"), row["status"])
            for row in self._traffic("inbound")
        )

    def sent(self) -> tuple[Mapping[str, Any], ...]:
        """List every request it sent to subscribers so far, oldest first."""
        return tuple(dict(row) for row in self._traffic("outbound"))

    def _traffic(self, direction: str) -> list[sqlite3.Row]:
        with closing(sqlite3.connect(self.folder / "sekmet.db")) as held:
            held.row_factory = sqlite3.Row
            asked = "SELECT * FROM traffic WHERE direction = ? ORDER BY id"
            return held.execute(asked, (direction,)).fetchall()


@contextmanager
def sekmet_host(
    *,
    jwks: Mapping[str, Any] | None = None,
    scopes: str = "system/*.cruds",
    searches: tuple[str, ...] = SEARCHES,
    tries: int = 3,
) -> Iterator[SekmetHost]:
    """Start a host; without installed judges, skip (in CI: fail).

    Given the keys of our client it lets in that client, and people with PEOPLES_KEY as their
    bearer token; else anybody. `tries`: how often it tells a subscriber (its default is 3).
    """
    python = sekmet_python(judges_or_skip())
    with TemporaryDirectory() as name:
        folder = Path(name)
        settings = folder / "settings.yaml"
        told = {**_settings(folder, jwks, scopes), "subscriptions": {"retries": tries}}
        settings.write_text(yaml.safe_dump(told), "utf-8")
        command = (str(python), str(HERE / "host.py"), str(settings))
        host = SekmetHost(folder, command, searches)
        try:
            host.start()
            yield host
        finally:
            host.kill()


def _settings(folder: Path, jwks: Mapping[str, Any] | None, scopes: str) -> dict[str, Any]:
    client = {"client_id": CLIENT_ID, "jwks": jwks, "scopes": scopes}
    barred = {"types": ["smart", "bearer"], "tokens": [PEOPLES_KEY], "smart_clients": [client]}
    return {
        "data_dir": str(folder),
        "simulator": {"enabled": False},  # it would answer our tasks and appointments
        "server_auth": barred if jwks is not None else {"types": ["none"]},
    }
