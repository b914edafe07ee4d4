"""Weeks that were corrected after they were signed; told whatever the pack, as no board says it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from witnessmark.rules.experience import Experience
from witnessmark.rules.findings import Finding, Severity
from witnessmark.rules.telling import hours
from witnessmark.rules.windows import Period

SIGNATURES = "signatures"
"""Stands where a finding names its rule: what was signed counts until everybody signs anew."""


def corrections_pending(case: Experience) -> Iterator[Finding]:
    """Return a finding for every week of which what was signed still counts."""
    for one in case.pending:
        signed, corrected = hours(one.signed_minutes), hours(one.corrected_minutes)
        yield Finding(
            code="correction_pending",
            severity=Severity.WARNS,
            rule=SIGNATURES,
            citation="no section of the board's: what is signed is not altered",
            doubt=None,
            period=Period(one.week_start, one.week_start + timedelta(days=6)),
            setting=one.setting,
            minutes=0,
            happened=(
                f"The week was corrected after it was signed: {signed} as signed count, and not"
                f" yet the {corrected} it was corrected to."
            ),
            cure="Submit the corrected week, and let everybody who signed it sign it again.",
        )
