"""How far somebody is, and what time will take. 24 November 2026 is a Tuesday."""

from __future__ import annotations

from datetime import date

from tests.unit.rules.builders import (
    ALMA,
    BEA,
    COVE,
    HARBOR,
    ME,
    agreement,
    candidacy,
    licence,
    lived,
    met,
    pack_of,
    person,
    setting,
    work,
)
from witnessmark.domain.people import LicenceStatus
from witnessmark.rules.evaluate import evaluate
from witnessmark.rules.experience import Attested, Experience
from witnessmark.rules.expiring import Ending, Ends, endings, expiring
from witnessmark.rules.findings import Tally
from witnessmark.rules.progress import Load, Progress, due, loads, progress
from witnessmark.rules.versions import Chosen

ON = date(2026, 11, 24)
TOTAL = "- {id: total, rule: total_at_least, title: All hours, minutes: 40 h}\n"


def look(case: Experience, rules: str, what_if: str = "") -> Progress:
    return progress(case, Chosen(pack_of(rules)), on=ON, what_if=what_if)


def drops(case: Experience, rules: str) -> list[tuple[str, date, int]]:
    chosen = Chosen(pack_of(rules))
    found = expiring(case, chosen, read=evaluate(case, chosen.pack, on=ON))
    return [(one.rule, one.day, one.minutes) for one in found]


def ends(case: Experience) -> list[Ending]:
    return list(endings(case, Chosen(pack_of("[]")), on=ON))


def test_hours_are_split_by_who_stands_behind_them() -> None:
    case = lived(
        [
            work("2026-11-16", hours=4, attested=Attested.HERE),
            work("2026-11-17", hours=2, attested=Attested.ELSEWHERE),
            work("2026-11-18", hours=1, attested=Attested.NOT),
            work("2026-11-18", hours=3, attested=Attested.NOT, activity="crisis"),
        ]
    )
    found = look(case, TOTAL)
    assert found.by_attestation == {
        Attested.HERE: Tally(logged=240, credited=240),
        Attested.ELSEWHERE: Tally(logged=120, credited=120),
        Attested.NOT: Tally(logged=240, credited=60, void=180),
    }
    assert (found.total.logged, found.total.credited) == (600, 420)


def test_it_says_what_is_done_of_what_is_needed_and_what_is_still_open() -> None:
    done = "- {id: done, rule: total_at_least, title: Some, minutes: 4 h}\n"
    found = look(lived([work("2026-11-16", hours=4)]), TOTAL + done)
    assert [(one.rule, int(one.done), int(one.needed)) for one in found.requirements] == [
        ("done", 240, 240),
        ("total", 240, 2400),
    ]
    assert [one.rule for one in found.still_needed] == ["total"]
    assert (found.person, found.pack, found.version, found.on) == (ME, "test-pack", "only", ON)
    assert found.notes[0].startswith("DRAFT")
    assert found.outcome is None


def test_a_what_if_is_answered_beside_the_pace() -> None:
    found = look(lived([work("2026-11-16", hours=4)]), TOTAL, "direct=12 h")
    assert found.outcome is not None
    assert found.outcome.weeks == 3
    assert found.finish.earliest == date(2027, 1, 24)


SIX_YEARS = "- {id: old, rule: lookback, years: 6%s}\n"


def test_hours_that_grow_too_old_are_told_month_by_month() -> None:
    case = lived(
        [
            work("2020-11-24", hours=1),
            work("2020-12-23", hours=2),
            work("2020-12-24", hours=4),
            work("2021-10-24", hours=8),
            work("2021-11-24", hours=9),
        ]
    )
    # of a day exactly six years before the board has it, hours stay
    assert drops(case, SIX_YEARS % "") == [
        ("old", date(2026, 12, 24), 180),
        ("old", date(2027, 1, 24), 240),
        ("old", date(2027, 11, 24), 480),
    ]


def test_the_pack_itself_says_what_may_be_older() -> None:
    case = lived([work("2020-12-01", hours=4), work("2020-12-02", hours=4, activity="training")])
    exempt = ", exempt: {category: direct}, exempt_at_most: 3 h"
    assert drops(case, SIX_YEARS % exempt) == [("old", date(2026, 12, 24), 300)]


def test_what_does_not_count_today_does_not_drop() -> None:
    case = lived([work("2020-11-23", hours=4), work("2020-12-01", hours=4, activity="crisis")])
    assert drops(case, SIX_YEARS % "") == []


def test_what_the_board_has_received_grows_no_older() -> None:
    way = [candidacy(application_received="2026-11-20")]
    assert drops(lived([work("2020-12-01", hours=4)], candidacies=way), SIX_YEARS % "") == []
    other = [candidacy("another-pack", application_received="2026-11-20")]
    assert drops(lived([work("2020-12-01", hours=4)], candidacies=other), SIX_YEARS % "") != []
    open_way = [candidacy(degree="2020-01-01")]
    assert drops(lived([work("2020-12-01", hours=4)], candidacies=open_way), SIX_YEARS % "") != []


def test_hours_that_no_stretch_holds_with_those_to_come_are_told() -> None:
    case = lived(
        [
            work("2022-01-10", hours=3),
            work("2022-02-09", hours=2),
            work("2022-02-27", hours=1),
            work("2022-11-23", minutes=7),
            work("2022-11-25", hours=5),
        ]
    )
    by_day = "- {id: span, rule: max_span, months: 60}\n"
    # sixty months from 10 January 2022 end on 9 January 2027, from 9 February on 8 February
    assert drops(case, by_day) == [
        ("span", date(2027, 1, 24), 180),
        ("span", date(2027, 2, 24), 120),
        ("span", date(2027, 3, 24), 60),
        ("span", date(2027, 11, 24), 7),
    ]
    by_month = "- {id: span, rule: max_span, months: 60, window: month}\n"
    # from the first of the month they end with the month before
    assert drops(case, by_month) == [
        ("span", date(2027, 1, 24), 180),
        ("span", date(2027, 2, 24), 180),
        ("span", date(2027, 11, 24), 307),
    ]


def licensed_until(expires: str, *, who: str = ALMA) -> Experience:
    case = lived([work("2026-11-16", hours=4)], [met("2026-11-17")])
    kind = "AMFT" if who == ME else "LMFT"
    changed = person(who, licence(kind, expires=expires))
    return lived(
        [work("2026-11-16", hours=4)],
        [met("2026-11-17")],
        people=[changed],
        agreements=case.agreements,
    )


def test_a_supervisors_licence_that_ends_within_ninety_days_is_told() -> None:
    assert ends(licensed_until("2027-02-22")) == [
        Ending(
            Ends.SUPERVISOR_LICENCE,
            ALMA,
            "LMFT, US-CA",
            last_day=date(2027, 2, 22),
            over=False,
            minutes=0,
        )
    ]
    assert ends(licensed_until("2027-02-23")) == []
    assert ends(licensed_until("2026-11-24"))[0].over is False


def test_a_licence_that_has_ended_tells_the_hours_that_lean_on_it() -> None:
    assert ends(licensed_until("2026-11-16")) == [
        Ending(
            Ends.SUPERVISOR_LICENCE,
            ALMA,
            "LMFT, US-CA",
            last_day=date(2026, 11, 16),
            over=True,
            minutes=60,
        )
    ]
    assert ends(licensed_until("2026-11-15"))[0].minutes == 300
    assert ends(licensed_until("2026-11-17")) == []


def test_ones_own_registration_is_told_too() -> None:
    assert ends(licensed_until("2027-01-01", who=ME)) == [
        Ending(
            Ends.OWN_LICENCE, ME, "AMFT, US-CA", last_day=date(2027, 1, 1), over=False, minutes=0
        )
    ]
    assert ends(licensed_until("2026-11-16", who=ME)) == [
        Ending(
            Ends.OWN_LICENCE, ME, "AMFT, US-CA", last_day=date(2026, 11, 16), over=True, minutes=60
        )
    ]


def test_another_licence_of_the_pack_in_good_standing_keeps_the_hours() -> None:
    both = person(ALMA, licence(expires="2026-11-01"), licence("LCSW"))
    assert ends(lived([work("2026-11-16")], people=[both])) == []


def test_a_licence_the_pack_does_not_name_is_not_told() -> None:
    other = person(ALMA, licence(), licence("Plumber", board="plumbers", expires="2026-12-01"))
    assert ends(lived([work("2026-11-16")], people=[other])) == []


def test_a_suspension_ends_a_licence_and_good_standing_again_mends_it() -> None:
    history = [
        ("2010-01-01", LicenceStatus.LICENSED),
        ("2026-10-01", LicenceStatus.SUSPENDED),
        ("2026-11-01", LicenceStatus.LICENSED),
    ]
    mended = person(ALMA, licence(history=history))
    assert ends(lived([work("2026-10-05")], people=[mended])) == []
    suspended = person(ALMA, licence(history=history[:2]))
    (only,) = ends(lived([work("2026-10-05")], people=[suspended]))
    assert (only.last_day, only.minutes) == (date(2026, 9, 30), 60)


def test_a_supervisor_to_come_is_told_of_and_somebody_elses_is_not() -> None:
    ending = person(BEA, licence(expires="2026-12-31"))
    mine = agreement("2026-11-24", supervisor=BEA)
    others = agreement("2026-01-01", supervisor=BEA, supervisee="sam")
    past = agreement("2026-01-01", supervisor=BEA, ends="2026-11-01")
    told = [
        [one.person for one in ends(lived(people=[ending], agreements=[agreed]))]
        for agreed in (mine, others, past)
    ]
    assert told == [[BEA], [], []]


def test_nobody_is_told_of_a_licence_nobody_leans_on() -> None:
    gone = person(ALMA, licence(expires="2026-11-01"))
    assert ends(lived([work("2026-10-05")], people=[gone])) == []


def test_an_agreement_that_ends_soon_or_has_ended_under_hours_is_told() -> None:
    soon = agreement("2026-01-01", ends="2027-02-22")
    assert ends(lived([work("2026-11-16")], agreements=[soon])) == [
        Ending(
            Ends.AGREEMENT, ALMA, "The harbor", last_day=date(2027, 2, 22), over=False, minutes=0
        )
    ]
    later = agreement("2026-01-01", ends="2027-02-23")
    assert ends(lived([work("2026-11-16")], agreements=[later])) == []
    over = agreement("2026-01-01", ends="2026-11-15")
    entries = [work("2026-11-15"), work("2026-11-16", hours=2), work("2026-11-16", at=COVE)]
    under_bea = work("2026-11-16", under=BEA)
    assert ends(lived([*entries, under_bea], agreements=[over])) == [
        Ending(
            Ends.AGREEMENT, ALMA, "The harbor", last_day=date(2026, 11, 15), over=True, minutes=120
        )
    ]
    unused = agreement("2026-01-01", ends="2026-11-15")
    assert ends(lived([work("2026-11-15")], agreements=[unused])) == []


def test_an_agreement_that_goes_over_into_another_does_not_end() -> None:
    first = agreement("2026-01-01", ends="2026-11-15")
    second = agreement("2026-11-16")
    assert ends(lived([work("2026-11-16")], agreements=[first, second])) == []
    elsewhere = agreement("2026-11-16", at=COVE)
    assert len(ends(lived([work("2026-11-16")], agreements=[first, elsewhere]))) == 1
    after_a_gap = agreement("2026-11-17")
    (only,) = ends(lived([work("2026-11-16"), work("2026-11-17")], agreements=[first, after_a_gap]))
    assert only.minutes == 60


def test_somebody_elses_agreement_is_their_own() -> None:
    mine = agreement("2026-01-01")
    other = agreement("2026-01-01", supervisee="sam", ends="2026-12-01")
    assert ends(lived([work("2026-11-16")], agreements=[mine, other])) == []


def test_what_ends_first_stands_first() -> None:
    case = lived(
        [work("2026-11-16")],
        people=[person(ALMA, licence(expires="2027-01-31"))],
        agreements=[agreement("2026-01-01", ends="2026-12-31")],
    )
    assert [one.ends for one in ends(case)] == [Ends.AGREEMENT, Ends.SUPERVISOR_LICENCE]


MONTHLY = """
- {id: form, rule: signed_within, form: verification, each: window, anchor: window-end,
   window: month, within_days: 60, signed_by: [supervisor]}
"""
WORDS = "forms: {verification: {title: Verification}}"


def test_what_can_still_be_done_is_told_the_soonest_first() -> None:
    case = lived([work("2026-10-05"), work("2026-09-07", hours=2), work("2026-08-03")])
    read = evaluate(case, pack_of(MONTHLY, header=WORDS), on=ON)
    # September's form is due by 29 November, October's by 30 December; August's is past
    assert [one.by_when for one in due(read)] == [date(2026, 11, 29), date(2026, 12, 30)]
    on_the_day = evaluate(case, pack_of(MONTHLY, header=WORDS), on=date(2026, 11, 29))
    assert [one.by_when for one in due(on_the_day)][:1] == [date(2026, 11, 29)]


def test_a_supervisors_load_counts_agreements_in_force_today_over_all_settings() -> None:
    case = lived(
        [work("2026-11-16")],
        agreements=[
            agreement("2026-01-01"),
            agreement("2026-01-01", at=COVE),
            agreement("2026-01-01", supervisee="sam"),
            agreement("2026-01-01", supervisee="kim", ends="2026-11-23"),
            agreement("2026-11-25", supervisee="lee"),
            agreement("2026-01-01", supervisee="sam", supervisor=BEA),
        ],
    )
    most = "- {id: six, rule: supervisor_load_max, at_most: 6}"
    assert loads(case, Chosen(pack_of(most)), on=ON) == (Load(ALMA, 2, 6, "six", None),)
    assert loads(case, Chosen(pack_of("[]")), on=ON) == (Load(ALMA, 2, None, None, None),)


def test_a_load_of_some_kinds_of_settings_counts_those_alone() -> None:
    case = lived(
        [work("2026-11-16")],
        settings=[setting(HARBOR, kind="private")],
        agreements=[
            agreement("2026-01-01"),
            agreement("2026-01-01", supervisee="sam"),
            agreement("2026-01-01", supervisee="kim", at=COVE),
        ],
    )
    most = "- {id: six, rule: supervisor_load_max, at_most: 6, settings: private}"
    assert loads(case, Chosen(pack_of(most)), on=ON)[0].supervisees == 2
