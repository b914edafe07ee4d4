"""What counts as awaiting, co-signed and withdrawn, as data of a profile. It reads no host."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from witnessmark.domain.requests import NoteStanding
from witnessmark_adapters.fhir_r4.mapping.note import Note


class Signer(StrEnum):
    """Who signed a note, seen from its authors; `unknown`: somebody, the host does not tell who."""

    ABSENT = "absent"
    AUTHOR = "author"
    OTHER = "other"
    UNKNOWN = "unknown"


Status = Literal["current", "superseded", "entered-in-error"]
DocStatus = Literal["preliminary", "final", "amended", "entered-in-error"]
_SignerWord = Annotated[Signer, Field(strict=False)]


class Sign(BaseModel):
    """One way to tell a note's standing: every list that is given holds its element's value."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    status: tuple[Status, ...] = Field(default=(), strict=False)
    doc_status: tuple[DocStatus, ...] = Field(default=(), strict=False)
    authenticator: tuple[_SignerWord, ...] = Field(default=(), strict=False)

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.status or self.doc_status or self.authenticator):
            message = "it would hold of every note"
            raise ValueError(message)
        return self

    def holds(self, note: Note, signer: Signer) -> bool:
        """Whether a note shows it."""
        return (
            (not self.status or note.status in self.status)
            and (not self.doc_status or note.doc_status in self.doc_status)
            and (not self.authenticator or signer in self.authenticator)
        )


class Cosign(BaseModel):
    """What a host's notes show of their co-signature."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    awaiting: tuple[Sign, ...] = Field(min_length=1, strict=False)
    cosigned: tuple[Sign, ...] = Field(min_length=1, strict=False)
    withdrawn: tuple[Sign, ...] = Field(min_length=1, strict=False)
    signatures_of: tuple[Literal["note", "version"], ...] = Field(strict=False)
    """By which targets a Provenance is searched that may keep a signature; by none: no search."""
    only: tuple[str, ...] = Field(default=(), strict=False)
    """Types or categories, as `system|code`, of which a note has to have one; none: all count."""

    @model_validator(mode="after")
    def _is_signed_by_another(self) -> Self:
        if any(sign.authenticator != (Signer.OTHER,) for sign in self.cosigned):
            message = "co-signed is only what somebody else signed: authenticator: [other]"
            raise ValueError(message)
        return self

    def counts(self, note: Note) -> bool:
        """Whether a note of its type and category is co-signed at all."""
        return not self.only or not note.codes.isdisjoint(self.only)

    def standing(self, note: Note, signer: Signer) -> NoteStanding:
        """Return a note's standing; what shows none of it is unfinished."""
        for signs, standing in (
            (self.withdrawn, NoteStanding.WITHDRAWN),
            (self.cosigned, NoteStanding.COSIGNED),
            (self.awaiting, NoteStanding.AWAITING),
        ):
            if any(sign.holds(note, signer) for sign in signs):
                return standing
        return NoteStanding.UNFINISHED
