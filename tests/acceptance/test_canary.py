"""Client data of the EHR, and what is said in supervision, are found nowhere they may not be."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.support.clinic import FILES, Clinic
from witnessmark.sandbox import BOOKINGS, PATIENTS


def client_words() -> set[str]:
    """Everything the EHR knows of its clients."""
    words = {word for one in PATIENTS for word in (one.family, one.given, one.born)}
    return words | {one.note for one in BOOKINGS if one.note}


def private_words(clinic: Clinic) -> set[str]:
    """Everything the practice's files say that must stay in supervision: the sessions' topics."""
    text = (clinic.folder / "files" / FILES[0]).read_text(encoding="utf-8")
    sessions = yaml.safe_load(text)["sessions"]
    topics = {topic for one in sessions for topic in one.get("topics", ())}
    assert topics
    return topics


def found(folder: Path, words: set[str]) -> set[tuple[str, str]]:
    """Return (file, word) for every word in the raw bytes of every file."""
    return {
        (file.name, word)
        for file in folder.rglob("*")
        if file.is_file()
        for word in words
        if word.encode() in file.read_bytes()
    }


def test_no_table_log_or_answer_holds_a_client_or_a_topic(
    connected: Clinic, caplog: pytest.LogCaptureFixture
) -> None:
    said = [connected.run("sync", "--once"), connected.run("sync", "--once", machine=False)]
    ours = connected.run("delivery", "list", "done", "--limit", "1000").result["deliveries"]
    said += [connected.run("explain", one["record"]) for one in ours[:40]]
    said += [connected.run(*words) for words in (("doctor",), ("terms",), ("staff", "list"))]
    out = connected.folder / "out"
    out.mkdir()
    text = "\n".join(one.out + one.err for one in said) + caplog.text
    (out / "said.txt").write_text(text, encoding="utf-8")
    connected.ehr.practice.dump(out, _ours(connected))
    words = client_words() | private_words(connected)
    assert found(out, words) == set()
    assert found(connected.home, words) == set()


def test_what_the_ehr_refuses_is_told_without_its_words(connected: Clinic) -> None:
    private = private_words(connected)
    connected.ehr.stop()
    said = connected.run("sync", "--once", machine=False)
    assert not any(word in said.err for word in private | client_words())


def test_the_canaries_would_be_found(connected: Clinic) -> None:
    assert found(connected.folder / "files", private_words(connected))
    planted = connected.folder / "planted"
    connected.ehr.practice.dump(planted, {f"Patient/{PATIENTS[0].id}"})
    assert found(planted, client_words())


def _ours(clinic: Clinic) -> set[str]:
    rows = clinic.run("delivery", "list", "done", "--limit", "1000").result["deliveries"]
    told = [clinic.run("explain", one["record"]).result for one in rows]
    return {part["host_ref"] for one in told for there in one["there"] for part in there["receipt"]}
