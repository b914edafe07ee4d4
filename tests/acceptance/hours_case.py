"""A case file of an invented clinic: Robin's hours under Alma, as many weeks as are asked for."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import yaml

FIRST = date(2026, 3, 9)
"""A Monday."""

_HEAD = """
case_file: 1
marked: invented
clinic: {id: invented-harbor, name: Harbor (invented), time_zone: America/Los_Angeles}
people:
  - id: robin
    registered_name: Robin Example-Castillo
    licences:
      - {type: AMFT, number: INV-1, board: us-ca-bbs-amft, board_name: An invented board,
         jurisdiction: US-CA, issued: 2025-09-01, expires: 2027-08-31,
         history: [{since: 2025-09-01, status: registered}]}
  - id: alma
    registered_name: Alma Example-Ngata
    licences:
      - {type: LMFT, number: INV-2, board: us-ca-bbs-lmft, board_name: An invented board,
         jurisdiction: US-CA, issued: 2012-01-01, expires: 2028-01-01,
         history: [{since: 2012-01-01, status: licensed}]}
    supervisor_training:
      - {title: Supervision (invented), minutes: 900, completed: 2025-10-01}
settings:
  - {id: harbor, name: Harbor Counseling, time_zone: America/Los_Angeles, week_start: monday}
agreements:
  - {id: a1, supervisor: alma, supervisee: robin, setting: harbor, starts: 2026-01-05,
     signed_on: 2026-01-05, employed_there: true}
candidacies:
  - {id: c1, person: robin, pack: PACK,
     reached: [{milestone: degree, on: 2025-06-01}, {milestone: registered, on: 2025-09-01}]}
forms:
  - {id: f1, form: supervisor-self-assessment, supervisor: alma,
     signatures: [{person: alma, on: 2026-01-05, kind: ink}]}
"""
_WEEK = (
    (0, 240, "individual-therapy"),
    (1, 240, "couple-family-therapy"),
    (3, 240, "individual-therapy"),
    (4, 300, "record-keeping"),
)
"""Twelve hours with clients and five others: of which the hour of supervision supports ten."""


def write_case(folder: Path, *, weeks: int = 1, pack: str = "us-ca-amft") -> Path:
    """Write the file; each week has one hour of individual supervision, on its Tuesday."""
    sessions, entries = [], []
    for week in range(weeks):
        monday = FIRST + timedelta(weeks=week)
        sessions.append(_session(week, monday + timedelta(days=1)))
        entries += [
            _entry(f"e{week}-{number}", monday + timedelta(days=day), minutes, activity=activity)
            for number, (day, minutes, activity) in enumerate(_WEEK)
        ]
    lived = yaml.safe_dump({"sessions": sessions, "entries": entries}, sort_keys=False)
    file = folder / "robin.case.yaml"
    file.write_text(_HEAD.replace("PACK", pack) + lived, encoding="utf-8")
    return file


def _session(week: int, day: date) -> dict[str, object]:
    return {
        "id": f"s{week}",
        "setting": "harbor",
        "start": f"{day}T10:00",
        "end": f"{day}T11:00",
        "status": "held",
        "medium": "in-person",
        "led_by": ["alma"],
        "attended": [{"person": "robin", "minutes": 60}],
    }


def _entry(name: str, day: date, minutes: int, *, activity: str) -> dict[str, object]:
    return {
        "id": name,
        "supervisee": "robin",
        "setting": "harbor",
        "day": day,
        "minutes": minutes,
        "activity": activity,
        "modality": "in-person",
        "supervisor": "alma",
    }
