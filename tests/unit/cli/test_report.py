"""Which exit code a sync ends with: 0 only where nobody has to look."""

from __future__ import annotations

import pytest

from witnessmark.cli.exits import Exit
from witnessmark.cli.report import KindResult, NotThere, SyncResult, exit_after


@pytest.mark.parametrize(
    ("state", "reason", "code"),
    [
        ("kept_here", "the manifest gives the EHR the authority over it", Exit.OK),
        ("waiting", "nobody is matched", Exit.FINDINGS),
        ("conflict", "it differs", Exit.FINDINGS),
        ("quarantined", "given up", Exit.FINDINGS),
        ("open", "", Exit.FINDINGS),
        ("open", "the EHR is away", Exit.UNREACHABLE),
    ],
)
def test_only_what_is_there_or_kept_here_by_choice_ends_well(
    state: str, reason: str, code: Exit
) -> None:
    kind = KindResult("session", 1, 2, (NotThere(state, reason, 3),))
    result = SyncResult("ehr", (kind,), 1, 1, 0, 0, 0)
    assert exit_after(result) is code


def test_everything_there_ends_well() -> None:
    result = SyncResult("ehr", (KindResult("session", 1, 2, ()),), 1, 1, 0, 0, 0)
    assert exit_after(result) is Exit.OK


@pytest.mark.parametrize(
    ("troubles", "code"),
    [
        (["away"], Exit.UNREACHABLE),
        (["unknown"], Exit.UNKNOWN_OUTCOME),
        (["refused"], Exit.REFUSED),
        (["unreadable"], Exit.REFUSED),
        (["doubted"], Exit.UNREACHABLE),
        (["away", "unknown"], Exit.UNKNOWN_OUTCOME),
        (["unknown", "refused"], Exit.REFUSED),
    ],
)
def test_what_is_owed_still_ends_with_the_gravest_reason_why(
    troubles: list[str], code: Exit
) -> None:
    owed = tuple(NotThere("open", "because", 1, trouble) for trouble in troubles)
    result = SyncResult("ehr", (KindResult("session", 1, 2, owed),), 1, 1, 0, 0, 0)
    assert exit_after(result) is code
