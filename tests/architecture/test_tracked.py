"""What a clone holds: no addresses of packages, no paths of one machine, no unexplained capture."""

import json
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, plant
from tests.architecture.tracked import (
    captures,
    files,
    home_paths,
    locks_with_addresses,
    unexplained_captures,
)

CAPTURE = {
    "host": "an invented host 1.0",
    "version": "1.0",
    "date": "2026-11-24",
    "how": "GET /metadata",
    "redacted": "nothing",
    "body": {},
}


def test_no_lock_file_records_addresses() -> None:
    assert locks_with_addresses(ROOT) == []


def test_a_lock_file_with_addresses_is_caught(tmp_path: Path) -> None:
    plant(tmp_path, "uv.lock", "")
    plant(tmp_path, "tests/judges/package-lock.json", '{"a": {"resolved": "somewhere"}}')
    plant(tmp_path, "tests/peers/package-lock.json", '{"a": {"integrity": "sha512-"}}')
    assert locks_with_addresses(tmp_path) == ["tests/judges/package-lock.json", "uv.lock"]


def test_no_file_names_a_path_of_one_machine() -> None:
    assert home_paths(ROOT) == []


@pytest.mark.parametrize("home", ["root", "work", "home/somebody", "Users/Somebody"])
def test_a_path_of_one_machine_is_caught(tmp_path: Path, home: str) -> None:
    plant(
        tmp_path,
        "docs/a.md",
        f"fine: ~/x $HOME/play/x https://host/play/ /home/ a/root/b\nsee /{home}/x\n",
    )
    assert home_paths(tmp_path) == [f"docs/a.md:2: /{home}/"]


def test_without_git_by_products_are_left_out(tmp_path: Path) -> None:
    for name in ("a.txt", "deep/b.txt", ".venv/c.txt", "tests/node_modules/d/e.txt"):
        plant(tmp_path, name, "")
    assert files(tmp_path) == ("a.txt", "deep/b.txt")


def test_every_capture_says_what_it_is() -> None:
    assert unexplained_captures(ROOT) == []


def test_a_capture_that_keeps_silent_is_caught(tmp_path: Path) -> None:
    where = "tests/contract/captures"
    plant(tmp_path, f"{where}/good.json", json.dumps(CAPTURE))
    silent = {key: value for key, value in CAPTURE.items() if key != "how"}
    plant(tmp_path, f"{where}/bad.json", json.dumps({**silent, "redacted": " ", "date": "May"}))
    plant(tmp_path, f"{where}/deep/raw.xml", "<html/>")
    plant(tmp_path, "tests/contract/captures.json", "[]")
    assert captures(tmp_path) == (
        f"{where}/bad.json",
        f"{where}/deep/raw.xml",
        f"{where}/good.json",
    )
    assert unexplained_captures(tmp_path) == [
        f"{where}/bad.json: has no ISO date",
        f"{where}/bad.json: does not say how",
        f"{where}/bad.json: does not say redacted",
        f"{where}/deep/raw.xml: is no JSON object",
    ]
