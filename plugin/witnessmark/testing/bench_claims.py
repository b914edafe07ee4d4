"""What the suite says when a promise is broken."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from witnessmark.errors import HostError
from witnessmark.ports.records import Receipt, Record

Failure = TypeVar("Failure", bound=HostError)


def claim(holds: bool, message: str) -> None:  # noqa: FBT001 - reads as an assertion
    """Raise AssertionError unless it holds."""
    if not holds:
        raise AssertionError(message)


def same(receipt: Receipt, expected: Receipt, record: Record) -> None:
    """Claim that two receipts are of the same resources, which say the same."""
    said = [(part.role, part.host_ref, part.digest) for part in receipt]
    wanted = [(part.role, part.host_ref, part.digest) for part in expected]
    claim(said == wanted, f"{record.key}: {said} instead of {wanted}")


def raised(kind: type[Failure], act: Callable[[], object]) -> Failure:
    """Return the error that an act has to end in."""
    try:
        act()
    except kind as error:
        return error
    message = f"no {kind.__name__}"
    raise AssertionError(message)


def silent(error: BaseException, words: Iterable[str]) -> None:
    """Claim that an error and all that hangs on it hold none of these words."""
    said = "\n".join(_said(error))
    for word in words:
        claim(word not in said, f"{type(error).__name__} says {word!r}")


def _said(error: BaseException | None) -> Iterator[str]:
    while error is not None:
        yield f"{error} {error!r} {vars(error)!r}"
        # What the parsers of the standard library keep on their errors.
        yield f"{getattr(error, 'doc', '')!r} {getattr(error, 'object', '')!r}"
        yield from map(repr, error.args)
        error = error.__cause__ or error.__context__
