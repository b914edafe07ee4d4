"""A host that refuses or says what cannot be read, at any request of any call.

What a call was answered once is told again with the lie in it, so these tests cost no time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from witnessmark.errors import HostError, RefusedError, UnreadableAnswerError
from witnessmark.ports.host import Feed, Reading
from witnessmark.ports.records import Record
from witnessmark.testing.bench import HostUnderTest, Wire
from witnessmark.testing.bench_claims import claim, silent
from witnessmark.testing.bench_meddling import told
from witnessmark.testing.builders import CANARIES, FIRST_SUPERVISEE
from witnessmark.testing.changing import changed
from witnessmark.wire import Call, Response

CANARY = "Canary of an answer"
"""Stands in every lie. No error may repeat it."""

MOST = 9
"""Of a feed no more answers are lied about: it is read page by page in the same way."""

_JSON = {"content-type": "application/json", "x-canary": CANARY}
UNREADABLE = (
    Response(200, {"content-type": "text/html"}, f"<html>{CANARY}</html>".encode()),
    Response(200, _JSON, f'{{"{CANARY}": "{CANARY}'.encode()),
    Response(200, _JSON, f'{{"kind": "{CANARY}", "id": "{CANARY}"}}'.encode()),
    Response(200, _JSON, f'["{CANARY}"]'.encode()),
    Response(200, _JSON, b'{"a":' * 20_000 + f'"{CANARY}"'.encode() + b"}" * 20_000),
    Response(200, _JSON, f'{{"{CANARY}": "\xff"}}'.encode("latin-1")),
    Response(200, {}, b""),
)


class FaultsContract:
    """Final is final, and an error says nothing that it was told."""

    def test_a_refusal_is_final_and_not_repeated(self, host: HostUnderTest) -> None:
        """Its words may be our own, of what is private: only the host may know them."""
        for asked in _asked(Wire(host), "refused"):
            for at in range(len(asked.answers)):
                for status in (403, 422):
                    refusal = host.refusal(status, CANARY)
                    error = asked.error(at, refusal)
                    kind = type(error).__name__
                    where = f"{asked.what}, request {at + 1}, {status}"
                    bears = asked.bears and error is None
                    claim(bears or isinstance(error, RefusedError), f"{where}: {kind}")
                    _silent(error, host)

    def test_an_answer_that_cannot_be_read_is_told_as_that(self, host: HostUnderTest) -> None:
        """Whatever comes in its place, at whichever request; never a fault of ours."""
        for asked in _asked(Wire(host), "unread"):
            for at in range(len(asked.answers)):
                for number, lie in enumerate(UNREADABLE):
                    error = asked.error(at, lie)
                    where = f"{asked.what}, request {at + 1}, lie {number + 1}"
                    bears = asked.bears and at > 0 and error is None
                    unreadable = isinstance(error, UnreadableAnswerError)
                    claim(bears or unreadable, f"{where}: {error!r}")
                    _silent(error, host)


def _silent(error: HostError | None, host: HostUnderTest) -> None:
    """Claim that an error holds nothing of a body, a header or what lets us in."""
    if error is not None:
        silent(error, (CANARY, *CANARIES, *host.secrets))


@dataclass(frozen=True, slots=True)
class _Asked:
    """A call and what it was answered. `bears`: it may do without some answers."""

    what: str
    begin: Callable[[], Call[object]]
    answers: Sequence[Response]
    bears: bool = False

    def error(self, at: int, lie: Response) -> HostError | None:
        """Tell it again, with a lie from answer `at` on."""
        try:
            told(self.begin(), self.answers[:at], lie)
        except HostError as error:
            return error
        return None


def _asked(wire: Wire, name: str) -> Iterator[_Asked]:
    adapter = wire.host.adapter
    _, answers = wire.hear(adapter.discover())
    yield _Asked("discover", adapter.discover, answers, bears=True)
    for kind in wire.kinds:
        yield from _of_a_record(wire, kind, wire.whole(kind, name))
    reading = Reading(wire.host.staff[FIRST_SUPERVISEE.id], date(2027, 1, 1))
    for feed in Feed:
        read = partial(wire.host.paged.changes, feed, None, reading)
        yield _Asked(f"read {feed}", read, wire.hear(read(), most=MOST)[1])


def _of_a_record(wire: Wire, kind: str, record: Record) -> Iterator[_Asked]:
    put = partial(wire.putting, record)
    receipt, answers = wire.hear(put())
    yield _Asked(f"put a {kind}", put, answers)
    compare = partial(wire.comparing, record, receipt or ())
    yield _Asked(f"compare a {kind}", compare, wire.hear(compare())[1])
    update = partial(wire.putting, changed(record), receipt)
    yield _Asked(f"update a {kind}", update, wire.hear(update())[1])
    find = partial(wire.finding, record)
    yield _Asked(f"find a {kind}", find, wire.hear(find())[1])
