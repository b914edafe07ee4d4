"""Writes the hours of a case file: what was logged, submitted and signed."""

from __future__ import annotations

from collections.abc import Iterable

from witnessmark.application.case_contents import AttestationFact, EntryFact, WeekFact
from witnessmark.surfaces.intake.case_plain import Written, instant, items


def entries_written(entries: Iterable[EntryFact]) -> list[Written]:
    """Return what somebody logged, as a case file has it."""
    return items(
        {
            "id": one.id,
            "supervisee": one.supervisee,
            "setting": one.setting,
            "day": str(one.day),
            "minutes": one.minutes,
            "activity": one.activity.value,
            "modality": one.modality.value,
            "supervisor": one.supervisor,
        }
        for one in entries
    )


def weeks_written(weeks: Iterable[WeekFact]) -> list[Written]:
    """Return what was submitted, as a case file has it."""
    return items(
        {
            "supervisee": one.supervisee,
            "setting": one.setting,
            "week_of": str(one.week_of),
            "submitted_at": instant(one.submitted_at),
            "recorded_by": one.recorded_by,
        }
        for one in weeks
    )


def attestations_written(attestations: Iterable[AttestationFact]) -> list[Written]:
    """Return what was signed; a scan stays out, as a case file has it."""
    return items(
        {
            "id": one.id,
            "supervisee": one.supervisee,
            "setting": one.setting,
            "week_of": str(one.week_of),
            "supervisor": one.supervisor,
            "method": one.method.value,
            "signed_on": str(one.signed_on),
            "recorded_by": one.recorded_by,
            "recorded_at": instant(one.recorded_at),
            "signed_entries": entries_written(one.signed_entries),
        }
        for one in attestations
    )
