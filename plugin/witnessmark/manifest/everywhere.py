"""What holds in every corner of the manifest: nothing said twice, no secret written out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from pydantic import BaseModel

from witnessmark.declared import Path_

_KNOWN_SECRET = re.compile(
    r"-----BEGIN|://[^/\s:@]+:[^/\s@]+@|\beyJ[\w-]{10,}\.|\b(?:AKIA|ASIA)[A-Z0-9]{16}"
    r"|\b(?:gh[opsu]|github_pat|glpat|xox[abprs]|sk|rk|pk|whsec)[-_][\w-]{10,}|\bAIza[\w-]{30}"
)
_LONG_WORD = re.compile(r"[A-Za-z0-9+/=_-]{20,}")
_MIXED = re.compile(r"(?<=[A-Za-z])(?=[0-9])|(?<=[0-9])(?=[A-Za-z])")
_MIXED_BY_MACHINES = 3
"""A long word in which letters and digits touch this often was not thought up by a person."""


class Found(NamedTuple):
    """What a judge found: code, where, and one sentence."""

    code: str
    path: Path_
    message: str


def judge_everywhere(value: object, path: Path_) -> Iterator[Found]:
    """Yield what is wrong with a value wherever it stands; a secret is never repeated."""
    if isinstance(value, str) and looks_secret(value):
        yield Found("secret_written_out", path, "This looks like a secret.")
    if isinstance(value, tuple):
        for index, word in enumerate(value):
            if isinstance(word, str) and word in value[:index]:
                yield Found("said_twice", (*path, index), "This stands in the list already.")
    for key, member in _members(value):
        yield from judge_everywhere(member, (*path, key))


def looks_secret(text: str) -> bool:
    """Whether a text has the shape of a key, token, or address with a password."""
    return bool(_KNOWN_SECRET.search(text)) or any(
        len(_MIXED.findall(word)) >= _MIXED_BY_MACHINES for word in _LONG_WORD.findall(text)
    )


def _members(value: object) -> Iterator[tuple[str | int, object]]:
    if isinstance(value, (BaseModel, Mapping)):
        yield from dict(value).items()
    elif isinstance(value, tuple):
        yield from enumerate(value)
