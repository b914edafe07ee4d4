"""An independent R4 host for tests: Medplum's router on loopback, with an access log."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from tests.judges.home import judges_or_skip, node

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Asked:
    """One request the host answered; `path` has the query, bodies are not kept."""

    method: str
    path: str
    status: int


@dataclass(frozen=True, slots=True)
class MedplumHost:
    """A running host; it starts empty and forgets everything at the end."""

    base_url: str

    def log(self) -> tuple[Asked, ...]:
        """List every request so far, oldest first."""
        root = self.base_url.removesuffix("/fhir/R4")
        answer = requests.get(f"{root}/__log", timeout=10)
        return tuple(Asked(**entry) for entry in answer.json())


@contextmanager
def medplum_host() -> Iterator[MedplumHost]:
    """Start a host on a port the kernel chooses; without installed judges, skip (in CI: fail)."""
    home = judges_or_skip()
    program = [str(node(home)), str(HERE / "host.mjs"), str(home)]
    with subprocess.Popen(  # noqa: S603 - our own program and path
        program, stdout=subprocess.PIPE, text=True, env={"PATH": os.environ["PATH"]}
    ) as running:
        try:
            if running.stdout is None:
                raise RuntimeError
            port = json.loads(running.stdout.readline())["port"]
            yield MedplumHost(f"http://127.0.0.1:{port}/fhir/R4")
        finally:
            running.kill()
