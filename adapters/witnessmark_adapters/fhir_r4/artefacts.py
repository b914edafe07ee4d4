"""The FHIR artefacts we publish: our codes, the two Questionnaires, one extension. R4 4.0.1."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from witnessmark.domain.hours import Activity
from witnessmark.domain.people import GOOD_STANDING, LicenceStatus
from witnessmark.domain.sessions import Medium
from witnessmark.wire import JsonObject
from witnessmark_adapters.fhir_r4.mapping import document, held_session, task, week_log
from witnessmark_adapters.fhir_r4.mapping.role import Side
from witnessmark_adapters.fhir_r4.names import (
    ARTEFACT_VERSION,
    SUPERVISION,
    SUPERVISOR_TRAINING,
    Names,
)

BAD_STANDING = [status.value for status in LicenceStatus if status not in GOOD_STANDING]


def published(canonical: str) -> Mapping[str, JsonObject]:
    """Return every artefact by its path under `schemas/`."""
    x = Names(canonical)
    artefacts = {
        "CodeSystem-supervision": _code_system(x),
        "Questionnaire-supervision-session": _held_session(x),
        "Questionnaire-supervised-hours-week": _week(x),
        "StructureDefinition-license-status": _license_status(x),
        "ValueSet-license-status": _license_statuses(x),
    }
    return {f"fhir/{name}.json": body for name, body in artefacts.items()}


def _code_system(x: Names) -> JsonObject:
    asked = [task.COSIGN_NOTE, task.ATTEST_WEEK, *task.BUSINESS_STATUSES]
    codes = dict.fromkeys(
        [
            *(SUPERVISION, *Activity, *Medium, *BAD_STANDING, SUPERVISOR_TRAINING),
            *(*Side, *asked, document.SCAN),
        ],
        None,
    )
    return {
        **_head("CodeSystem", "supervision", "Supervision", "Clinical supervision"),
        "url": x.codes,
        "description": "What clinical supervision is made of, and how what is asked for stands.",
        "caseSensitive": True,
        "content": "complete",
        "count": len(codes),
        "concept": [{"code": str(code), "display": _display(code)} for code in codes],
    }


def _license_statuses(x: Names) -> JsonObject:
    concepts = [{"code": code} for code in BAD_STANDING]
    return {
        **_head(
            "ValueSet", "license-status", "LicenseStatusValues", "Licence not in good standing"
        ),
        "url": x.license_statuses,
        "compose": {"include": [{"system": x.codes, "concept": concepts}]},
    }


def _license_status(x: Names) -> JsonObject:
    return {
        **_head("StructureDefinition", "license-status", "LicenseStatus", "Licence status"),
        "url": x.license_status,
        "description": "The status of a licence that is not in good standing. One that is carries"
        " HL7's practitioner-qualification extension, whose status is fixed to active.",
        "fhirVersion": "4.0.1",
        "kind": "complex-type",
        "abstract": False,
        "context": [{"type": "element", "expression": "Practitioner.qualification"}],
        "type": "Extension",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Extension",
        "derivation": "constraint",
        "differential": {
            "element": [
                _element("Extension", short="Licence status", max="1"),
                _element("Extension.extension", max="0"),
                _element("Extension.url", fixedUri=x.license_status),
                _element(
                    "Extension.value[x]",
                    min=1,
                    type=[{"code": "Coding"}],
                    binding={"strength": "required", "valueSet": x.license_statuses},
                ),
            ]
        },
    }


def _held_session(x: Names) -> JsonObject:
    who = _item(held_session.WHO, "Who was expected", "reference", required=True)
    minutes = _item(held_session.MINUTES, "Minutes present", "integer", required=True)
    return {
        **_head(
            "Questionnaire", "supervision-session", "SupervisionSession", "Held supervision session"
        ),
        "url": x.held_session,
        "subjectType": ["Practitioner"],
        "item": [
            _item(held_session.SESSION, "Appointment of the session", "reference", required=True),
            _choice(held_session.MEDIUM, "Medium", Medium, x),
            _item(held_session.REAL_TIME, "Held in real time", "boolean", required=True),
            _item(
                held_session.ATTENDANCE, "Attendance", "group", repeats=True, item=[who, minutes]
            ),
        ],
    }


def _week(x: Names) -> JsonObject:
    entry = [
        _item(week_log.ENTRY_ID, "Identifier of the entry", "string", required=True),
        _item(week_log.DAY, "Date in the setting's time zone", "date", required=True),
        _item(week_log.MINUTES, "Minutes", "integer", required=True),
        _choice(week_log.ACTIVITY, "Activity", Activity, x),
        _choice(week_log.MODALITY, "Modality", Medium, x),
        _item(week_log.SUPERVISOR, "Responsible supervisor", "reference", required=True),
    ]
    return {
        **_head(
            "Questionnaire",
            "supervised-hours-week",
            "SupervisedHoursWeek",
            "Week of supervised hours",
        ),
        "url": x.week,
        "subjectType": ["Practitioner"],
        "item": [
            _item(week_log.START, "First day of the week", "date", required=True),
            _item(week_log.SETTING, "Setting", "string", required=True),
            _item(week_log.ENTRY, "Entry", "group", repeats=True, item=entry),
        ],
    }


def _head(kind: str, own_id: str, name: str, title: str) -> JsonObject:
    return {
        "resourceType": kind,
        "id": own_id,
        "version": ARTEFACT_VERSION,
        "name": name,
        "title": title,
        "status": "active",
        "experimental": False,
        "publisher": "The Witnessmark contributors",
    }


def _display(code: str) -> str:
    return str(code).replace("-", " ").capitalize()


def _element(path: str, **members: object) -> JsonObject:
    return {"id": path, "path": path, **members}


def _item(link: str, says: str, kind: str, **members: object) -> JsonObject:
    return {"linkId": link, "text": says, "type": kind, **members}


def _choice(link: str, says: str, codes: Iterable[str], x: Names) -> JsonObject:
    options = [
        {"valueCoding": {"system": x.codes, "code": str(code), "display": _display(code)}}
        for code in codes
    ]
    return _item(link, says, "choice", required=True, answerOption=options)
