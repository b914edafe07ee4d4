"""What rules are given of one supervisee; of a corrected week, what was signed until all sign."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from witnessmark.application.case_contents import (
    AttestationFact,
    CaseContents,
    EntryFact,
    WeekFact,
)
from witnessmark.application.experiences import experience_in, supervisees_in
from witnessmark.domain.candidacies import Candidacy
from witnessmark.domain.hours import Activity
from witnessmark.domain.ids import (
    AttestationId,
    CandidacyId,
    EntryId,
    PersonId,
    SessionId,
    SettingId,
)
from witnessmark.domain.sessions import Attendance, Medium, Session, SessionStatus
from witnessmark.domain.settings import Setting
from witnessmark.rules.experience import Attested, Experience, PendingCorrection

NOA, PETRA, RUTH = PersonId("noa"), PersonId("petra"), PersonId("ruth")
QUAY = Setting(SettingId("quay"), "Quay Street (invented)", "America/Los_Angeles")
MONDAY = date(2026, 10, 5)


def at(day: int) -> datetime:
    return datetime(2026, 10, day, 17, tzinfo=UTC)


def entry(name: str, minutes: int, supervisor: PersonId = PETRA) -> EntryFact:
    activity, medium = Activity.INDIVIDUAL_THERAPY, Medium.IN_PERSON
    day = date(2026, 10, 6)
    return EntryFact(EntryId(name), NOA, QUAY.id, day, minutes, activity, medium, supervisor)


def signed(name: str, by: PersonId, on: int, *entries: EntryFact) -> AttestationFact:
    """Return a signature of these days; over these entries, where they were corrected since."""
    return AttestationFact(
        AttestationId(name),
        NOA,
        QUAY.id,
        MONDAY,
        by,
        date(2026, 10, on),
        by,
        at(on),
        signed_entries=entries,
    )


def week(
    entries: Sequence[EntryFact], attestations: Sequence[AttestationFact], submitted: int = 12
) -> Experience:
    handed_in = WeekFact(NOA, QUAY.id, MONDAY, at(submitted), NOA)
    contents = CaseContents(
        settings=(QUAY,),
        entries=tuple(entries),
        weeks=(handed_in,),
        attestations=tuple(attestations),
    )
    return experience_in(contents, NOA)


def lines(experience: Experience) -> dict[str, tuple[int, str]]:
    return {one.entry.id: (one.entry.minutes, one.attested.value) for one in experience.entries}


def test_hours_signed_on_paper_are_attested_elsewhere_and_others_by_nobody() -> None:
    told = week([entry("e1", 60), entry("e2", 50, RUTH)], [signed("t1", PETRA, 13)])
    assert lines(told) == {"e1": (60, "elsewhere"), "e2": (50, "not")}
    assert told.attested_weeks == {(QUAY.id, MONDAY, PETRA): Attested.ELSEWHERE}
    assert told.pending == ()


def test_a_corrected_week_counts_as_it_was_signed_until_it_is_signed_again() -> None:
    before, after, other = entry("e1", 720), entry("e1", 660), entry("e2", 45, RUTH)
    first = signed("t1", PETRA, 13, before)
    waiting = week([after, other], [first])
    assert lines(waiting) == {"e1": (720, "elsewhere"), "e2": (45, "not")}
    assert waiting.pending == (PendingCorrection(QUAY.id, MONDAY, 765, 705),)
    assert waiting.attested_weeks == {(QUAY.id, MONDAY, PETRA): Attested.ELSEWHERE}
    again = week([after, other], [first, signed("t2", PETRA, 20)], submitted=19)
    assert lines(again) == {"e1": (660, "elsewhere"), "e2": (45, "not")}
    assert again.pending == ()


def test_one_of_two_who_signed_again_is_not_enough() -> None:
    told = week(
        [entry("e1", 30), entry("e2", 40, RUTH)],
        [
            signed("t1", PETRA, 13, entry("e1", 60)),
            signed("t2", RUTH, 13, entry("e2", 80, RUTH)),
            signed("t3", PETRA, 20),
        ],
        submitted=19,
    )
    assert lines(told) == {"e1": (60, "elsewhere"), "e2": (80, "elsewhere")}
    assert told.pending == (PendingCorrection(QUAY.id, MONDAY, 140, 70),)


def test_hours_that_moved_to_another_supervisor_are_never_counted_twice_nor_lost() -> None:
    moved = [entry("e1", 60, RUTH)]
    first = signed("t1", PETRA, 13, entry("e1", 60))
    waiting = week(moved, [first])
    assert lines(waiting) == {"e1": (60, "elsewhere")}
    assert [one.entry.supervisor for one in waiting.entries] == [PETRA]
    # Petra has nothing left to sign: it is enough that Noa submitted the week again.
    submitted = week(moved, [first], submitted=19)
    assert lines(submitted) == {"e1": (60, "not")}
    assert submitted.pending == ()
    assert submitted.attested_weeks == {}


def test_hours_added_or_removed_by_the_correction_wait_as_well() -> None:
    first = signed("t1", PETRA, 13, entry("e1", 60), entry("e2", 50))
    told = week([entry("e2", 50), entry("e3", 40)], [first])
    assert lines(told) == {"e1": (60, "elsewhere"), "e2": (50, "elsewhere")}
    assert told.pending == (PendingCorrection(QUAY.id, MONDAY, 110, 90),)


def test_of_several_corrections_what_each_signed_last_counts() -> None:
    told = week(
        [entry("e1", 10)],
        [signed("t2", PETRA, 20, entry("e1", 30)), signed("t1", PETRA, 13, entry("e1", 60))],
        submitted=19,
    )
    assert lines(told) == {"e1": (30, "elsewhere")}


def test_a_file_is_about_those_who_logged_hours_or_go_for_a_licence_else_about_who_met() -> None:
    met = Session(
        SessionId("s1"),
        QUAY.id,
        at(6),
        at(7),
        SessionStatus.HELD,
        (PETRA,),
        (Attendance(NOA, 60), Attendance(PersonId("another-1"), 60)),
    )
    contents = CaseContents(settings=(QUAY,), sessions=(met,))
    assert supervisees_in(contents) == ("another-1", "noa")
    candidacy = Candidacy(CandidacyId("w"), RUTH, "us-ca-amft")
    contents = replace(contents, entries=(entry("e1", 60),), candidacies=(candidacy,))
    assert supervisees_in(contents) == ("noa", "ruth")
    assert experience_in(contents, RUTH).sessions == ()
    assert experience_in(contents, RUTH).candidacy("us-ca-amft") == candidacy
    assert experience_in(contents, NOA).candidacies == ()
