"""One supervisee's case file: rules read it as they read the store; nobody else can be read."""

from datetime import date
from pathlib import Path

import pytest
from tests.integration.intake.conftest import NOW, Intake
from tests.support.clinic import run

from witnessmark.application.acts import Act
from witnessmark.application.case_contents import CaseContents
from witnessmark.application.experiences import experience_in, supervisees_in
from witnessmark.application.extracting import extract_case
from witnessmark.application.rule_packs import pack_named
from witnessmark.application.stored_cases import contents_of
from witnessmark.domain.actors import OPERATOR, Action, Actor, Role
from witnessmark.domain.forms import Form, FormSignature
from witnessmark.domain.ids import FormId, PersonId
from witnessmark.errors import DeclarationError, NotAllowedError, UnknownRecordError
from witnessmark.rules.evaluate import evaluate
from witnessmark.rules.findings import Evaluation
from witnessmark.surfaces.intake.case_reading import read_case_file
from witnessmark.surfaces.intake.case_writing import case_file_of

AISHA, MIRA = PersonId("ar"), PersonId("ms")
READS = Act(OPERATOR, NOW, {Role.OPERATOR: frozenset({Action.SEE_PROGRESS})})
PACKS = ("us-ca-apcc", "bacb-trainee", "voluntary-consultation")
FORM = Form(FormId("f-1"), "m-fvf", MIRA, signatures=(FormSignature(MIRA, date(2026, 11, 2)),))


def extracted(intake: Intake, person: PersonId) -> str:
    clinic = next(one for one in intake.store.clinics() if one.id == intake.clinic)
    with intake.store.change(intake.clinic) as work:
        return case_file_of(extract_case(work, person, clinic=clinic, act=READS))


def read(tmp_path: Path, text: str) -> CaseContents:
    path = tmp_path / "extract.yaml"
    path.write_text(text, encoding="utf-8")
    return read_case_file(path).contents


def judged(contents: CaseContents, person: PersonId, pack: str) -> Evaluation:
    case = experience_in(contents, person)
    return evaluate(case, pack_named(pack), on=date(2026, 11, 23))


def test_rules_read_an_extract_as_they_read_the_store(intake: Intake, tmp_path: Path) -> None:
    intake.take_case()
    with intake.store.look(intake.clinic) as work:
        everything = contents_of(work)
    for person in supervisees_in(everything):
        told = read(tmp_path, extracted(intake, person))
        assert supervisees_in(told) == (person,)
        for pack in PACKS:
            assert judged(told, person, pack) == judged(everything, person, pack)


def test_an_extract_holds_nothing_that_stays_in_supervision_and_nobody_elses_hours(
    intake: Intake, tmp_path: Path
) -> None:
    intake.take_case()
    with intake.store.change(intake.clinic) as work:
        work.forms.put(FORM)
        said = [one for session in work.sessions.all() for one in session.said.topics]
        others = {one.supervisee for one in contents_of(work).entries} - {AISHA}
        names = [one.registered_name for one in work.people.all() if one.id in others]
    text = extracted(intake, AISHA)
    told = read(tmp_path, text)
    assert said
    assert others
    assert not [word for word in (*said, *names, "canary", "ledger", "presenter") if word in text]
    assert {entry.supervisee for entry in told.entries} == {AISHA}
    assert {fact.supervisee for fact in told.weeks} == {AISHA}
    assert {fact.supervisee for fact in told.attestations} == {AISHA}
    assert not told.forms
    assert not told.groups
    there = {one.person for session in told.sessions for one in session.attended}
    assert not others & {*there, *(one.id for one in told.people)}
    assert {name for name in there if name != AISHA} <= {f"another-{n}" for n in range(1, 5)}


def test_an_extract_is_not_taken_for_the_clinics_own_file(intake: Intake, tmp_path: Path) -> None:
    intake.take_case()
    contents = read(tmp_path, extracted(intake, AISHA))
    with pytest.raises(DeclarationError, match="not of 'example-harbour'"):
        intake.take(contents, "extract.yaml", "0" * 64)


def test_a_case_is_the_persons_own_and_an_extract_of_it_is_written_down(
    intake: Intake,
) -> None:
    intake.take_case()
    clinic = next(one for one in intake.store.clinics() if one.id == intake.clinic)
    with intake.store.change(intake.clinic) as work:
        everybody = {role: frozenset(Action) for role in Role}
        for actor in (Actor(Role.ADMIN, PersonId("ro")), Actor(Role.SUPERVISEE, MIRA)):
            with pytest.raises(NotAllowedError):
                extract_case(work, AISHA, clinic=clinic, act=Act(actor, NOW, everybody))
        with pytest.raises(UnknownRecordError):
            extract_case(work, PersonId("nobody"), clinic=clinic, act=READS)
        assert not work.audit.of("people/ar")
        extract_case(work, AISHA, clinic=clinic, act=READS)
        assert [entry.action for entry in work.audit.of("people/ar")] == ["case_extracted"]


def test_the_command_writes_a_new_file_or_to_standard_output(intake: Intake) -> None:
    home, out = str(intake.folder / "home"), intake.folder / "aisha.yaml"
    assert run("import", str(intake.folder / "practice.case.yaml"), "--home", home).code == 0
    words = ("rules", "case", "ar", "--home", home)
    written = run(*words, "--out", str(out), "--json")
    assert (written.code, written.result["text"]) == (0, "")
    assert written.result["brought"]["entries"] == 34
    assert run(*words).out == out.read_text(encoding="utf-8")
    refused = run(*words, "--out", str(out), "--json")
    assert (refused.code, refused.result["error"]) == (2, "DomainError")
