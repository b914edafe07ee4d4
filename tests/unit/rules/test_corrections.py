"""A week that was corrected after it was signed is told of, and takes no hours away by itself."""

from datetime import date

from tests.unit.rules.builders import HARBOR, judge, lived, pack_of
from witnessmark.rules.experience import PendingCorrection
from witnessmark.rules.findings import Severity
from witnessmark.rules.windows import Period


def test_a_pending_correction_says_what_counts_until_all_have_signed_again() -> None:
    waits = PendingCorrection(HARBOR, date(2026, 2, 2), 720, 660)
    (finding,) = judge(lived(pending=[waits]), pack_of("")).findings
    assert (finding.code, finding.severity, finding.minutes) == (
        "correction_pending",
        Severity.WARNS,
        0,
    )
    assert finding.period == Period(date(2026, 2, 2), date(2026, 2, 8))
    assert finding.setting == HARBOR
    assert finding.happened == (
        "The week was corrected after it was signed: 12 h as signed count, and not yet the 11 h it"
        " was corrected to."
    )
    assert finding.cure.startswith("Submit the corrected week")
