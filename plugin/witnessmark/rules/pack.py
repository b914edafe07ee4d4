"""A rule pack: one board's rules as plain data. It holds no code and no expressions."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from pydantic import Field

from witnessmark.domain.people import Credential
from witnessmark.rules.kinds import AnyRule
from witnessmark.rules.rule import AppliesBy, Doubting
from witnessmark.rules.windows import Window
from witnessmark.rules.words import Day, Many, Name, Section, Text, Word


class PackStatus(StrEnum):
    """Whether a named person has read the current legal text and signed for the pack."""

    DRAFT = "draft"
    REVIEWED = "reviewed"


class Reviewed(Section):
    """Who signed for a pack, having read the current legal text."""

    by: Text = Field(description="The person's name.")
    on: Day = Field(description="The day of the signature.")


class Authority(Section):
    """The board."""

    name: Text = Field(description="As it calls itself.")
    jurisdiction: Text = Field(description="ISO 3166-2, `US-CA`; `US` for a national body.")


class Licence(Section):
    """A licence or registration, as credentials name it: by its board's slug, or type and place."""

    title: Text = Field(description="What people call it.")
    jurisdiction: Text | None = Field(default=None, description="None: of any jurisdiction.")
    boards: Many[Name] = Field(default=(), description="The board's slugs of it.")
    types: Many[Text] = Field(default=(), description="How its type is written, in any case.")

    def is_held_as(self, credential: Credential) -> bool:
        """Whether a credential is this licence, whatever its status."""
        if credential.board in self.boards:
            return True
        here = self.jurisdiction in (None, credential.jurisdiction)
        written = credential.licence_type.casefold()
        return here and written in {one.casefold() for one in self.types}


class Reading(Section):
    """Something that was read, and how much of it."""

    title: Text = Field(description="What was read: the law, a handbook, a page about it.")
    url: Text | None = Field(default=None, description="Where it stands.")
    read: Text = Field(description="How much was read, when, and whether it is the law itself.")


class Version(Section):
    """Rules that hold for a stretch of time, by the day that decides."""

    id: Name = Field(description="What comes behind the `@` of `pack@version`.")
    title: Text = Field(description="What people call it.")
    applies_by: Word[AppliesBy]
    valid_from: Day | None = Field(default=None, description="The first day; none: ever since.")
    valid_to: Day | None = Field(default=None, description="The last day; none: until further on.")


class FormWords(Section):
    """A form the board knows, in its own words."""

    title: Text = Field(description="What the board calls it.")
    number: Text | None = Field(default=None, description="The board's number of it.")
    url: Text | None = Field(default=None, description="Where the board has it.")
    keep_years: int | None = Field(default=None, description="How long it is to be kept.")


class Pack(Section):
    """A rule pack."""

    pack: Name = Field(description="Its name, as commands take it, and its file's.")
    title: Text = Field(description="Board and licence, in one line.")
    authority: Authority
    about: Text = Field(description="For whom it is and what it leaves out, in plain words.")
    status: Word[PackStatus]
    reviewed: Reviewed | None = Field(
        default=None, description="Who signed for it; given when it is `reviewed`, and only then."
    )
    words: Mapping[str, Text] = Field(
        description="The board's own words: supervisee, supervisor, hours, period."
    )
    sources: Mapping[Name, Reading] = Field(description="What was read, by a name of this pack.")
    versions: Many[Version] = Field(min_length=1, description="In order of time.")
    licences: Mapping[Name, Licence] = Field(
        default_factory=dict, description="Licences that rules speak of, by a name of this pack."
    )
    categories: Mapping[Name, Text] = Field(description="The board's categories and their titles.")
    shown_by: Word[Window] = Field(description="The window people see: a week or a month.")
    forms: Mapping[Name, FormWords] = Field(
        default_factory=dict, description="Forms that rules speak of, by a name of this pack."
    )
    rules: Many[AnyRule] = Field(description="In any order: each kind has its own turn.")

    @property
    def unread(self) -> bool:
        """Whether some number in it was read by nobody: then it runs only where asked."""
        return any(
            doubt.why is Doubting.UNREAD for rule in self.rules for doubt in rule.doubts.values()
        )
