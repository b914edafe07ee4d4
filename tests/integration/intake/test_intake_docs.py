"""docs/case-file.md and docs/import.md say what the code does."""

import re
from pathlib import Path

from pydantic import BaseModel
from tests.integration.intake.conftest import Intake

from witnessmark.surfaces.intake.case_file import CaseFile
from witnessmark.surfaces.intake.csv_columns import Layout
from witnessmark.surfaces.intake.csv_hours import HOURS
from witnessmark.surfaces.intake.csv_sessions import SESSIONS
from witnessmark.surfaces.intake.csv_values import ACTIVITIES, MEDIA, STATUSES

DOCS = Path(__file__).parents[3] / "docs"
CASE_FILE = (DOCS / "case-file.md").read_text(encoding="utf-8")
IMPORT = (DOCS / "import.md").read_text(encoding="utf-8")


def keys_of(model: type[BaseModel]) -> set[str]:
    """Every key of a model and of what it holds."""
    definitions = model.model_json_schema()["$defs"].values()
    nested = {key for one in definitions for key in one.get("properties", {})}
    return nested | set(model.model_fields)


def words_of(model: type[BaseModel]) -> set[str]:
    definitions = model.model_json_schema()["$defs"].values()
    weekdays = {"tuesday", "wednesday", "thursday", "friday", "saturday"}
    return {word for one in definitions for word in one.get("enum", ())} - weekdays


def test_every_key_and_word_of_the_case_file_is_explained() -> None:
    prose = re.sub(r"```.*?```", "", CASE_FILE, flags=re.DOTALL)
    explained = set(re.findall(r"`([^`]+)`", prose))
    assert keys_of(CaseFile) - explained == set()
    assert words_of(CaseFile) - explained == set()


def test_the_example_of_the_case_file_is_imported(intake: Intake) -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", CASE_FILE, re.DOTALL)
    path = intake.folder / "example.case.yaml"
    path.write_text(example, encoding="utf-8")
    intake.clinic = type(intake.clinic)("example-quay")
    assert len(intake.take_case(path).lines) == 7


def rows(layout: Layout) -> list[str]:
    return [f"| `{name}` | {', '.join(heads)} |" for name, heads in layout.headings.items()]


def test_every_heading_and_word_a_sheet_may_hold_is_listed() -> None:
    listed = IMPORT.splitlines()
    assert [row for row in (*rows(HOURS), *rows(SESSIONS)) if row not in listed] == []
    for words in (ACTIVITIES, MEDIA, STATUSES):
        for value in set(words.values()):
            known = ", ".join(word for word, meant in words.items() if meant is value)
            assert f"| {value.value} | {known} |" in listed
