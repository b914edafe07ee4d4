"""The kinds of sheet a clinic keeps, and which of them a file is. When unsure, the person says."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from witnessmark.surfaces.intake.csv_columns import Answers, Layout, open_questions
from witnessmark.surfaces.intake.csv_hours import HOURS, preview_hours
from witnessmark.surfaces.intake.csv_sessions import SESSIONS, preview_sessions
from witnessmark.surfaces.intake.csv_table import Table


class Sheet(StrEnum):
    """What the rows of a file are."""

    HOURS = "hours"
    SESSIONS = "sessions"

    @property
    def layout(self) -> Layout:
        """What such a sheet may hold."""
        return HOURS if self is Sheet.HOURS else SESSIONS


def likely_sheet(table: Table, answers: Answers) -> Sheet | None:
    """Return the sheet that fewer columns are missing for; None when both fit alike."""
    missing = {sheet: _missing(table, sheet.layout, answers) for sheet in Sheet}
    if missing[Sheet.HOURS] == missing[Sheet.SESSIONS]:
        return None
    return min(missing, key=missing.__getitem__)


PREVIEWS = {Sheet.HOURS: preview_hours, Sheet.SESSIONS: preview_sessions}
"""What looks at each kind of sheet; both are called alike, and keep nothing."""


def _missing(table: Table, layout: Layout, answers: Answers) -> int:
    columns = {head: name for head, name in answers.columns.items() if name in layout.headings}
    fixed = {name: value for name, value in answers.fixed.items() if name in layout.headings}
    mine = replace(answers, columns=columns, fixed=fixed)
    return len(open_questions(table, layout, mine).missing)
