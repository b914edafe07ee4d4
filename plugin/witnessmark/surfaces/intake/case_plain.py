"""The plain values a case file is written with: nothing where there is nothing, days, instants."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

Written = dict[str, object]


def without_nothing(item: Mapping[str, object]) -> Written:
    """Return an item without the keys of which there is nothing to say."""
    return {key: value for key, value in item.items() if value is not None and value != []}


def items(several: Iterable[Mapping[str, object]]) -> list[Written]:
    """Return a list of items, each without what there is nothing to say of."""
    return [without_nothing(item) for item in several]


def day(value: object) -> str | None:
    """Return a day as it is written, None where there is none."""
    return None if value is None else str(value)


def instant(value: datetime) -> str:
    """Return an instant in UTC."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
