"""Installs the judges outside the tracked tree: `python -m tests.judges.install`.

Needs npm, Maven, a JDK >= 17 and uv; does nothing when the same judges are there already.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.judges.home import HERE, STAMP, JudgesMissingError, fingerprint, home, installed

_NPM = ("npm", "ci", "--no-audit", "--no-fund", "--loglevel=error")
_MAVEN = ("mvn", "-q", "-B", "-f", str(HERE / "pom.xml"), "dependency:copy-dependencies")


def main() -> int:
    """Install what is not there; exit 2 when a tool is missing, 1 when one fails."""
    try:
        installed()
    except JudgesMissingError:
        return _install(home())
    return 0


def _install(target: Path) -> int:
    uv = os.environ.get("UV", "uv")  # `uv run` names itself there
    for tool in ("npm", "mvn", "javac", uv):
        if shutil.which(tool) is None:
            sys.stderr.write(f"the judges need {tool}, which is not on the PATH\n")
            return 2
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, target)
    lib, classes, sekmet = target / "lib", target / "classes", str(target / "sekmet")
    steps = (
        ("npm judges and the Medplum host", [*_NPM], target),
        ("HL7 validator", [*_MAVEN, f"-DoutputDirectory={lib}"], HERE),
        (
            "our programs for it",
            ["javac", "-cp", f"{lib}/*", "-d", str(classes), "Hl7Judge.java", "R4Elements.java"],
            HERE,
        ),
        ("an environment for sekmet", [uv, "venv", "-q", "-p", sys.executable, sekmet], HERE),
        ("sekmet", [uv, "pip", "install", "-q", "-p", sekmet, "-r", "sekmet.txt"], HERE),
    )
    for what, command, where in steps:
        sys.stderr.write(f"installing {what} ...\n")
        if subprocess.run(command, cwd=where, check=False).returncode:  # noqa: S603 - fixed commands
            sys.stderr.write(f"installing {what} failed\n")
            return 1
    (target / STAMP).write_text(fingerprint(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
