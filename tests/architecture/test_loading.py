"""What a command does not need, it does not load: heavy libraries wait inside their functions."""

import subprocess
import sys

import pytest

HEAVY = {"fhir", "alembic", "requests", "httpx2", "joserfc", "sqlalchemy", "starlette", "uvicorn"}

LOAD = """
import sys
sys.argv = ["witnessmark", "--help"]
try:
    {statement}
except SystemExit as end:
    assert not end.code, end.code
print(*sorted({heavy!r} & sys.modules.keys()))
"""


def loaded_by(statement: str) -> list[str]:
    """Return the heavy libraries a fresh Python holds after a statement."""
    done = subprocess.run(  # noqa: S603 - this Python, our own text
        [sys.executable, "-c", LOAD.format(statement=statement, heavy=HEAVY)],
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.splitlines()[-1].split()


@pytest.mark.parametrize(
    "statement",
    [
        "import witnessmark.domain.attesting, witnessmark.ports.store",
        "import witnessmark.application, witnessmark.manifest",
        "import witnessmark_adapters.fhir_r4",
        "from witnessmark.cli import main; main()",
    ],
    ids=["inner rooms", "use cases", "an adapter", "the help of the command"],
)
def test_nothing_heavy_is_loaded_before_it_is_used(statement: str) -> None:
    assert loaded_by(statement) == []


def test_building_the_plugin_loads_neither_migrations_nor_fhir_nor_signing() -> None:
    assert not {"alembic", "fhir", "joserfc"} & set(loaded_by("import witnessmark.bootstrap"))


def test_a_heavy_library_is_seen_when_it_is_loaded() -> None:
    assert loaded_by("import joserfc") == ["joserfc"]
