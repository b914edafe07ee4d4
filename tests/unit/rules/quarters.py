"""Three complete, ordinary months for each shipped pack, of which a test changes one fact.

All people are invented. Weeks run from Monday 1 June to Sunday 30 August 2026.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import Any

from tests.unit.rules.builders import (
    ALMA,
    ME,
    agreement,
    candidacy,
    course,
    form,
    judge,
    licence,
    lived,
    met,
    person,
    work,
)
from witnessmark.application.rule_packs import pack_named
from witnessmark.domain.agreements import Agreement
from witnessmark.domain.candidacies import Candidacy
from witnessmark.domain.forms import Form, SignatureKind
from witnessmark.domain.people import Credential, Person
from witnessmark.domain.sessions import Medium, Session
from witnessmark.rules.experience import LoggedEntry
from witnessmark.rules.findings import Evaluation

shipped_pack = cache(pack_named)
MONDAYS = [date(2026, 6, 1) + timedelta(weeks=week) for week in range(13)]


@dataclass(frozen=True)
class Known:
    """What is known of these three months."""

    entries: Iterable[LoggedEntry]
    sessions: Iterable[Session]
    people: Iterable[Person]
    agreements: Iterable[Agreement] = (agreement("2026-06-01"),)
    forms: Iterable[Form] = ()
    candidacies: Iterable[Candidacy] = ()


def weekly(*, direct: int, other: int = 0) -> list[LoggedEntry]:
    """Return each week's hours: so many minutes with clients on five days, and the rest on one."""
    lines = [work(str(day + timedelta(n)), minutes=direct) for day in MONDAYS for n in range(5)]
    rest = [work(str(day), minutes=other, activity="record-keeping") for day in MONDAYS if other]
    return lines + rest


def meetings(
    minutes: int = 60, *, together: int = 1, observed: int = 0, medium: Medium = Medium.IN_PERSON
) -> list[Session]:
    """Return a session on every Wednesday."""
    return [
        met(
            str(day + timedelta(2)),
            minutes=minutes,
            together=together,
            observed=observed,
            medium=medium,
        )
        for day in MONDAYS
    ]


def at(board: str, licence_type: str) -> Credential:
    """Return a licence of a board since 2010."""
    place = "-".join(board.split("-")[:2]).upper() if board.startswith("us-") else "US"
    return licence(licence_type, board=board, jurisdiction=place)


LCSW = licence("LCSW")
ASSOCIATE = person(
    ME,
    *[licence(one, issued="2025-01-01", training_licence=True) for one in ("AMFT", "ASW", "APCC")],
)
TEXAN = person(ME, at("us-tx-bhec-lpc-associate", "LPC Associate"))
INTERN = person(ME, at("us-fl-doh-rmhci", "RMHCI"))
BCBA = at("bacb-bcba", "BCBA")
EIGHT = [course("2020-01-01", minutes=480)]
ANALYST = person(ALMA, BCBA, training=EIGHT)
MONTHS = [("2026-06-01", "2026-06-30"), ("2026-07-01", "2026-07-31"), ("2026-08-01", "2026-08-31")]


def monthly(
    *, signer: str = ALMA, kind: SignatureKind = SignatureKind.ELECTRONIC, months: int = 3
) -> list[Form]:
    """Return forms signed on the tenth of the month after."""
    signed = ["2026-07-10", "2026-08-10", "2026-09-10"]
    return [
        form("m-fvf", (signer, on, kind), first_day=first, last_day=last)
        for (first, last), on in zip(MONTHS[:months], signed[:months], strict=True)
    ]


def complete(pack: str) -> Known:
    """Return three months that leave nothing to wish for."""
    agreed = [agreement("2026-06-01")]
    fifteen = weekly(direct=120, other=300)
    match pack:
        case "us-ca-amft" | "us-ca-asw" | "us-ca-apcc":
            return Known(
                entries=fifteen,
                sessions=meetings(),
                people=[ASSOCIATE, person(ALMA, LCSW, training=[course("2025-12-01")])],
                agreements=agreed,
                forms=[form("supervisor-self-assessment", (ALMA, "2026-06-10"), supervisee=None)],
                candidacies=[candidacy(pack, degree="2024-06-01")],
            )
        case "us-tx-lpc-associate":
            return Known(
                entries=fifteen,
                sessions=meetings(),
                people=[TEXAN, person(ALMA, at("us-tx-bhec-lpc-s", "LPC-S"))],
                agreements=[agreement("2026-06-01", ends="2026-08-31")],
                forms=[form("supervised-experience-documentation", (ALMA, "2026-09-30"))],
            )
        case "us-fl-rmhci":
            return Known(
                entries=weekly(direct=120),
                sessions=meetings(),
                people=[INTERN, person(ALMA, at("us-fl-doh-lmhc", "LMHC"))],
                forms=[form("supervisor-letter", (ALMA, "2026-05-20"))],
            )
        case "us-ny-lcsw":
            lcsw = person(ALMA, at("us-ny-op-lcsw", "LCSW-R"))
            return Known(entries=weekly(direct=45), sessions=meetings(), people=[lcsw])
        case "us-il-lcpc":
            lcpc = person(ALMA, at("us-il-idfpr-lcpc", "LCPC"))
            return Known(entries=fifteen, sessions=meetings(), people=[lcpc])
        case "bacb-trainee":
            return Known(
                entries=weekly(direct=60, other=900),
                sessions=meetings(90, observed=60),
                people=[ANALYST],
                agreements=[agreement("2026-05-25", structure="supervised")],
                forms=monthly(),
                candidacies=[candidacy(pack, application_received="2026-11-20")],
            )
        case _:
            return Known(
                entries=weekly(direct=240), sessions=meetings(75, observed=30), people=[ANALYST]
            )


def judged(pack: str, **other: Any) -> Evaluation:
    """Judge the complete months, but for what is given."""
    known = replace(complete(pack), **other)
    case = lived(
        known.entries,
        known.sessions,
        people=known.people,
        agreements=known.agreements,
        forms=known.forms,
        candidacies=known.candidacies,
    )
    return judge(case, shipped_pack(pack))
