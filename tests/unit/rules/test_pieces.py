"""Pieces: what of a session falls on which day, whose it is, and who stands behind it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.unit.rules.builders import ALMA, BEA, COVE, HARBOR, agreement, lived, met, work
from witnessmark.domain.consultations import Consultation
from witnessmark.domain.ids import ConsultationId, PersonId
from witnessmark.domain.sessions import Medium, SessionStatus
from witnessmark.rules.experience import Attested
from witnessmark.rules.pieces import Source, pieces_of

NIGHT = "2026-02-08"
"""A Sunday."""


@pytest.mark.parametrize(
    ("there", "observed", "expected"),
    [
        (120, 0, [(60, 0), (60, 0)]),
        (90, 0, [(60, 0), (30, 0)]),  # whoever left early was there from the start
        (60, 0, [(60, 0)]),
        (59, 0, [(59, 0)]),
        (120, 75, [(60, 60), (60, 15)]),
        (120, 60, [(60, 60), (60, 0)]),
    ],
)
def test_minutes_there_and_observed_are_shared_out_over_the_days(
    there: int, observed: int, expected: list[tuple[int, int]]
) -> None:
    session = met(NIGHT, clock="23:00", minutes=120, there=there, observed=observed)
    found = pieces_of(lived([], [session]))
    assert [(one.minutes, one.observed) for one in found] == expected
    assert [one.day for one in found] == [date(2026, 2, 8), date(2026, 2, 9)][: len(found)]
    assert {one.of for one in found} == {"s0000"}


@pytest.mark.parametrize("status", [one for one in SessionStatus if one is not SessionStatus.HELD])
def test_only_what_was_held_is_a_piece(status: SessionStatus) -> None:
    assert pieces_of(lived([], [met(NIGHT, status=status)])) == ()


def test_those_who_were_absent_make_no_group() -> None:
    session = met(NIGHT, together=3)
    attended = (*session.attended[:2], replace(session.attended[2], minutes=0))
    (piece,) = pieces_of(lived([], [replace(session, attended=attended)]))
    assert piece.together == 2


def test_a_session_is_attested_with_its_own_week_by_one_of_its_supervisors() -> None:
    life = lived([], [met(NIGHT, clock="23:30", led_by=[ALMA, BEA])])
    weeks = {
        (HARBOR, date(2026, 2, 2), PersonId(BEA)): Attested.ELSEWHERE,
        (HARBOR, date(2026, 2, 9), PersonId(ALMA)): Attested.HERE,
        (HARBOR, date(2026, 2, 9), PersonId(BEA)): Attested.ELSEWHERE,
        (COVE, date(2026, 2, 2), PersonId(ALMA)): Attested.HERE,
    }
    found = pieces_of(replace(life, attested_weeks=weeks))
    assert [one.attested for one in found] == [Attested.ELSEWHERE, Attested.HERE]
    assert {one.attested for one in pieces_of(life)} == {Attested.NOT}


def test_a_supervision_entry_is_what_no_session_of_its_setting_and_day_covers() -> None:
    entries = [
        work(NIGHT, minutes=50, activity="supervision"),
        work(NIGHT, minutes=30, activity="supervision"),
        work(NIGHT, minutes=10, activity="supervision", at=COVE),
    ]
    found = pieces_of(lived(entries, [met(NIGHT)]))
    assert [(one.source, one.minutes) for one in found] == [
        (Source.CLAIMED, 10),
        (Source.CLAIMED, 20),
        (Source.SESSION, 60),
    ]


def test_which_supervision_entry_a_session_covers_is_not_decided_by_what_it_is_called() -> None:
    video = work(NIGHT, minutes=30, activity="supervision", medium=Medium.VIDEO)
    alone = work(NIGHT, minutes=60, activity="supervision")
    for entries in ([video, alone], [alone, video]):
        claimed, _ = pieces_of(lived(entries, [met(NIGHT)]))
        assert (claimed.medium, claimed.minutes) == (Medium.VIDEO, 30)


def test_the_structure_is_the_first_agreement_s_of_the_first_supervisor() -> None:
    known = [
        agreement("2026-02-01", structure="concentrated"),
        agreement("2026-01-01", structure="supervised", ends=NIGHT),
        agreement("2026-01-01", supervisor=BEA, structure="other"),
        agreement("2026-01-01", at=COVE, structure="elsewhere"),
        agreement("2025-01-01", supervisee="somebody", structure="hers"),
    ]
    entries = [work(NIGHT), work("2026-02-09"), work(NIGHT, under=BEA)]
    sessions = [met(NIGHT, led_by=[BEA, ALMA])]
    for agreements in (known, known[::-1]):
        found = pieces_of(lived(entries, sessions, agreements=agreements))
        assert [(one.day.day, one.source, one.structure) for one in found] == [
            (8, Source.ENTRY, "supervised"),
            (8, Source.ENTRY, "other"),
            (8, Source.SESSION, "other"),
            (9, Source.ENTRY, "concentrated"),
        ]


def test_a_consultation_is_a_piece_of_those_who_were_there() -> None:
    def consulted(who: str) -> Consultation:
        return Consultation(ConsultationId("c"), date(2026, 2, 8), 45, (PersonId(who),))

    (piece,) = pieces_of(lived(consultations=[consulted("robin")]))
    assert (piece.minutes, piece.setting, piece.source) == (45, None, Source.CONSULTATION)
    assert pieces_of(lived(consultations=[consulted("alma")])) == ()


def test_a_consultation_called_like_an_entry_is_a_piece_of_its_own() -> None:
    talked = Consultation(ConsultationId("e0000"), date(2026, 2, 8), 45, (PersonId("robin"),))
    pieces = pieces_of(lived([work(NIGHT)], consultations=[talked]))
    assert sorted(one.minutes for one in pieces) == [45, 60]
    assert len({one.id for one in pieces}) == 2


def test_two_sessions_of_one_hour_stand_in_an_order_that_names_do_not_decide() -> None:
    alone, many = met(NIGHT, observed=5), met(NIGHT, together=4)
    for sessions in ([alone, many], [many, alone]):
        found = pieces_of(lived([], sessions))
        assert [(one.together, one.observed) for one in found] == [(1, 5), (4, 0)]
