"""Which hours a rule speaks of: every condition given must hold; none given, all hours."""

from __future__ import annotations

from pydantic import Field

from witnessmark.domain.candidacies import Milestone
from witnessmark.domain.sessions import Medium
from witnessmark.rules.words import Many, Name, Section, Word


class Hours(Section):
    """A selection of hours, by the pack's categories and by facts."""

    category: Many[Name] = Field(default=(), description="Categories of this pack.")
    activity: Many[Name] = Field(default=(), description="Activities, as entries have them.")
    supervision: Many[Name] = Field(
        default=(), description="Supervision of these classes: individual, triadic, group."
    )
    medium: Many[Word[Medium]] = Field(default=(), description="In person, by video, by phone.")
    real_time: bool | None = Field(default=None, description="Live, or not.")
    structure: Many[Name] = Field(default=(), description="The agreement's structure.")
    setting_kind: Many[Name] = Field(default=(), description="The kind of setting.")
    under: Many[Name] = Field(
        default=(), description="Licences of this pack, one of which a supervisor held that day."
    )
    before: Word[Milestone] | None = Field(
        default=None, description="Before the day of this milestone; without that day, none."
    )
    since: Word[Milestone] | None = Field(
        default=None, description="From the day of this milestone on; without that day, all."
    )


ALL = Hours()
