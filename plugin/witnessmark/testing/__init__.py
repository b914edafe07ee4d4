"""For authors of adapters: invented records, a clock that stands still, and the contract suite.

Imported by tests alone.
"""

from witnessmark.testing.bench import FOREIGN_MARK, HostUnderTest, Wire
from witnessmark.testing.bench_meddling import KilledError
from witnessmark.testing.builders import (
    CANARIES,
    CO_SUPERVISOR,
    FIRST_SUPERVISEE,
    PEOPLE,
    SCAN,
    SECOND_SUPERVISEE,
    SETTING,
    SUPERVISOR,
    Records,
)
from witnessmark.testing.changing import changed, scanned, without
from witnessmark.testing.clock import CountedIds, StandingClock
from witnessmark.testing.contract import AdapterContract

__all__ = [
    "CANARIES",
    "CO_SUPERVISOR",
    "FIRST_SUPERVISEE",
    "FOREIGN_MARK",
    "PEOPLE",
    "SCAN",
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
    "scanned",
    "without",
]
