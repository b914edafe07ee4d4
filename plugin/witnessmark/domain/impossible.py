"""Facts that cannot be. They alone stop a week or a session; no reading of a rule does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TypeVar

from witnessmark.errors import DomainError, Problem

Name = TypeVar("Name", bound=str)


class ImpossibleError(DomainError):
    """Some facts cannot be; `problems` holds all of them, each with its code, place and mend."""

    def __init__(self, code: str, problems: Sequence[Problem]) -> None:
        """Say every problem and every cure once, in order."""
        self.problems = tuple(problems)
        super().__init__(
            code,
            " ".join(dict.fromkeys(problem.message for problem in problems)),
            " ".join(dict.fromkeys(problem.mend for problem in problems)),
        )


def refuse(code: str, problems: Sequence[Problem]) -> None:
    """Raise ImpossibleError if there is any problem."""
    if problems:
        raise ImpossibleError(code, problems)


def repeated(names: Iterable[Name]) -> tuple[Name, ...]:
    """Return what stands more than once, in order of first appearance."""
    return tuple(name for name, times in Counter(names).items() if times > 1)
