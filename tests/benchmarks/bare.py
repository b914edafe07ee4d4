"""`python -m tests.benchmarks.bare URL KEY IN_FLIGHT < REQUESTS`: the same writes by httpx2 alone.

Prints the seconds it took.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Iterator

import httpx2

Written = dict[str, str]


async def write_all(url: str, key: str, *, in_flight: int, written: list[Written]) -> float:
    """Create every resource again, so many at a time; return the seconds."""
    limits = httpx2.Limits(max_connections=in_flight, max_keepalive_connections=in_flight)
    async with httpx2.AsyncClient(headers={"x-api-key": key}, limits=limits) as client:
        await client.get(f"{url}/metadata")
        waiting = iter(written)

        async def send(waiting: Iterator[Written]) -> None:
            for one in waiting:
                kind = one["path"].rpartition("/")[2]
                headers = {name: one[name] for name in one if name not in {"path", "body"}}
                answer = await client.post(
                    f"{url}/{kind}", content=one["body"].encode(), headers=headers
                )
                answer.raise_for_status()

        started = time.perf_counter()
        await asyncio.gather(*(send(waiting) for _ in range(in_flight)))
        return time.perf_counter() - started


if __name__ == "__main__":
    url, key, in_flight = sys.argv[1:]
    requests = json.load(sys.stdin)
    seconds = asyncio.run(write_all(url, key, in_flight=int(in_flight), written=requests))
    json.dump(seconds, sys.stdout)
