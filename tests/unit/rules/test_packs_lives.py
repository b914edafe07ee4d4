"""An ordinary quarter counts whole by each shipped pack; one missing fact is told, and no other.

All people are invented, and all numbers were worked by hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pytest

from tests.unit.rules.builders import (
    ALMA,
    BEA,
    COVE,
    ME,
    agreement,
    buckets,
    candidacy,
    course,
    form,
    found,
    judge,
    licence,
    lived,
    person,
    the,
    work,
)
from tests.unit.rules.quarters import (
    ASSOCIATE,
    BCBA,
    EIGHT,
    INTERN,
    LCSW,
    TEXAN,
    at,
    judged,
    meetings,
    monthly,
    shipped_pack,
)
from witnessmark.domain.forms import SignatureKind
from witnessmark.domain.people import Credential, LicenceStatus, SupervisorTraining
from witnessmark.domain.sessions import Medium

CALIFORNIA = ["us-ca-amft", "us-ca-asw", "us-ca-apcc"]
DUE = ["evaluation_due"]
"""What California tells of a year that is not over."""
VIDEO = Medium.VIDEO


@pytest.mark.parametrize(
    ("pack", "weekly_minutes", "told"),
    [
        ("us-ca-amft", 600 + 300 + 60, DUE),
        ("us-ca-asw", 600 + 300 + 60, DUE),
        ("us-ca-apcc", 600 + 300 + 60, DUE),
        ("us-tx-lpc-associate", 600 + 300 + 60, []),
        ("us-fl-rmhci", 600 + 60, []),
        ("us-ny-lcsw", 225 + 60, []),
        ("us-il-lcpc", 600 + 300 + 60, []),
        ("bacb-trainee", 300 + 900 + 90, []),
        ("bacb-rbt", 1200 + 75, []),
    ],
)
def test_an_ordinary_quarter_counts_whole_and_is_told_nothing_of(
    pack: str, weekly_minutes: int, told: Sequence[str]
) -> None:
    evaluation = judged(pack)

    assert buckets(evaluation) == (13 * weekly_minutes, 0, 0, 0)
    assert found(evaluation) == told


ALL = 13 * 960
"""The minutes of California's and Texas' thirteen weeks."""
UNKNOWN = "supervisor_licence_unknown"
TRAINED = [course("2025-12-01")]
SUSPENDED = licence(
    "LCSW",
    history=[
        ("2010-01-01", LicenceStatus.LICENSED),
        ("2026-07-06", LicenceStatus.SUSPENDED),
        ("2026-08-03", LicenceStatus.LICENSED),
    ],
)
RENEWED = [agreement("2026-06-01", ends="2026-07-15"), agreement("2026-07-16")]


def ca(*licences: Credential, training: Iterable[SupervisorTraining] = TRAINED) -> dict[str, Any]:
    return {"people": [ASSOCIATE, person(ALMA, *licences, training=training)]}


@pytest.mark.parametrize("pack", CALIFORNIA)
@pytest.mark.parametrize(
    ("other", "expected", "codes"),
    [
        (ca(), (0, ALL, 0, 0), [UNKNOWN]),
        # Four of thirteen weeks: 6 July to 2 August.
        (ca(SUSPENDED), (9 * 960, 0, 0, 4 * 960), ["supervisor_not_licensed"]),
        (ca(licence("LCSW", issued="2024-06-02")), (ALL - 420, 0, 0, 420), ["supervisor_too_new"]),
        (ca(LCSW, training=[]), (0, ALL, 0, 0), ["supervisor_training_missing"]),
        (ca(LCSW, training=[course("2026-07-31")]), (ALL, 0, 0, 0), []),
        (
            ca(LCSW, training=[course("2026-08-03")]),
            (4 * 960, 0, 0, 9 * 960),
            ["supervisor_training_missing"],
        ),
        (
            {"people": [person(ALMA, LCSW, training=TRAINED)]},
            (0, ALL, 0, 0),
            ["registration_unknown"],
        ),
        ({"candidacies": []}, (ALL, 0, 0, 0), []),
        ({"agreements": []}, (0, ALL, 0, 0), ["agreement_missing"]),
        ({"agreements": [agreement(at=COVE)]}, (0, ALL, 0, 0), ["agreement_missing"]),
        ({"agreements": RENEWED}, (ALL, 0, 0, 0), []),
        ({"agreements": [agreement(signed_on=None)]}, (0, ALL, 0, 0), ["agreement_missing"]),
        (
            {"agreements": [agreement("2026-06-01", signed_on="2026-08-01")]},
            (ALL, 0, 0, 0),
            ["agreement_late"],
        ),
        ({"agreements": [agreement(employed_there=False)]}, (ALL, 0, 0, 0), ["form_missing"]),
        ({"agreements": [agreement(employed_there=None)]}, (ALL, 0, 0, 0), ["employment_unknown"]),
        ({"agreements": [agreement(barred_relation=True)]}, (0, 0, 0, ALL), ["barred_relation"]),
        ({"forms": []}, (ALL, 0, 0, 0), ["form_missing"]),
        ({"sessions": meetings(medium=VIDEO)}, (ALL, 0, 0, 0), ["form_missing"]),
        ({"sessions": meetings(together=2)}, (ALL, 0, 0, 0), []),
    ],
)
def test_in_california_one_missing_fact_is_told_and_nothing_else(
    pack: str, other: dict[str, Any], expected: tuple[int, ...], codes: list[str]
) -> None:
    evaluation = judged(pack, **other)

    assert buckets(evaluation) == expected
    assert sorted(set(found(evaluation)) - set(DUE)) == codes


def test_in_california_a_typed_name_is_no_signature() -> None:
    typed = form(
        "supervisor-self-assessment", (ALMA, "2026-06-10", SignatureKind.TYPED), supervisee=None
    )

    told = the(judged("us-ca-amft", forms=[typed]), "form_signature")

    assert told.cure.startswith("It needs those of the supervisor (ink or electronic signature);")


LATE_LETTER = form("supervisor-letter", (ALMA, "2026-06-29"))
LPC = at("us-tx-bhec-lpc", "LPC")


@pytest.mark.parametrize(
    ("pack", "other", "expected", "codes"),
    [
        ("us-tx-lpc-associate", {"people": [TEXAN, person(ALMA)]}, (0, ALL, 0, 0), [UNKNOWN]),
        (
            "us-tx-lpc-associate",
            {"people": [TEXAN, person(ALMA, LPC)]},
            (0, 0, 0, ALL),
            ["supervisor_not_licensed"],
        ),
        ("us-tx-lpc-associate", {"forms": []}, (ALL, 0, 0, 0), ["form_missing"]),
        (
            "us-tx-lpc-associate",
            {"sessions": meetings(45)},
            (0, 0, 0, ALL - 13 * 15),
            ["hours_short"],
        ),
        ("us-fl-rmhci", {"people": [INTERN, person(ALMA)]}, (0, 8580, 0, 0), [UNKNOWN]),
        ("us-fl-rmhci", {"forms": []}, (8580, 0, 0, 0), ["form_missing"]),
        ("us-fl-rmhci", {"forms": [LATE_LETTER]}, (8580, 0, 0, 0), ["form_late"]),
        ("us-fl-rmhci", {"agreements": []}, (8580, 0, 0, 0), []),
        ("us-fl-rmhci", {"sessions": meetings(together=2)}, (8580, 0, 0, 0), []),
        ("us-ny-lcsw", {"people": [person(ALMA)]}, (0, 3705, 0, 0), [UNKNOWN]),
        ("us-ny-lcsw", {"sessions": []}, (2925, 0, 0, 0), []),
        ("us-il-lcpc", {"sessions": []}, (ALL - 780, 0, 0, 0), ["hours_short"]),
        ("bacb-trainee", {"people": [person(ALMA, training=EIGHT)]}, (0, 16770, 0, 0), [UNKNOWN]),
        (
            "bacb-trainee",
            {"people": [person(ALMA, BCBA)]},
            (0, 16770, 0, 0),
            ["supervisor_training_missing"],
        ),
        ("bacb-trainee", {"agreements": []}, (0, 16770, 0, 0), ["agreement_missing"]),
        ("bacb-trainee", {"forms": monthly(kind=SignatureKind.TYPED)}, (16770, 0, 0, 0), []),
        ("bacb-trainee", {"forms": monthly(signer=BEA)}, (0, 0, 0, 16770), ["form_signature"]),
        # June: 22 h with clients, 75 h beside, and four meetings: 103 h.
        ("bacb-trainee", {"forms": monthly(months=1)}, (6180, 10590, 0, 0), ["form_missing"]),
        ("bacb-trainee", {"sessions": meetings(90)}, (0, 0, 0, 16770), ["observation_missing"]),
        (
            "bacb-trainee",
            {"sessions": meetings(90, observed=60, together=2)},
            (0, 0, 0, 16770),
            ["percent_short", "share_over"],
        ),
        (
            "bacb-rbt",
            {"people": [person(ALMA)]},
            (16575, 0, 0, 0),
            [UNKNOWN, "supervisor_training_missing"],
        ),
        ("bacb-rbt", {"sessions": meetings(75)}, (16575, 0, 0, 0), ["observation_missing"]),
        (
            "bacb-rbt",
            {"sessions": meetings(75, observed=30, together=2)},
            (16575, 0, 0, 0),
            ["hours_short"],
        ),
    ],
)
def test_elsewhere_one_missing_fact_is_told_and_nothing_else(
    pack: str, other: dict[str, Any], expected: tuple[int, ...], codes: list[str]
) -> None:
    evaluation = judged(pack, **other)

    assert buckets(evaluation) == expected
    assert sorted(set(found(evaluation))) == codes


def test_an_analyst_of_less_than_a_year_is_only_told_of_in_words_that_take_nothing() -> None:
    new = licence("BCBA", board="bacb-bcba", jurisdiction="US", issued="2026-01-01")

    told = the(
        judged("bacb-trainee", people=[person(ALMA, new, training=EIGHT)]), "supervisor_too_new"
    )

    assert told.minutes == 0
    assert told.happened == "Invented Alma had not yet been licensed for 1 year."
    assert told.cure.startswith("It is met from the day on which")


def test_an_rbt_without_individual_supervision_is_told_which_is_missing() -> None:
    evaluation = judged("bacb-rbt", sessions=meetings(75, observed=30, together=2))

    said = {one.happened for one in evaluation.findings}
    assert said == {"In this month: 0 min of individual supervision; needed: 1 min."}


def test_where_there_is_no_board_hours_of_work_are_told_of_without_one() -> None:
    case = lived([work("2026-06-01"), work("2026-06-02", activity="supervision")], [])

    evaluation = judge(case, shipped_pack("voluntary-consultation"))

    assert [one.happened for one in evaluation.findings] == [
        "No hours of individual therapy are counted here. Does not count: 1 h.",
        "No hours of supervision are counted here. Does not count: 1 h.",
    ]


STUDENT = {"people": [person(ALMA, LCSW, training=TRAINED)], "sessions": meetings(120)}
"""Ten direct hours a week ask for two hours of supervision before the degree."""


def test_who_still_studies_counts_hours_before_the_day_the_degree_is_expected() -> None:
    way = candidacy("us-ca-amft", degree="2027-05-15")

    assert buckets(judged("us-ca-amft", candidacies=[way], **STUDENT)) == (ALL + 780, 0, 0, 0)
    unknown = judged("us-ca-amft", candidacies=[], **STUDENT)
    assert the(unknown, "registration_unknown").cure == (
        "Record it in the candidacy; while you study, the day on which you expect it."
    )


@pytest.mark.parametrize(
    ("issued", "expected"), [(None, (0, ALL, 0, 0)), ("2026-08-10", (ALL, 0, 0, 0))]
)
def test_who_applied_within_90_days_of_the_degree_waits_for_the_registration_alone(
    issued: str | None, expected: tuple[int, ...]
) -> None:
    way = candidacy(
        "us-ca-amft",
        degree="2026-05-20",
        fingerprinted="2026-05-25",
        registration_received="2026-08-18",
    )
    registered = [licence("AMFT", issued=issued)] if issued else []
    people = [person(ME, *registered), person(ALMA, LCSW, training=TRAINED)]

    evaluation = judged("us-ca-amft", people=people, candidacies=[way])

    assert buckets(evaluation) == expected
    if not issued:
        cure = the(evaluation, "registration_unknown").cure
        assert cure == "Record it once it is issued, from its first day on."


def test_a_missing_form_says_of_which_supervisor_it_is() -> None:
    told = the(judged("us-tx-lpc-associate", forms=[]), "form_missing")

    assert told.happened == (
        "The form Supervised experience documentation (Invented Alma), signed by the supervisor by"
        " 2026-09-30, is not on record."
    )
