"""Where secrets are found, and that a secret itself is never accepted or shown."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest

from witnessmark.errors import SecretError
from witnessmark.transport.secrets import ReferencedSecrets

SECRETS = ReferencedSecrets({"KEY": "from-env", "EMPTY": ""})


def test_a_secret_is_found_in_the_environment() -> None:
    assert SECRETS.resolve("env:KEY") == "from-env"


def test_a_file_that_is_mine_alone_is_read_without_its_last_line_end(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_bytes(b"line one\nline two\n")
    file.chmod(0o600)
    assert SECRETS.resolve(f"file:{file}") == "line one\nline two"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o620])
def test_a_file_that_others_may_touch_is_refused(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "key"
    file.write_text("canary")
    file.chmod(mode)
    with pytest.raises(SecretError, match="chmod 600") as refused:
        SECRETS.resolve(f"file:{file}")
    assert "canary" not in str(refused.value)


def test_a_file_that_is_no_text_or_too_large_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "key"
    for content, said in (
        (b"\xff\xfe", "not text"),
        (b"x" * 65_537, "too large"),
        (b"\n", "empty"),
    ):
        file.write_bytes(content)
        file.chmod(0o600)
        with pytest.raises(SecretError, match=said):
            SECRETS.resolve(f"file:{file}")


@pytest.mark.parametrize("reference", ["env:ABSENT", "env:EMPTY", "file:/nowhere/key", "file:/"])
def test_a_reference_that_leads_nowhere_is_named(reference: str) -> None:
    with pytest.raises(SecretError, match=reference):
        SECRETS.resolve(reference)


@pytest.mark.parametrize("literal", ["canary-s3cret", "canary:s3cret", "", "env:", "file:"])
def test_a_secret_in_place_of_a_reference_is_refused_unrepeated(literal: str) -> None:
    with pytest.raises(SecretError, match="never itself") as refused:
        SECRETS.resolve(literal)
    assert "canary" not in str(refused.value)


class KeyringError(Exception):
    """As the keyring package names it."""


def plant_keyring(monkeypatch: pytest.MonkeyPatch, *, broken: bool = False) -> None:
    def get_password(service: str, name: str) -> str | None:
        if broken:
            raise KeyringError
        return "from-ring" if (service, name) == ("witness/mark", "ehr") else None

    keyring, errors = ModuleType("keyring"), ModuleType("keyring.errors")
    vars(keyring)["get_password"] = get_password
    vars(errors)["KeyringError"] = KeyringError
    monkeypatch.setitem(sys.modules, "keyring", keyring)
    monkeypatch.setitem(sys.modules, "keyring.errors", errors)


def test_a_secret_is_found_in_the_key_ring(monkeypatch: pytest.MonkeyPatch) -> None:
    plant_keyring(monkeypatch)
    assert SECRETS.resolve("keyring:witness/mark/ehr") == "from-ring"
    with pytest.raises(SecretError, match="holds no such secret"):
        SECRETS.resolve("keyring:witness/other")
    with pytest.raises(SecretError, match="write keyring:SERVICE/NAME"):
        SECRETS.resolve("keyring:ehr")


def test_a_computer_without_a_key_ring_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(SecretError, match="pip install"):
        SECRETS.resolve("keyring:witnessmark/ehr")
    plant_keyring(monkeypatch, broken=True)
    with pytest.raises(SecretError, match="no key ring that can be opened"):
        SECRETS.resolve("keyring:witnessmark/ehr")
