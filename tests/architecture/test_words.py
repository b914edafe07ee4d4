"""The plugin speaks of supervision, never of one host; the present and our base have one place."""

from pathlib import Path
from textwrap import dedent

from tests.architecture.sources import ROOT, plant
from tests.architecture.words import canonical_literals, foreign_words, presents_read


def test_the_plugin_names_no_fhir_resource_type_and_no_vendor() -> None:
    assert foreign_words(ROOT) == []


def test_a_foreign_word_is_caught_in_code_and_not_in_prose(tmp_path: Path) -> None:
    code = '''\
        """A Practitioner in a docstring, and Medplum."""  # Provenance in a comment
        KIND = "Questionnaire"
        """Bundle, said of the line above."""
        class PractitionerRow: ...
        class AppointmentSeen: ...
        class Bundle: ...
        def fetch(medplum_url): return f"{medplum_url}/Observation/1"
        HapiHost = "Canvas is a vendor"
        fine = "Observation of a client; shaping; healthier; PROVENANCE; an Appointment was kept"
    '''
    plant(tmp_path, "plugin/witnessmark/sync/words.py", dedent(code))
    plant(tmp_path, "plugin/witnessmark/sandbox/words.py", dedent(code))
    assert sorted(found.partition("words.py:")[2] for found in foreign_words(tmp_path)) == [
        "2: names Questionnaire",
        "4: names Practitioner",
        "6: names Bundle",
        "7: names Observation/",
        "7: names medplum",
        "7: names medplum",
        "8: names Canvas",
        "8: names Hapi",
    ]


def test_only_a_clock_reads_the_present() -> None:
    assert presents_read(ROOT) == []


def test_reading_the_present_elsewhere_is_caught(tmp_path: Path) -> None:
    code = """\
        import datetime as dt, time
        from datetime import date, datetime, UTC
        from time import monotonic, time_ns
        a = datetime.now(UTC)
        b = dt.datetime.utcnow
        c = date.today()
        d = time.time()
        e = clock.now(), time.monotonic(), datetime.fromtimestamp(0, UTC)
    """
    plant(tmp_path, "plugin/witnessmark/sync/now.py", dedent(code))
    plant(tmp_path, "plugin/witnessmark/bootstrap.py", dedent(code))
    assert [found.partition(".py:")[2] for found in presents_read(tmp_path)] == [
        "3: reads time.time_ns",
        "4: reads datetime.now",
        "5: reads datetime.utcnow",
        "6: reads date.today",
        "7: reads time.time",
    ]


def test_no_code_holds_the_canonical_base() -> None:
    assert canonical_literals(ROOT) == []


def test_a_literal_canonical_base_is_caught_even_in_a_comment(tmp_path: Path) -> None:
    base = "https://" + "witnessmark" + ".example/fhir"
    plant(tmp_path, "tests/unit/test_it.py", f"X = 1  # {base}\n")
    plant(tmp_path, "adapters/witnessmark_adapters/it.py", f'\nX = "{base}"\n')
    assert canonical_literals(tmp_path) == [
        "adapters/witnessmark_adapters/it.py:2: holds the canonical base",
        "tests/unit/test_it.py:1: holds the canonical base",
    ]
