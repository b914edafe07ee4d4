"""Each fault on a read, a create and an update: what is raised, what the host holds afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

import pytest
from tests.support.drives import Start
from tests.support.fault_proxy import (
    Drip,
    Fault,
    FaultProxy,
    GzipBomb,
    Half,
    Html,
    HugePage,
    ResetAfter,
    ResetBefore,
    Said,
    Unauthorized,
    WrongLength,
    WrongType,
    always,
    busy,
    http_date,
    once,
    reads,
    writes,
)
from tests.support.installation import NOON, Installation

from witnessmark.errors import (
    HostError,
    OutcomeUnknownError,
    TryLaterError,
    UnreadableAnswerError,
)
from witnessmark.ports.host import Connection
from witnessmark.ports.records import HostRef
from witnessmark.sandbox import RunningPractice
from witnessmark.transport.limits import USUAL, Limits
from witnessmark.wire import Call, JsonObject
from witnessmark_adapters.fhir_r4.client import Client, Standing

SYSTEM = "https://canonical.invalid/key"
_numbers = count(1)


@dataclass(frozen=True)
class Case:
    """A fault; what a read and a write raise; whether the host did what was written."""

    fault: Fault
    reading: type[HostError] | None
    writing: type[HostError] | None
    done: bool
    after: int | None = None


LATER, UNKNOWN, UNREADABLE = TryLaterError, OutcomeUnknownError, UnreadableAnswerError

CASES = {
    "reset before": Case(ResetBefore(), LATER, UNKNOWN, done=False),
    "reset after": Case(ResetAfter(), LATER, UNKNOWN, done=True),
    "half a body": Case(Half(), LATER, UNKNOWN, done=True),
    "a byte a second": Case(Drip(), LATER, UNKNOWN, done=True),
    "too much stated": Case(WrongLength(10), LATER, UNKNOWN, done=True),
    "too little stated": Case(WrongLength(-10), UNREADABLE, UNREADABLE, done=True),
    "gzip bomb": Case(GzipBomb(), UNREADABLE, UNREADABLE, done=True),
    "huge": Case(HugePage(17), UNREADABLE, UNREADABLE, done=True),
    "a page for people": Case(Html(), UNREADABLE, UNREADABLE, done=True),
    # The answer to a write is then read back, and that read is honest.
    "another type": Case(WrongType(), UNREADABLE, None, done=True),
    "failing": Case(Said(500), LATER, UNKNOWN, done=False),
    "a gateway fails": Case(Said(502), LATER, UNKNOWN, done=False),
    "busy, seconds": Case(busy(429, "7"), LATER, LATER, done=False, after=7),
    "busy, a date": Case(
        busy(503, "Mon, 02 Mar 2026 08:00:20 GMT", date="Mon, 02 Mar 2026 08:00:00 GMT"),
        *(LATER, LATER),
        done=False,
        after=20,
    ),
    "busy, absurd": Case(busy(429, "1000000000"), LATER, LATER, done=False, after=3600),
    "busy, in the past": Case(
        busy(503, http_date(NOON.replace(year=2025))), LATER, LATER, done=False, after=0
    ),
    "busy, negative": Case(busy(429, "-5"), LATER, LATER, done=False),
    "busy, garbage": Case(busy(503, "soon"), LATER, LATER, done=False),
    "401": Case(Unauthorized(), None, None, done=True),
}


def limits_for(case: Case) -> Limits:
    """Give up soon where the host is slow; elsewhere time must not decide."""
    return Limits(total=0.2) if isinstance(case.fault, Drip) else USUAL


class Form:
    """One form of its own in the practice, by its key."""

    def __init__(self, on: Connection, ehr: RunningPractice) -> None:
        self.key = f"form-{next(_numbers)}"
        self.on = on
        self.client = Client(on.base_url)
        self.ehr = ehr

    def create(self) -> Call[tuple[Standing, bool]]:
        body: JsonObject = {
            "resourceType": "QuestionnaireResponse",
            "status": "completed",
            "identifier": {"system": SYSTEM, "value": self.key},
        }
        return self.client.create(body, unless=[("identifier", f"{SYSTEM}|{self.key}")])

    def amend(self, standing: Standing) -> Call[Standing | None]:
        return self.client.update(standing, {**standing.body, "status": "amended"}, guarded=True)

    @property
    def held(self) -> list[str]:
        """The status and version of each that the practice holds."""
        return [
            f"{each['status']} {each['meta']['versionId']}"
            for each in self.ehr.practice.resources("QuestionnaireResponse")
            if each.get("identifier", {}).get("value") == self.key
        ]


@pytest.fixture
def form(on: Connection, ehr: RunningPractice) -> Form:
    return Form(on, ehr)


def told(run: Callable[[], object], kind: type[HostError] | None, after: int | None) -> None:
    """Run, and check what is raised."""
    if kind is None:
        run()
        return
    with pytest.raises(HostError) as raised:
        run()
    assert type(raised.value) is kind
    assert getattr(raised.value, "after", None) == after


def sendings(proxy: FaultProxy, method: str) -> list[bool]:
    """Whether each request of this method under the base reached the host."""
    under = (each for each in proxy.log if not each.path.startswith("/"))
    return [each.reached_host for each in under if each.method == method]


def expected(case: Case) -> list[bool]:
    """Sent once, and never again by itself; but a refused token (401) is no sending."""
    return [False, True] if isinstance(case.fault, Unauthorized) else [case.done]


TOO_MUCH = CASES["too much stated"]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_read_that_meets_a_fault_says_what_to_do_next(
    start: Start, proxy: FaultProxy, form: Form, case: Case
) -> None:
    drive = start(limits_for(case))
    call = form.client.read(HostRef("Practitioner/ruth-example-okafor"))
    is_lost = isinstance(case.fault, ResetBefore | ResetAfter | Half | Drip) or case is TOO_MUCH
    proxy.plan = always(case.fault, only=reads) if is_lost else once(reads, case.fault)
    told(lambda: drive.run(call, form.on), case.reading, case.after)
    assert sendings(proxy, "GET") == expected(case) * (4 if is_lost else 1)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_create_that_meets_a_fault_is_sent_once_and_ends_in_one(
    start: Start, proxy: FaultProxy, installation: Installation, form: Form, case: Case
) -> None:
    drive = start(limits_for(case))
    proxy.plan = once(writes, case.fault)
    told(lambda: drive.run(form.create(), form.on), case.writing, case.after)
    assert form.held == (["completed 1"] if case.done else [])
    assert sendings(proxy, "POST") == expected(case)
    installation.clock.advance(seconds=3600)
    _, is_new = drive.run(form.create(), form.on)
    assert is_new is not case.done
    assert form.held == ["completed 1"]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_an_update_that_meets_a_fault_is_sent_once_and_ends_as_meant(
    start: Start, proxy: FaultProxy, installation: Installation, form: Form, case: Case
) -> None:
    drive = start(limits_for(case))
    standing, _ = drive.run(form.create(), form.on)
    proxy.plan = once(writes, case.fault)
    told(lambda: drive.run(form.amend(standing), form.on), case.writing, case.after)
    assert form.held == (["amended 2"] if case.done else ["completed 1"])
    assert sendings(proxy, "PUT") == expected(case)
    installation.clock.advance(seconds=3600)
    # The version that was read guards the second try: what was done is not done over.
    again = drive.run(form.amend(standing), form.on)
    assert (again is None) is case.done
    assert form.held == ["amended 2"]
