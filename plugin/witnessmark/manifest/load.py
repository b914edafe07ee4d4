"""Reads a manifest file. A file with a broken section is still judged in all the others."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import RootModel, TypeAdapter, ValidationError

from witnessmark.declared import Declared, load
from witnessmark.errors import DeclarationError, Problem
from witnessmark.manifest.check import check
from witnessmark.manifest.model import Manifest


class _Unread(RootModel[dict[str, object]]):
    """A file of which only the outermost keys are known."""


def load_manifest(path: Path) -> Declared[Manifest]:
    """Read a manifest; `check` then judges it.

    Raises DeclarationError with what the model refuses and with what `check` finds in the sections
    it does not refuse, all at once.
    """
    try:
        return load(path, Manifest)
    except DeclarationError as error:
        problems = (*error.problems, *_problems_of_sound_sections(path))
        raise DeclarationError(sorted(problems, key=lambda one: one.line or 0)) from None


def _problems_of_sound_sections(path: Path) -> tuple[Problem, ...]:
    try:
        unread = load(path, _Unread)
    except DeclarationError:
        return ()
    sound = Manifest.model_construct(**_sound(unread.value.root))
    return check(Declared(sound, unread.file, unread.lines))


def _sound(unread: Mapping[str, object]) -> Mapping[str, Any]:
    sound: dict[str, object] = {}
    for name, field in Manifest.model_fields.items():
        try:
            sound[name] = TypeAdapter(field.rebuild_annotation()).validate_python(unread[name])
        except (KeyError, ValidationError):
            continue
    return sound
