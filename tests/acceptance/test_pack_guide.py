"""docs/rule-packs.md holds: followed from an empty file, its commands say what it shows."""

import re
from pathlib import Path
from typing import get_args

from tests.support.pack_guide import GUIDE, followed
from tests.unit.docs.tables import section, tables, words
from witnessmark.rules.checking import MENDS
from witnessmark.rules.findings import Bucket, Severity
from witnessmark.rules.kinds import AnyRule
from witnessmark.rules.rule import Doubting, OnShortfall, Rule


def test_following_the_page_says_what_the_page_shows(tmp_path: Path) -> None:
    page = GUIDE.read_text(encoding="utf-8")
    assert followed(page, tmp_path) == page, "python -m tests.support.pack_guide writes it anew"


def test_the_page_s_pack_counts_what_the_page_counts_by_hand() -> None:
    """61 h logged: 3 h (by the next version 8 h) wait for supervision, 3 h are beyond the week."""
    rows = [line.split() for line in GUIDE.read_text(encoding="utf-8").splitlines()]
    assert ["2026-03", "61", "h", "55", "h", "3", "h", "3", "h", "-"] in rows
    assert ["counts", "55", "h", "50", "h"] in rows
    assert ["does", "not", "count", "yet", "3", "h", "8", "h"] in rows


def test_the_page_tells_every_kind_word_and_problem_there_is() -> None:
    page = "rule-packs.md"
    assert words(section(page, "The four buckets")) == ["credited", *Bucket]
    assert words(section(page, "What a rule does")) == list(Severity)
    assert words(section(page, "What a rule does"), table=1) == list(OnShortfall)
    assert words(section(page, "Doubts")) == list(Doubting)
    assert words(section(page, "Problems")) == list(MENDS)


def test_the_page_tells_which_kind_says_what() -> None:
    union: tuple[type[Rule], ...] = get_args(get_args(AnyRule)[0])
    kinds = [get_args(kind.model_fields["rule"].annotation)[0] for kind in union]
    rows = tables(section("rule-packs.md", "Which kind says what"))[0]
    told = {word for row in rows for word in re.findall(r"\w+", row[2])}
    assert set(kinds) <= told
