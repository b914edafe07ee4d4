"""Which packs somebody asks for, and whether they may run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.rules.builders import candidacy, lived, pack_of
from witnessmark.application.rule_packs import (
    all_chosen,
    chosen,
    packs_for,
    refuse_unread,
    shipped,
    unread_numbers,
)
from witnessmark.errors import DeclarationError, DomainError
from witnessmark.rules.versions import Chosen

DOUBTED = """
- {id: total, rule: total_at_least, title: All, minutes: 9 h,
   doubts: {minutes: {why: unread, says: From memory.}, hours: {why: unread, says: So too.}}}
- {id: span, rule: span_at_least, title: Weeks, weeks: 9,
   doubts: {weeks: {why: disputed, says: Some say ten.}}}
"""


def test_a_pack_is_asked_for_by_name_and_by_version() -> None:
    by_name, by_version = chosen("bacb-trainee"), chosen("bacb-trainee@2027")
    assert (by_name.name, by_name.version) == ("bacb-trainee", None)
    assert (by_version.name, by_version.version) == ("bacb-trainee@2027", "2027")
    assert by_name.pack.pack == by_version.pack.pack == "bacb-trainee"


def test_a_pack_is_asked_for_by_file(tmp_path: Path) -> None:
    file = tmp_path / "of@mine.YAML"
    file.write_bytes(shipped()["bacb-trainee"].read_bytes())
    assert chosen(str(file)).name == "bacb-trainee"
    assert chosen(f"{file}@2022").version == "2022"


@pytest.mark.parametrize(
    ("spec", "code"),
    [
        ("us-xx-none", "unknown_pack"),
        ("bacb-trainee@1999", "unknown_version"),
        ("", "unknown_pack"),
    ],
)
def test_what_there_is_not_is_refused_and_says_what_there_is(spec: str, code: str) -> None:
    with pytest.raises(DomainError) as caught:
        chosen(spec)
    assert caught.value.code == code
    assert ("2027" if code == "unknown_version" else "us-ca-amft") in caught.value.mend


def test_a_file_that_holds_no_pack_tells_its_problems(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("pack: mine\n", encoding="utf-8")
    with pytest.raises(DeclarationError):
        chosen(str(file))


def test_several_are_named_with_commas_or_one_by_one_and_each_is_read_once() -> None:
    names = [one.name for one in all_chosen(["bacb-rbt, bacb-trainee@2022", "bacb-rbt", ","])]
    assert names == ["bacb-rbt", "bacb-trainee@2022"]


def test_where_none_is_named_the_packs_they_go_for_are_taken_then_the_clinics() -> None:
    case = lived(candidacies=[candidacy("bacb-trainee"), candidacy("bacb-rbt")])
    assert [one.name for one in packs_for("", [case, lived()])] == ["bacb-rbt", "bacb-trainee"]
    assert [one.name for one in packs_for("us-ca-asw", [case])] == ["us-ca-asw"]
    assert [one.name for one in packs_for("", [lived()], otherwise="us-ca-asw")] == ["us-ca-asw"]
    with pytest.raises(DomainError) as caught:
        packs_for("", [lived()])
    assert caught.value.code == "which_pack"


def test_a_pack_with_unread_numbers_runs_only_where_asked_and_names_them() -> None:
    doubted = Chosen(pack_of(DOUBTED))
    assert list(unread_numbers(doubted.pack)) == ["total (hours, minutes)"]
    refuse_unread([doubted], asked=True)
    with pytest.raises(DomainError) as caught:
        refuse_unread([Chosen(pack_of("[]")), doubted], asked=False)
    assert caught.value.code == "pack_unread"
    assert "test-pack" in caught.value.message
    assert "total (hours, minutes)." in caught.value.message
    assert "--unreviewed" in caught.value.mend


def test_a_disputed_number_is_not_an_unread_one() -> None:
    only_disputed = DOUBTED[DOUBTED.index("- {id: span") :]
    refuse_unread([Chosen(pack_of(only_disputed))], asked=False)
