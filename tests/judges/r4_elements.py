"""Writes the element table of our own R4 layer anew: `python -m tests.judges.r4_elements`."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Final

from tests.judges.home import HERE, installed

TABLE: Final = (
    HERE.parents[1] / "adapters/witnessmark_adapters/fhir_r4/mapping" / "r4_elements.json"
)


def resource_types() -> list[str]:
    """List the resource types the table has now; add one to the command's arguments to widen it."""
    table = json.loads(TABLE.read_text("utf-8"))
    return [path for path in table if f"{path}.contained" in table]


def fresh(home: Path, types: list[str]) -> str:
    """Read the table from HL7's 4.0.1 definitions."""
    command = ["java", "-cp", f"{home}/lib/*:{home}/classes", "R4Elements", *types]
    run = subprocess.run(command, check=True, capture_output=True, encoding="utf-8")  # noqa: S603 - ours
    return run.stdout


if __name__ == "__main__":
    TABLE.write_text(fresh(installed(), [*resource_types(), *sys.argv[1:]]), "utf-8")
