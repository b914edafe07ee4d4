"""Declared files are read strictly: every problem at once, each with its path and line."""

from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict

from witnessmark.declared import load, loads
from witnessmark.errors import DeclarationError, Problem

KEYS = ["clinic", "rooms", "open", "note"]


class Room(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    name: str
    seats: int


class Clinic(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    clinic: str
    rooms: list[Room]
    open: bool = True
    note: str | None = None


def problems(text: str) -> list[tuple[str, str, int | None]]:
    with pytest.raises(DeclarationError) as refusal:
        loads(dedent(text), Clinic)
    return [(problem.code, problem.path, problem.line) for problem in refusal.value.problems]


def test_all_mistakes_are_told_at_once_with_path_and_line() -> None:
    assert problems(
        """\
        clinic: 7
        romms: []
        rooms:
          - name: Blue
            seats: "4"
          - seats: 3
        open: yes
        """
    ) == [
        ("string_type", "clinic", 1),
        ("int_type", "rooms[0].seats", 5),
        ("missing", "rooms[1].name", 6),
        ("bool_type", "open", 7),
        ("extra_forbidden", "romms", 2),
    ]


def test_every_key_that_stands_twice_is_told() -> None:
    assert problems(
        """\
        clinic: A
        clinic: B
        rooms:
          - name: Blue
            seats: 4
            seats: 5
        """
    ) == [("key_twice", "clinic", 2), ("key_twice", "rooms[0].seats", 6)]


def test_an_alias_is_refused_where_it_stands() -> None:
    assert problems("clinic: &here A\nnote: *here\nrooms: []\n") == [("not_yaml", "", 2)]


def test_tags_and_bottomless_nesting_are_problems_like_any_other() -> None:
    assert problems("clinic: !!int A\nrooms: !!python/object:os.x 1\n") == [
        ("bad_tag", "clinic", 1),
        ("bad_tag", "rooms", 2),
    ]
    assert problems("[" * 3000) == [("too_deep", "", None)]


def test_words_dates_and_octals_stay_the_text_they_are() -> None:
    for word in ("on", "No", "2026-03-08", "012", "1_000", "12:30:00", "1.50", ".inf", "0x1f"):
        assert loads(f"clinic: {word}\nrooms: []\n", Clinic).value.clinic == word


def test_json_is_read_as_well() -> None:
    declared = loads('{"clinic": "A", "rooms": [{"name": "Blue", "seats": 4}]}', Clinic)
    assert declared.value == Clinic(clinic="A", rooms=[Room(name="Blue", seats=4)])


def test_a_later_check_names_the_nearest_line_known() -> None:
    declared = loads("clinic: A\nrooms:\n  - name: Blue\n    seats: 4\n", Clinic, file="c.yaml")
    problem = declared.problem("small", ("rooms", 0, "doors"), message="No door.", mend="Add one.")
    assert str(problem) == "c.yaml:3: rooms[0].doors: No door. (Add one.) [small]"


def test_a_file_that_is_no_utf8_text_is_one_clear_problem(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    path.write_bytes(b"clinic: Caf\xe9\n")
    with pytest.raises(DeclarationError) as refusal:
        load(path, Clinic)
    assert refusal.value.problems == (
        Problem("not_utf8", "", "The file is not UTF-8 text.", "Save it as UTF-8.", str(path)),
    )
    path.write_text("clinic: Caf\u00e9\nrooms: []\n", encoding="utf-8")
    assert load(path, Clinic).value.clinic == "Caf\u00e9"


@given(st.lists(st.sampled_from(KEYS) | st.from_regex("[a-z]{1,6}", fullmatch=True), max_size=8))
def test_no_key_is_ever_lost_unknown_or_doubled_in_silence(keys: list[str]) -> None:
    text = "clinic: A\nrooms: []\n" + "".join(f"{key}: null\n" for key in keys)
    everything = ["clinic", "rooms", *keys]
    doubled = {key for key in everything if everything.count(key) > 1}
    unknown = set(keys) - set(KEYS)
    try:
        loads(text, Clinic)
    except DeclarationError as refusal:
        told = {problem.path for problem in refusal.problems}
        wrong = {"open"} if "open" in keys else set()  # null is no boolean
        assert told == (doubled or unknown | wrong)
    else:
        assert not doubled
        assert not unknown
        assert "open" not in keys
