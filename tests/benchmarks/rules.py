"""`python -m tests.benchmarks.rules`: how evaluating grows with years and people; 1 on a miss.

Each measure runs in a process of its own, so that neither warms or bloats the other.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date, timedelta
from statistics import median

from rich.console import Console

from tests.unit.rules.builders import ALMA, HARBOR, ME, agreement, licence, lived, met, person, work
from witnessmark.application.rule_packs import pack_named
from witnessmark.domain.ids import PersonId
from witnessmark.rules.evaluate import evaluate
from witnessmark.rules.experience import Experience
from witnessmark.rules.findings import Evaluation

CONSOLE = Console(highlight=False, width=120)

FIRST = date(2016, 1, 4)
PACK, OTHER = "us-ca-amft", "us-tx-lpc-associate"
AT_MOST_TIMES = 6
AT_MOST_MB = 200
SUPERVISEES = 200


def life(weeks: int, name: str = ME) -> Experience:
    """Return so many ordinary weeks: ten client hours on five days, records, an hour alone."""
    days = [
        str(FIRST + timedelta(days=7 * week + day)) for week in range(weeks) for day in range(5)
    ]
    entries = [
        work(day, minutes=minutes, activity=activity)
        for day in days
        for activity, minutes in (("individual-therapy", 120), ("record-keeping", 90))
    ]
    alma = person(
        ALMA,
        licence(issued="2005-01-01"),
        licence("LPC-S", board="us-tx-bhec-lpc-s", jurisdiction="US-TX", issued="2005-01-01"),
    )
    me = person(
        ME,
        licence("AMFT", board="us-ca-bbs-amft", issued="2015-01-01"),
        licence("LPC Associate", board="us-tx-bhec-lpc-associate", jurisdiction="US-TX"),
    )
    lived_there = lived(
        entries,
        [met(day) for day in days[1::5]],
        people=[alma, me],
        agreements=[agreement("2016-01-01", at=HARBOR)],
    )
    return _called(lived_there, PersonId(name))


def _called(one: Experience, name: PersonId) -> Experience:
    sessions = (
        replace(
            met_,
            attended=tuple(replace(there, person=name) for there in met_.attended),
        )
        for met_ in one.sessions
    )
    return replace(
        one,
        person=name,
        people={**one.people, name: replace(one.people[ME], id=name)},
        sessions=tuple(sessions),
        agreements=tuple(replace(each, supervisee=name) for each in one.agreements),
    )


def seconds(years: int) -> float:
    """Return how long an evaluation of so many years takes."""
    lived_there, pack = life(52 * years), pack_named(PACK)
    spent = []
    for _ in range(5):
        started = time.perf_counter()
        evaluate(lived_there, pack, on=date(2026, 11, 24))
        spent.append(time.perf_counter() - started)
    return median(spent)


def everybody() -> int:
    """Evaluate two years of each supervisee for two boards; return the peak in MB."""
    packs = [pack_named(PACK), pack_named(OTHER)]
    credited = 0
    for number in range(SUPERVISEES):
        one = life(104, f"supervisee-{number}")
        both: list[Evaluation] = [evaluate(one, pack, on=date(2018, 3, 1)) for pack in packs]
        credited += sum(each.total.credited for each in both)
    if not credited:
        raise RuntimeError("nothing counted")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main(words: list[str]) -> int:
    """Measure, print, and tell whether both bars hold."""
    if words:
        figure = seconds(int(words[1])) if words[0] == "years" else everybody()
        CONSOLE.print(figure)
        return 0
    two, ten = float(_apart("years", "2")), float(_apart("years", "10"))
    peak = int(_apart("everybody"))
    CONSOLE.print(f"2 years of one person: {1000 * two:.0f} ms; 10 years: {1000 * ten:.0f} ms;")
    CONSOLE.print(f"{ten / two:.1f} times as long (bar: {AT_MOST_TIMES})")
    CONSOLE.print(f"{SUPERVISEES} supervisees x 2 years x 2 boards: {peak} MB (bar: {AT_MOST_MB})")
    return 0 if ten <= AT_MOST_TIMES * two and peak < AT_MOST_MB else 1


def _apart(*words: str) -> str:
    command = [sys.executable, "-m", "tests.benchmarks.rules", *words]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - ours
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
