"""The packs that ship: each reads, is a draft, names its sources, and marks what nobody read.

The tables were written by hand from the notes on the boards (November 2026), not from the packs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cache

import pytest

from witnessmark.application.rule_packs import PACKS, pack_named, read_pack, shipped
from witnessmark.rules.pack import Pack, PackStatus
from witnessmark.rules.rule import Doubting, Rule

NAMES = (
    "bacb-rbt",
    "bacb-trainee",
    "us-ca-amft",
    "us-ca-apcc",
    "us-ca-asw",
    "us-fl-rmhci",
    "us-il-lcpc",
    "us-ny-lcsw",
    "us-tx-lpc-associate",
    "voluntary-consultation",
)
H = 60
CALIFORNIA_UNREAD = {
    ("agreement", "substitute_days"),
    ("supervisor-licensed", "licences"),
    ("supervisor-trained", "then_every_years"),
    ("yearly-assessment", "months"),
}
UNREAD: Mapping[str, set[tuple[str, str]]] = {
    "us-ca-amft": CALIFORNIA_UNREAD | {("couples-families-children", "minutes")},
    "us-ca-apcc": CALIFORNIA_UNREAD | {("hospital-or-community", "minutes")},
    "us-ca-asw": CALIFORNIA_UNREAD
    | {
        ("clinical", "minutes"),
        ("other-experience", "at_most"),
        ("other-experience", "hours"),
        ("psychotherapy", "minutes"),
    },
    "us-fl-rmhci": {("video-share", "at_most")},
    "us-il-lcpc": {("hour-a-week", "minutes")},
}
"""What was written from memory; a pack that is not here has nothing of the kind."""
DISPUTED = {
    ("bacb-trainee", "total-2027", "number"),
    ("us-ca-asw", "total", "minutes"),
    ("us-il-lcpc", "direct-share", "at_least"),
}
CHANGING = {
    ("bacb-trainee", "concentrated-observation-2027", "minutes"),
    ("bacb-trainee", "contacts-2027", "at_least"),
    ("bacb-trainee", "most-a-month-2027", "at_most"),
    ("bacb-trainee", "observation-2027", "minutes"),
    ("bacb-trainee", "percent-concentrated-2027", "at_least"),
    ("us-ca-amft", "video-suitability", "only_if"),
    ("us-ca-apcc", "video-suitability", "only_if"),
    ("us-ca-asw", "video-suitability", "only_if"),
    ("us-il-lcpc", "total", "minutes"),
}
CALIFORNIA: Mapping[str, object] = {
    "agreement.grace_days": 60,
    "agreement.on_late": "warn",
    "agreement.substitute_days": 30,
    "group-of-eight.at_most": 8,
    "individual-weeks.at_least": 52,
    "most-supervision-a-week.at_most": 6 * H,
    "oversight.within_days": 0,
    "registered.grace_days": 90,
    "self-assessment.within_days": 60,
    "seven-days.at_most": 40 * H,
    "six-supervisees.at_most": 6,
    "six-years.years": 6,
    "supervisor-licensed.licensed_years": 2,
    "supervisor-licensed.of_last_years": 5,
    "supervisor-trained.course": 15 * H,
    "supervisor-trained.grace_days": 60,
    "supervisor-trained.then_minutes": 6 * H,
    "total.minutes": 3000 * H,
    "units.shortest": {"group": 1 * H},
    "units.base": 1,
    "units.each_unit_supports": 10 * H,
    "units.most": 2,
    "units.unit": {"individual": 1 * H, "triadic": 1 * H, "group": 2 * H},
    "video-suitability.within_days": 60,
    "weeks.weeks": 104,
}
NUMBERS: Mapping[str, Mapping[str, object]] = {
    "us-ca-amft": {
        **CALIFORNIA,
        "before-the-degree.at_most": 1300 * H,
        "before-the-degree.inner_at_most": 750 * H,
        "couples-families-children.minutes": 500 * H,
        "direct.minutes": 1750 * H,
        "non-clinical.at_most": 1250 * H,
        "six-years.exempt_at_most": 500 * H,
        "trainee-ratio.minutes": 1 * H,
        "trainee-ratio.per": 5 * H,
    },
    "us-ca-apcc": {
        **CALIFORNIA,
        "direct.minutes": 1750 * H,
        "hospital-or-community.minutes": 150 * H,
        "non-clinical.at_most": 1250 * H,
    },
    "us-ca-asw": {
        **CALIFORNIA,
        "clinical.minutes": 2000 * H,
        "individual-weeks-under-an-lcsw.at_least": 13,
        "other-experience.at_most": 1000 * H,
        "psychotherapy.minutes": 750 * H,
        "under-an-lcsw.minutes": 1700 * H,
    },
    "us-tx-lpc-associate": {
        "agreement.grace_days": 0,
        "direct.minutes": 1500 * H,
        "documentation.within_days": 30,
        "four-hours-a-month.leave_months": 1,
        "four-hours-a-month.minutes": 4 * H,
        "group-share.at_most": Fraction(1, 2),
        "months.months": 18,
        "total.minutes": 3000 * H,
        "two-supervisors.at_most": 2,
    },
    "bacb-trainee": {
        "concentrated-contacts.at_least": 6,
        "concentrated-observation-2027.minutes": 90,
        "contacts.at_least": 4,
        "contacts-2027.at_least": 2,
        "contract.grace_days": 0,
        "five-years.months": 60,
        "group-of-ten.at_least": 2,
        "group-of-ten.at_most": 10,
        "group-share.at_most": Fraction(1, 2),
        "least-a-month.at_least": 20 * H,
        "most-a-month.at_most": 130 * H,
        "most-a-month-2027.at_most": 160 * H,
        "observation.at_least": 1,
        "observation-2027.minutes": 60,
        "percent-concentrated.at_least": Fraction(1, 10),
        "percent-concentrated-2027.at_least": Fraction(3, 40),
        "percent-supervised.at_least": Fraction(1, 20),
        "supervisor-one-year.licensed_years": 1,
        "supervisor-trained.course": 8 * H,
        "total-2027.number": Fraction(2000),
        "total-concentrated.minutes": 1500 * H,
        "total.number": Fraction(2000),
        "unrestricted.at_least": Fraction(3, 5),
    },
    "bacb-rbt": {
        "contacts.at_least": 2,
        "group-of-ten.at_most": 10,
        "observation.at_least": 1,
        "percent.at_least": Fraction(1, 20),
        "supervisor-trained.course": 8 * H,
    },
    "us-fl-rmhci": {
        "direct.minutes": 1500 * H,
        "every-two-weeks.minutes": 1 * H,
        "group-of-six.at_most": 6,
        "hour-for-fifteen.minutes": 1 * H,
        "hour-for-fifteen.per": 15 * H,
        "supervision.minutes": 100 * H,
        "video-share.at_most": Fraction(1, 2),
        "weeks.weeks": 100,
    },
    "us-ny-lcsw": {
        "contact-hours.min_minutes": 45,
        "months.months": 36,
        "most-months.months": 72,
        "supervision.minutes": 100 * H,
        "total.number": Fraction(2000),
    },
    "us-il-lcpc": {
        "direct-share.at_least": Fraction(1, 2),
        "hour-a-week.minutes": 1 * H,
        "total.minutes": 3360 * H,
        "year.at_most": 1680 * H,
        "year.weeks": 48,
    },
    "voluntary-consultation": {"toward-nothing.at_most": 0},
}
shipped_pack = cache(pack_named)
every_pack = pytest.mark.parametrize("name", NAMES)


def rules_of(pack: Pack) -> Mapping[str, Rule]:
    return {rule.id: rule for rule in pack.rules}


def doubted(pack: Pack, why: Doubting) -> Iterator[tuple[str, str]]:
    for rule in pack.rules:
        for number, doubt in rule.doubts.items():
            if doubt.why is why:
                yield rule.id, number


def test_these_packs_ship_and_no_others() -> None:
    assert tuple(shipped()) == NAMES


@every_pack
def test_a_shipped_pack_reads_without_a_problem_and_is_called_like_its_file(name: str) -> None:
    assert read_pack(PACKS / f"{name}.yaml").value.pack == name


@every_pack
def test_a_shipped_pack_is_a_draft_that_nobody_signed_for(name: str) -> None:
    pack = shipped_pack(name)
    signed = [rule.id for rule in pack.rules if rule.verified_on or rule.verified_by]
    assert (pack.status, pack.reviewed, signed) == (PackStatus.DRAFT, None, [])


@every_pack
def test_each_rule_has_a_title_and_a_source_that_says_how_much_of_it_was_read(name: str) -> None:
    pack = shipped_pack(name)
    unnamed = [rule.id for rule in pack.rules if rule.title is None]
    unsaid = [rule.id for rule in pack.rules if not pack.sources[rule.source].read.endswith(".")]
    assert (unnamed, unsaid) == ([], [])


@every_pack
def test_what_was_read_by_nobody_is_marked_unread_and_nothing_else_is(name: str) -> None:
    pack = shipped_pack(name)
    unread = UNREAD.get(name, set())
    assert set(doubted(pack, Doubting.UNREAD)) == unread
    assert pack.unread is bool(unread)


@every_pack
def test_what_is_cited_from_memory_carries_a_doubt(name: str) -> None:
    for rule in shipped_pack(name).rules:
        if rule.source == "memory":
            assert rule.doubts, rule.id


def test_where_sources_disagree_or_the_law_is_changing_the_number_says_so() -> None:
    packs = [shipped_pack(name) for name in NAMES]
    disputed = {(one.pack, *found) for one in packs for found in doubted(one, Doubting.DISPUTED)}
    changing = {(one.pack, *found) for one in packs for found in doubted(one, Doubting.CHANGING)}
    assert disputed == DISPUTED
    assert changing == CHANGING


@every_pack
def test_the_main_numbers_are_those_written_down_by_hand(name: str) -> None:
    rules = rules_of(shipped_pack(name))
    found = {}
    for key in NUMBERS[name]:
        rule, number = key.split(".")
        found[key] = getattr(rules[rule], number)
    assert found == NUMBERS[name]


@every_pack
def test_a_pack_says_in_plain_words_for_whom_it_is_and_what_it_leaves_out(name: str) -> None:
    about = shipped_pack(name).about
    assert about.startswith("For ")
    assert "Left out: " in about or "nothing in it counts toward a licence" in about
