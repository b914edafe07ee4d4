"""Which request gets which fault. A plan is called in the proxy's thread, one at a time."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import count, cycle

from tests.support.fault_proxy.faults import Fault
from tests.support.fault_proxy.messages import Seen

Plan = Callable[[Seen], Fault | None]
Matcher = Callable[[Seen], bool]


def anything(_seen: Seen) -> bool:
    """Every request, that for a token too."""
    return True


def writes(seen: Seen) -> bool:
    """What asks to change something under the base."""
    return seen.writes


def reads(seen: Seen) -> bool:
    """What reads or searches under the base."""
    return not seen.writes and not seen.path.startswith("/")


def searches(seen: Seen) -> bool:
    """What asks for a page of one type."""
    return reads(seen) and "/" not in seen.path.removesuffix("/_search")


def honest(_seen: Seen) -> None:
    """No fault at all."""


def always(fault: Fault, *, only: Matcher = anything) -> Plan:
    """Give every matching request this fault."""
    return lambda seen: fault if only(seen) else None


def once(only: Matcher, fault: Fault) -> Plan:
    """Give the first matching request this fault."""
    left = [fault]
    return lambda seen: left.pop() if left and only(seen) else None


def every(n: int, *faults: Fault, only: Matcher = anything) -> Plan:
    """Give each n-th matching request a fault, one kind after the other."""
    counted, kinds = count(1), cycle(faults)
    return lambda seen: next(kinds) if only(seen) and next(counted) % n == 0 else None


def at_random(seed: int, share: float, *faults: Fault, only: Matcher = anything) -> Plan:
    """Give a share (0-1) of the matching requests one of these faults."""
    dice = random.Random(seed)  # noqa: S311 - repeatable faults, no secret
    return lambda seen: dice.choice(faults) if only(seen) and dice.random() < share else None


def in_turn(*faults: Fault | None, only: Matcher = anything) -> Plan:
    """Give the matching requests one fault (or none) each, and those after them none."""
    left = list(faults)
    return lambda seen: left.pop(0) if left and only(seen) else None


def first_of(*plans: Plan) -> Plan:
    """Ask one plan after the other until one has a fault."""
    return lambda seen: next((found for plan in plans if (found := plan(seen))), None)
