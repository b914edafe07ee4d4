"""For authors of adapters: invented records, a clock that stands still, and the contract suite.

Imported by tests alone.
"""

from witnessmark.testing.bench import FOREIGN_MARK, HostUnderTest, KilledError, Wire
from witnessmark.testing.builders import (
    CANARIES,
    CO_SUPERVISOR,
    FIRST_SUPERVISEE,
    PEOPLE,
    SECOND_SUPERVISEE,
    SETTING,
    SUPERVISOR,
    Records,
    changed,
    without,
)
from witnessmark.testing.clock import CountedIds, StandingClock
from witnessmark.testing.contract import AdapterContract

__all__ = [
    "CANARIES",
    "CO_SUPERVISOR",
    "FIRST_SUPERVISEE",
    "FOREIGN_MARK",
    "PEOPLE",
    "SECOND_SUPERVISEE",
    "SETTING",
    "SUPERVISOR",
    "AdapterContract",
    "CountedIds",
    "HostUnderTest",
    "KilledError",
    "Records",
    "StandingClock",
    "Wire",
    "changed",
    "without",
]
