"""What people see when things fail: one clear message, a documented exit code, nothing lost."""

from __future__ import annotations

import http.server
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.support.certificates import Authority
from tests.support.clinic import Clinic, clinic_at_work, run
from witnessmark.sandbox import serve


class _Html(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        page = b"<!doctype html><title>Log in</title>"
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.send_header("content-length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    do_POST = do_GET  # noqa: N815 - the name http.server calls

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def html_host(context: ssl.SSLContext | None = None) -> Iterator[int]:
    """A server that answers everything with a page; yields its port."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Html)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def sent(result: Any) -> int:
    return sum(one["sent"] for one in result["kinds"])


def test_a_wrong_key_is_refused_in_one_sentence_and_nothing_is_lost(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = clinic.ehr.practice.access.issue_key("system/*.cruds")
    monkeypatch.setenv("EHR_KEY", right)
    how = ("--auth", "header", "--header", "X-API-Key", "--secret", "env:EHR_KEY")
    assert clinic.run("connect", clinic.ehr.base_url, *how).code == 0
    monkeypatch.setenv("EHR_KEY", "not-the-key")
    said = clinic.run("sync", "--once", machine=False)
    assert said.code == 5
    assert "does not accept our credentials" in said.err
    assert "not-the-key" not in said.err
    assert clinic.ehr.practice.repository.changes == seeded(clinic)
    monkeypatch.setenv("EHR_KEY", right)
    assert sent(clinic.sync()) > 0


def seeded(clinic: Clinic) -> int:
    return sum(1 for _ in clinic.ehr.practice.resources())


def test_a_host_that_is_down_keeps_everything_owed(connected: Clinic) -> None:
    port, practice = connected.ehr.port, connected.ehr.practice
    connected.ehr.stop()
    said = connected.run("sync", "--once", machine=False)
    assert said.code == 3
    assert len(said.err.strip().splitlines()) == 1
    assert "ehr discover: " in said.err
    with serve(practice, port=port):
        assert sent(connected.sync()) > 0


def test_an_untrusted_certificate_ends_before_anything_is_sent(
    clinic: Clinic, tmp_path: Path
) -> None:
    with html_host(Authority().serving("127.0.0.1", tmp_path)) as port:
        said = clinic.run("connect", f"https://127.0.0.1:{port}/fhir", machine=False)
    assert said.code == 3
    assert "certificate" in said.err


def test_a_page_instead_of_json_is_named_without_its_content(clinic: Clinic) -> None:
    with html_host() as port:
        said = clinic.run("connect", f"http://127.0.0.1:{port}/fhir", machine=False)
    assert said.code == 5
    assert "text/html" in said.err
    assert "Log in" not in said.err


def test_five_mistakes_in_a_manifest_are_told_at_once(connected: Clinic) -> None:
    text = connected.manifest.read_text(encoding="utf-8")
    for old, new in (
        ("version: 0.1.0", "version: 0.1"),
        ("system/Appointment.crus", "system/*.crus"),
        ("projections: [structured, local]", "projections: [structured]"),
        ("pull: 15m", "pull: 15 minutes"),
        ("operator: [configure, ", "operator: [attest, "),
    ):
        assert old in text
        text = text.replace(old, new, 1)
    connected.manifest.write_text(text, encoding="utf-8")
    connected.ehr.practice.log.clear()
    checked = run("manifest", "check", str(connected.manifest))
    assert checked.code == 2
    assert "5 to mend" in checked.err
    assert connected.run("sync", "--once").code == 2
    assert connected.ehr.practice.log.entries == []


_FULL = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
from witnessmark.cli import main
import witnessmark.cli.intake, witnessmark.bootstrap
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
sys.exit(main(sys.argv[2:]))
"""


def test_a_full_disk_keeps_nothing_by_halves(tmp_path: Path) -> None:
    with clinic_at_work(tmp_path) as clinic:
        case = str(clinic.folder / "files" / "practice.case.yaml")
        words = ("import", case, "--home", str(clinic.home), "--yes")
        full = subprocess.run(  # noqa: S603 - our own command, fixed words
            [sys.executable, "-c", _FULL, "200000", *words],
            capture_output=True,
            text=True,
            check=False,
        )
        assert full.returncode == 6, full.stderr
        assert "disk" in full.stderr.lower()
        assert "Traceback" not in full.stderr
        assert run(*words).code == 0
        assert clinic.run("audit", "verify").code == 0


def test_a_busy_port_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = run("demo", "--port", str(port), "--keep", str(tmp_path / "demo"))
    assert said.code == 7
    assert f"port {port}" in said.err
