"""Forms of a board: signed by the right people, in the right way, in time."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.unit.rules.builders import (
    ALMA,
    BEA,
    COVE,
    HARBOR,
    ME,
    ON,
    agreement,
    buckets,
    form,
    found,
    judge,
    lived,
    met,
    pack_of,
    the,
    work,
)
from witnessmark.domain.agreements import Agreement
from witnessmark.domain.forms import Form, SignatureKind
from witnessmark.domain.sessions import Medium
from witnessmark.rules.findings import Evaluation

INK, ELECTRONIC, TYPED = SignatureKind.INK, SignatureKind.ELECTRONIC, SignatureKind.TYPED
COUNTS, HELD, VOID = (60, 0, 0, 0), (0, 60, 0, 0), (0, 0, 0, 60)
_RULE = "id: signed, rule: signed_within, form: the-form"
_MONTH = f"{_RULE}, each: window, window: month, anchor: window-end, by_end_of_next_month: true"
MONTHLY = pack_of(
    f"[{{{_MONTH}, signed_by: [supervisor, supervisee], signature: [ink, electronic]}}]",
    header="forms: {the-form: {title: Monthly Form}}",
)
MONTHLY_PLAIN = pack_of(f"[{{{_MONTH}}}]")
MONTHLY_BY_SETTING = pack_of(f"[{{{_MONTH}, scope: setting}}]")
_AGREED = f"{_RULE}, each: agreement, anchor: agreement-start"
START = pack_of(f"[{{{_AGREED}, within_days: 60}}]")
OVERSIGHT = pack_of(f"[{{{_AGREED}, only_if: supervisor-not-employed}}]")
END = pack_of(f"[{{{_RULE}, each: agreement, anchor: agreement-end, within_days: 30}}]")
VIDEO = pack_of(f"[{{{_RULE}, each: agreement, anchor: first-video, within_days: 60}}]")
IF_VIDEO = pack_of(f"[{{{_AGREED}, within_days: 60, only_if: video-used}}]")
SUPERVISOR = pack_of(f"[{{{_RULE}, each: supervisor, anchor: supervision-start, within_days: 60}}]")
PERSON = pack_of(f"[{{{_RULE}, each: person, anchor: supervision-start, signed_by: supervisee}}]")
PERSON_END = pack_of(
    f"[{{{_RULE}, each: person, anchor: agreement-end, signed_by: supervisee, within_days: 30}}]"
)


def june(*signed: tuple[str, str] | tuple[str, str, SignatureKind]) -> Form:
    """Return a form for June."""
    return form("the-form", *signed, first_day="2026-06-01", last_day="2026-06-30")


def judged_june(*forms: Form, on: str = ON) -> Evaluation:
    """Judge an hour of 10 June."""
    return judge(lived([work("2026-06-10")], forms=forms), MONTHLY, on)


@pytest.mark.parametrize(
    ("signed", "expected", "codes"),
    [("2026-07-31", COUNTS, []), ("2026-08-01", VOID, ["form_late"])],
)
def test_a_form_for_june_is_signed_by_the_last_day_of_july(
    signed: str, expected: tuple[int, ...], codes: Sequence[str]
) -> None:
    judged = judged_june(june((ALMA, signed), (ME, "2026-07-01")))

    assert buckets(judged) == expected
    assert found(judged) == codes


@pytest.mark.parametrize(
    ("signed", "again", "codes"),
    [
        ("2026-06-10", "2026-06-10", []),
        ("2026-06-09", "2026-06-09", ["form_early"]),
        ("2026-06-09", "2026-07-01", []),  # signed once more
        ("2026-06-09", "2026-08-01", ["form_early"]),
    ],
)
def test_a_form_signed_before_the_last_of_its_hours_is_told_and_takes_nothing(
    signed: str, again: str, codes: Sequence[str]
) -> None:
    judged = judged_june(june((ALMA, signed), (ALMA, again), (ME, "2026-07-01")))

    assert buckets(judged) == COUNTS
    assert found(judged) == codes
    if codes:
        assert "was signed on 2026-06-09, before the last of its hours on 2026-06-10." in (
            the(judged, "form_early").happened
        )


def test_a_form_signed_between_two_of_its_hours_is_told_with_the_day_of_the_last() -> None:
    case = lived([work("2026-06-10"), work("2026-06-20")], forms=[june((ALMA, "2026-06-15"))])

    told = the(judge(case, MONTHLY_PLAIN), "form_early").happened

    assert "was signed on 2026-06-15, before the last of its hours on 2026-06-20." in told


@pytest.mark.parametrize(
    ("day", "signed", "expected"),
    [
        ("2025-12-10", "2026-01-31", COUNTS),
        ("2025-12-10", "2026-02-01", VOID),
        ("2026-01-10", "2026-02-28", COUNTS),
        ("2026-01-10", "2026-03-01", VOID),
    ],
)
def test_the_next_month_may_be_shorter_or_of_the_next_year(
    day: str, signed: str, expected: tuple[int, ...]
) -> None:
    written = form("the-form", (ALMA, signed), first_day=day, last_day=day)

    assert buckets(judge(lived([work(day)], forms=[written]), MONTHLY_PLAIN)) == expected


@pytest.mark.parametrize(
    ("on", "expected", "codes"),
    [
        ("2026-06-29", COUNTS, []),  # the month still runs
        ("2026-06-30", COUNTS, ["form_due"]),
        ("2026-07-31", COUNTS, ["form_due"]),
        ("2026-08-01", HELD, ["form_missing"]),
    ],
)
def test_without_a_form_hours_count_until_its_last_day_and_are_held_after_it(
    on: str, expected: tuple[int, ...], codes: Sequence[str]
) -> None:
    judged = judged_june(on=on)

    assert buckets(judged) == expected
    assert found(judged) == codes


def test_a_form_that_is_due_says_by_when_and_whose_signatures_it_needs() -> None:
    told = the(judged_june(on="2026-07-01"), "form_due")

    assert (str(told.by_when), told.minutes) == ("2026-07-31", 0)
    assert told.happened == (
        "The form Monthly Form for 2026-06-01 to 2026-06-30 is due by 2026-07-31; the hours count"
        " until then."
    )
    assert told.cure == (
        "Have it signed by the supervisor and the supervisee (ink or electronic signature), and"
        " record the day."
    )


def test_a_missing_form_names_the_month_and_the_day_it_was_due() -> None:
    told = the(judged_june(), "form_missing")

    assert told.minutes == 60
    assert told.happened == (
        "The form Monthly Form for 2026-06-01 to 2026-06-30, signed by the supervisor and the"
        " supervisee (ink or electronic signature) by 2026-07-31, is not on record."
        " Does not count yet: 1 h."
    )


JULY = "2026-07-10"


@pytest.mark.parametrize(
    ("signed", "expected", "codes"),
    [
        ([(ALMA, JULY, ELECTRONIC), (ME, JULY, INK)], COUNTS, []),
        ([(ALMA, JULY, TYPED), (ME, JULY)], VOID, ["form_signature"]),
        ([(BEA, JULY), (ME, JULY)], VOID, ["form_signature"]),
        ([(ME, JULY)], HELD, ["form_missing"]),
        ([(ALMA, JULY)], HELD, ["form_missing"]),
        ([], HELD, ["form_missing"]),
        ([(ALMA, JULY, TYPED), (ALMA, "2026-07-31"), (ME, JULY)], COUNTS, []),
        ([(ALMA, JULY, TYPED), (ALMA, "2026-08-01"), (ME, JULY)], VOID, ["form_late"]),
        ([(ALMA, "2026-08-01"), (ALMA, JULY), (ME, JULY)], COUNTS, []),
        ([(ALMA, JULY), (ME, "2026-08-01")], VOID, ["form_late"]),
    ],
)
def test_each_signer_signs_in_a_way_the_board_takes(
    signed: Sequence[tuple[str, str]], expected: tuple[int, ...], codes: Sequence[str]
) -> None:
    judged = judged_june(june(*signed))

    assert buckets(judged) == expected
    assert found(judged) == codes


def test_a_supervisee_does_not_sign_for_the_supervisor() -> None:
    judged = judge(lived([work("2026-06-10")], forms=[june((ME, JULY))]), MONTHLY_PLAIN)

    assert buckets(judged) == VOID
    assert the(judged, "form_signature").cure == (
        "It needs those of the supervisor; record one that has them, signed in time."
    )


def test_a_typed_name_is_taken_where_the_rule_names_no_kinds() -> None:
    case = lived([work("2026-06-10")], forms=[june((ALMA, JULY, TYPED))])

    assert buckets(judge(case, MONTHLY_PLAIN)) == COUNTS


@pytest.mark.parametrize("wrong", [[(ALMA, JULY, TYPED)], [(BEA, JULY)], [(ME, "2026-07-31")]])
def test_wrong_signatures_can_be_made_good_until_the_last_day(
    wrong: Sequence[tuple[str, str]],
) -> None:
    assert found(judged_june(june(*wrong), on="2026-07-31")) == ["form_due"]


def test_the_last_signature_is_the_day_a_late_form_was_signed() -> None:
    told = the(judged_june(june((ALMA, "2026-08-01"), (ME, "2026-08-03"))), "form_late")

    assert "was signed on 2026-08-03; it was due by 2026-07-31" in told.happened


def test_of_two_forms_the_better_one_decides_in_any_order() -> None:
    late, good = june((ALMA, "2026-08-01"), (ME, JULY)), june((ALMA, JULY), (ME, JULY))
    unsigned = june()

    assert found(judged_june(late, good)) == found(judged_june(good, late)) == []
    assert found(judged_june(late, unsigned)) == ["form_missing"]
    assert found(judged_june(unsigned, late)) == ["form_missing"]


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2026-05-01", "2026-05-31", HELD),
        ("2026-05-01", "2026-06-01", COUNTS),
        ("2026-06-30", "2026-06-30", COUNTS),
        ("2026-07-01", "2026-07-31", HELD),
    ],
)
def test_a_form_is_for_the_months_its_days_touch(
    first: str, last: str, expected: tuple[int, ...]
) -> None:
    written = form("the-form", (ALMA, JULY), (ME, JULY), first_day=first, last_day=last)

    assert buckets(judged_june(written)) == expected


def test_a_form_of_one_day_or_of_none() -> None:
    signed = ((ALMA, JULY), (ME, JULY))

    assert buckets(judged_june(form("the-form", *signed, first_day="2026-06-10"))) == COUNTS
    assert buckets(judged_june(form("the-form", *signed, last_day="2026-06-10"))) == COUNTS
    assert buckets(judged_june(form("the-form", *signed))) == HELD


def test_forms_of_another_name_person_or_supervisor_are_not_looked_at() -> None:
    days = {"first_day": "2026-06-01", "last_day": "2026-06-30"}
    signed = ((ALMA, JULY), (ME, JULY))
    others = [
        form("another-form", *signed, first_day=days["first_day"]),
        form("the-form", *signed, supervisee="sam", first_day=days["first_day"]),
        form("the-form", *signed, supervisor=BEA, first_day=days["first_day"]),
    ]

    assert found(judged_june(*others)) == ["form_missing"]


def test_months_of_each_setting_have_their_own_form_where_the_rule_says_so() -> None:
    entries = [work("2026-06-10"), work("2026-06-11", at=COVE, hours=2)]
    one = lived(entries, forms=[june((ALMA, JULY))])

    judged = judge(one, MONTHLY_BY_SETTING)

    assert buckets(judged) == (60, 120, 0, 0)
    assert the(judged, "form_missing").setting == COVE
    assert found(judge(one, MONTHLY)) == ["form_missing"]  # it lacks the supervisee's signature
    assert found(judge(one, MONTHLY_PLAIN)) == []


def test_a_form_without_a_setting_is_for_all_of_them() -> None:
    anywhere = form("the-form", (ALMA, JULY), first_day="2026-06-01", at=None)
    entries = [work("2026-06-10"), work("2026-06-11", at=COVE)]

    judged = judge(lived(entries, forms=[anywhere]), MONTHLY_BY_SETTING)

    assert found(judged) == []


@pytest.mark.parametrize(("signed", "expected"), [("2026-03-06", COUNTS), ("2026-03-07", VOID)])
def test_a_form_is_signed_within_sixty_days_of_the_agreement(
    signed: str, expected: tuple[int, ...]
) -> None:
    case = lived(
        [work("2026-02-02")],
        agreements=[agreement("2026-01-05")],
        forms=[form("the-form", (ALMA, signed))],
    )

    assert buckets(judge(case, START)) == expected


def test_one_supervisors_form_does_not_stand_for_anothers() -> None:
    case = lived(
        [work("2026-02-02"), work("2026-02-03", under=BEA, hours=2)],
        [met("2026-02-04", led_by=[ALMA, BEA])],
        agreements=[agreement("2026-01-05"), agreement("2026-01-05", supervisor=BEA)],
        forms=[form("the-form", (ALMA, "2026-01-05"))],
    )

    judged = judge(case, START)

    assert buckets(judged) == (120, 120, 0, 0)  # one of the two who led the session is enough


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2026-01-04", "2026-01-04", HELD),
        ("2026-01-04", "2026-01-05", COUNTS),
        ("2026-03-31", "2026-04-01", COUNTS),
        ("2026-04-01", "2026-04-01", HELD),
    ],
)
def test_a_form_that_names_its_days_is_for_the_agreement_of_these_days(
    first: str, last: str, expected: tuple[int, ...]
) -> None:
    case = lived(
        [work("2026-02-02")],
        agreements=[agreement("2026-01-05", ends="2026-03-31")],
        forms=[form("the-form", (ALMA, "2026-01-05"), first_day=first, last_day=last)],
    )

    assert buckets(judge(case, START)) == expected


@pytest.mark.parametrize(
    ("employed", "signed", "expected", "codes"),
    [
        (True, None, COUNTS, []),
        (False, "2026-01-05", COUNTS, []),
        (False, "2026-01-06", VOID, ["form_late"]),
        (False, None, HELD, ["form_missing"]),
        (None, None, COUNTS, ["employment_unknown"]),
    ],
)
def test_an_oversight_agreement_is_asked_for_where_the_supervisor_is_not_employed(
    *, employed: bool | None, signed: str | None, expected: tuple[int, ...], codes: Sequence[str]
) -> None:
    case = lived(
        [work("2026-02-02")],
        agreements=[agreement("2026-01-05", employed_there=employed)],
        forms=[form("the-form", (ALMA, signed))] if signed else [],
    )

    judged = judge(case, OVERSIGHT)

    assert buckets(judged) == expected
    assert found(judged) == codes


@pytest.mark.parametrize(
    ("ends", "on", "expected", "codes"),
    [
        (None, ON, COUNTS, []),
        ("2026-04-15", "2026-04-14", COUNTS, []),
        ("2026-04-15", "2026-04-15", COUNTS, ["form_due"]),
        ("2026-04-15", "2026-05-15", COUNTS, ["form_due"]),
        ("2026-04-15", "2026-05-16", HELD, ["form_missing"]),
    ],
)
def test_documentation_is_due_thirty_days_after_an_agreement_ends(
    ends: str | None, on: str, expected: tuple[int, ...], codes: Sequence[str]
) -> None:
    case = lived([work("2026-04-01")], agreements=[agreement("2026-01-05", ends=ends)])

    judged = judge(case, END, on)

    assert buckets(judged) == expected
    assert found(judged) == codes


@pytest.mark.parametrize(
    ("ends", "codes"), [((None, "2026-04-15"), []), (("2026-04-15", "2026-05-31"), ["form_due"])]
)
def test_what_follows_the_end_follows_the_last_agreement(
    ends: Sequence[str | None], codes: Sequence[str]
) -> None:
    agreements = [
        agreement(supervisor=leader, ends=end)
        for leader, end in zip((ALMA, BEA), ends, strict=True)
    ]
    case = lived([work("2026-04-01"), work("2026-04-01", under=BEA)], agreements=agreements)

    judged = judge(case, PERSON_END, "2026-06-30")

    assert found(judged) == codes
    assert [str(one.by_when) for one in judged.findings] == ["2026-06-30"] * len(codes)


def test_an_agreement_without_hours_asks_for_no_form() -> None:
    idle: list[Agreement] = [agreement(at=COVE, ends="2026-02-01"), agreement("2025-01-01")]

    assert found(judge(lived([work("2026-04-01")], agreements=idle), END)) == []


@pytest.mark.parametrize(
    ("signed", "expected"), [("2026-05-04", (120, 0, 0, 0)), ("2026-05-05", (0, 0, 0, 120))]
)
def test_suitability_for_video_is_documented_within_sixty_days_of_the_first_video(
    signed: str, expected: tuple[int, ...]
) -> None:
    sessions = [met("2026-03-05", medium=Medium.VIDEO), met("2026-02-02")]

    case = lived([], sessions, forms=[form("the-form", (ALMA, signed))])

    assert buckets(judge(case, VIDEO)) == expected


@pytest.mark.parametrize(
    ("medium", "codes"),
    [(Medium.VIDEO, ["form_missing"]), (Medium.PHONE, []), (Medium.IN_PERSON, [])],
)
def test_a_form_for_video_is_asked_only_where_supervision_was_by_video(
    medium: Medium, codes: Sequence[str]
) -> None:
    case = lived([work("2026-02-02", medium=Medium.VIDEO)], [met("2026-03-05", medium=medium)])

    assert found(judge(case, VIDEO)) == codes
    assert found(judge(case, IF_VIDEO)) == codes


@pytest.mark.parametrize(("signed", "expected"), [("2026-03-06", COUNTS), ("2026-03-07", VOID)])
def test_a_supervisors_own_form_counts_from_the_first_day_for_every_supervisee(
    signed: str, expected: tuple[int, ...]
) -> None:
    own = form("the-form", (ALMA, signed), supervisee=None, at=None)

    assert buckets(judge(lived([work("2026-01-05")], forms=[own]), SUPERVISOR)) == expected


def test_each_supervisor_has_an_own_first_day_and_form() -> None:
    entries = [work("2026-01-05"), work("2026-01-12", under=BEA, hours=2)]
    forms = [
        form("the-form", (ALMA, "2026-03-07"), supervisee=None),
        form("the-form", (BEA, "2026-03-07"), supervisee=None, supervisor=BEA),
    ]

    judged = judge(lived(entries, forms=forms), SUPERVISOR)

    assert buckets(judged) == (120, 0, 0, 60)


@pytest.mark.parametrize(
    ("signed", "expected"), [("2026-01-05", (120, 0, 0, 0)), ("2026-01-06", (0, 0, 0, 120))]
)
def test_one_form_of_the_supervisee_is_for_all_hours(
    signed: str, expected: tuple[int, ...]
) -> None:
    declared = form("the-form", (ME, signed), supervisor=None, at=None)
    entries = [work("2026-01-05"), work("2026-01-12", under=BEA)]

    judged = judge(lived(entries, forms=[declared]), PERSON)

    assert buckets(judged) == expected
    assert len(judged.findings) == (0 if expected[0] else 1)


def test_without_hours_no_form_is_asked_for() -> None:
    for pack in (MONTHLY, START, END, VIDEO, SUPERVISOR, PERSON):
        assert found(judge(lived(), pack)) == []


def test_a_finding_is_of_its_setting() -> None:
    case = lived([work("2026-02-02")], agreements=[agreement("2026-01-05")])

    assert the(judge(case, START), "form_missing").setting == HARBOR
