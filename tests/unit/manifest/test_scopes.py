"""Scopes: what is declared and granted decides what is allowed, with a reason for the rest."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.manifest.example import CHART, declared
from witnessmark.application.scopes import scoped
from witnessmark.domain.capabilities import Capability
from witnessmark.manifest.scopes import missing

ALL = frozenset({"system/Staff.rus", "system/Form.crus"})


@pytest.mark.parametrize(
    ("needed", "have", "covered"),
    [
        ("system/Form.rs", {"system/Form.crus"}, True),
        ("system/Form.crus", {"system/Form.rs"}, False),
        ("system/Form.crus", {"system/Form.rs", "system/Form.cu"}, True),
        ("system/Form.rs", {"system/Form.read"}, True),
        ("system/Form.crus", {"system/Form.read", "system/Form.write"}, True),
        ("system/Form.crus", {"system/Form.read"}, False),
        ("system/Form.crus", {"system/Form.*"}, True),
        ("system/Form.crus", {"system/*.*"}, True),
        ("system/Form.rs", {"system/*.rs"}, True),
        ("system/Form.rs", {"user/Form.rs"}, False),
        ("system/Form.rs", {"system/Staff.rs"}, False),
        ("system/Form.rs", {"system/Form.rs?status=done"}, False),
        ("system/Form.rs", {"openid", "launch"}, False),
        ("openid", {"openid"}, True),
        ("openid", {"launch"}, False),
    ],
)
def test_a_scope_is_covered_by_the_letters_of_its_own_context_and_type(
    needed: str, have: set[str], *, covered: bool
) -> None:
    assert missing({needed}, have) == (() if covered else (needed,))


def test_everything_is_allowed_when_all_is_declared_and_granted() -> None:
    assert set(scoped(declared().value, CHART, ALL).values()) == {None}


def test_a_host_that_names_no_granted_scopes_leaves_it_to_the_manifest() -> None:
    assert set(scoped(declared().value, CHART, None).values()) == {None}


def test_a_scope_that_the_manifest_lacks_is_said_before_any_grant() -> None:
    manifest = declared(("system/Staff.rus", "system/Staff.rs")).value
    allowed = scoped(manifest, CHART, ALL)
    assert allowed[Capability.READ_STAFF] is None
    assert allowed[Capability.WRITE_CREDENTIALS] == "the manifest lacks the scope system/Staff.rus"


def test_a_grant_narrower_than_asked_says_what_was_not_granted() -> None:
    allowed = scoped(declared().value, CHART, frozenset({"system/Staff.read", "system/Form.read"}))
    assert allowed[Capability.READ_STAFF] is None
    assert allowed[Capability.HOLD_FORMS] == "the EHR did not grant the scope system/Form.crus"


def test_a_host_that_the_manifest_does_not_name_is_allowed_nothing() -> None:
    allowed = scoped(declared().value, replace(CHART, name="other"), ALL)
    assert set(allowed.values()) == {"the manifest does not name the host other"}


_GRANTS = st.frozensets(
    st.sampled_from(["system/Staff.rs", "system/Staff.u", "system/Form.write", "system/Form.rs"])
)


@given(_GRANTS, _GRANTS)
def test_a_smaller_grant_never_allows_more(granted: frozenset[str], more: frozenset[str]) -> None:
    manifest = declared().value
    narrow, wide = scoped(manifest, CHART, granted), scoped(manifest, CHART, granted | more)
    assert all(wide[word] is None for word in Capability if narrow[word] is None)
