"""Contacts and observations without which a window counts nothing (BACB)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from witnessmark.rules.judging import Stretch
from witnessmark.rules.pieces import Piece, Source
from witnessmark.rules.rule import OnShortfall, Phase
from witnessmark.rules.shortfalls import WHOLE, Short, SupportRule, lengths
from witnessmark.rules.telling import during, hours
from witnessmark.rules.words import Minutes

if TYPE_CHECKING:
    from witnessmark.rules.bench import Bench


class Gate(SupportRule):
    """A rule that a window keeps whole or not at all."""

    PHASE: ClassVar[Phase] = Phase.CONTACTS

    @property
    def falls(self) -> frozenset[OnShortfall]:
        """Return those that take a whole window."""
        return WHOLE


class ContactCount(Gate):
    """So many meetings with a supervisor in each window; each is of the one it began in."""

    rule: Literal["contact_count"]
    at_least: Annotated[int, Field(ge=1)] = Field(description="How many meetings.")
    real_time: bool = Field(description="Whether only live meetings count.")
    min_minutes: Minutes = Field(
        default="0 min", validate_default=True, description="A shorter meeting is no contact."
    )

    def judge(self, bench: Bench) -> None:
        """Take windows with too few contacts."""
        long = {of for of, minutes in lengths(bench).items() if minutes >= self.min_minutes}
        for stretch in bench.stretches(self):
            met = _meetings(bench, stretch, live=self.real_time)
            have = len(_begun(bench, stretch, met) & long)
            if have >= self.at_least or not bench.minutes(stretch.pieces):
                continue
            short = Short(
                code="contacts_short",
                stretch=stretch,
                happened=f"{during(self.window)}: {_counted(have, 'contact')};"
                f" needed: {self.at_least}.",
                lacking=self._lacking(self.at_least - have),
            )
            self.let_fall(bench, short)

    def _lacking(self, lack: int) -> str:
        live = " in real time" if self.real_time else ""
        long = f" of at least {hours(self.min_minutes)}" if self.min_minutes else ""
        return f"{_counted(lack, 'more contact')}{live}{long}"


class ObservationRequired(Gate):
    """Work with a client is watched so often, and perhaps so long, in each window."""

    rule: Literal["observation_required"]
    at_least: Annotated[int, Field(ge=1)] = Field(description="How many meetings with one.")
    minutes: Minutes = Field(
        default="0 min", validate_default=True, description="How long all of them are together."
    )
    live_only: bool = Field(default=False, description="Whether recordings do not count.")

    def judge(self, bench: Bench) -> None:
        """Take windows with too little observation."""
        for stretch in bench.stretches(self):
            met = _meetings(bench, stretch, live=self.live_only)
            watched = [piece for piece in met if piece.observed]
            have = len(_begun(bench, stretch, watched))
            long = sum(piece.observed for piece in watched)
            enough = have >= self.at_least and long >= self.minutes
            if enough or not bench.minutes(stretch.pieces):
                continue
            short = Short(
                code="observation_missing",
                stretch=stretch,
                happened=f"{during(self.window)}: {_counted(have, 'observation')} of work with a"
                f" client, {hours(long)} long; needed: {self._asked()}.",
                lacking=self._lacking(self.at_least - have, self.minutes - long),
            )
            self.let_fall(bench, short)

    def _asked(self) -> str:
        long = f" of {hours(self.minutes)} together" if self.minutes else ""
        return f"{self.at_least}{long}"

    def _lacking(self, lack: int, minutes: int) -> str:
        live = " in real time" if self.live_only else ""
        long = f" of {hours(minutes)} together" if minutes > 0 else ""
        return f"{_counted(max(1, lack), 'more observation')}{live}{long}"


def _meetings(bench: Bench, stretch: Stretch, *, live: bool) -> list[Piece]:
    return [
        piece
        for piece in stretch.pieces
        if piece.source is Source.SESSION and bench.left(piece) and (piece.real_time or not live)
    ]


def _begun(bench: Bench, stretch: Stretch, met: Iterable[Piece]) -> set[str]:
    """Return which meetings began in a window: one over its end is none of the next."""
    return {
        piece.of
        for piece in met
        if piece.at is not None and bench.setting_of(piece).day_of(piece.at) in stretch.period
    }


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")
