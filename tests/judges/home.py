"""Where the installed judges are, and what a test does without them."""

import hashlib
import os
from pathlib import Path
from typing import NoReturn

import pytest

HERE = Path(__file__).parent
SOURCES = (
    "package.json",
    "package-lock.json",
    "pom.xml",
    "Hl7Judge.java",
    "R4Elements.java",
    "sekmet.txt",
)
STAMP = "installed"


class JudgesMissingError(Exception):
    """The judges are not installed, or others than the tree asks for."""


def home() -> Path:
    """Give the judges' directory: WITNESSMARK_JUDGES, else `.ci/cache/judges` in the checkout."""
    given = os.environ.get("WITNESSMARK_JUDGES")
    return Path(given).resolve() if given else HERE.parents[1] / ".ci" / "cache" / "judges"


def fingerprint() -> str:
    """Name what an install is made from, so that an outdated one is noticed."""
    return hashlib.sha256(b"\0".join((HERE / name).read_bytes() for name in SOURCES)).hexdigest()


def installed() -> Path:
    """Give the directory of a current install; raise JudgesMissingError otherwise."""
    stamp = home() / STAMP
    if not stamp.is_file() or stamp.read_text("utf-8") != fingerprint():
        message = "the judges are not installed: python -m tests.judges.install"
        raise JudgesMissingError(message)
    return home()


def judges_or_skip() -> Path:
    """Give the install, for a test; without one skip, but fail where CI=true."""
    try:
        return installed()
    except JudgesMissingError as missing:
        _give_up(str(missing))


def _give_up(reason: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def node(directory: Path) -> Path:
    """Give the pinned Node of an install."""
    return directory / "node_modules" / ".bin" / "node"


def sekmet_python(directory: Path) -> Path:
    """Give the Python of sekmet's own environment in an install."""
    return directory / "sekmet" / "bin" / "python"
