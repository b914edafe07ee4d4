"""How long and how much a host may make us wait and read."""

from __future__ import annotations

from dataclasses import dataclass

MEBIBYTE = 2**20


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds for one connect, one read and one whole exchange; bytes of a decompressed body.

    `in_flight` is how many connections one driver keeps open at once.
    """

    connect: float = 5.0
    read: float = 30.0
    total: float = 60.0
    body: int = 16 * MEBIBYTE
    in_flight: int = 32


USUAL = Limits()
