"""The suite notices: adapters that break one promise each fail the tests of it, and no others."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace

import pytest

from tests.contract import plants
from tests.support.fhir_hosts import FhirHost
from tests.support.in_process import in_process
from witnessmark.domain.capabilities import ObjectKind
from witnessmark.errors import WitnessmarkError
from witnessmark.sandbox import Practice
from witnessmark.testing import AdapterContract
from witnessmark_adapters.fhir_r4.adapter import FhirR4

TESTS = [name for name in dir(AdapterContract) if name.startswith("test_")]

CREATED_ONCE = {
    "test_a_second_put_writes_nothing",
    "test_a_put_killed_after_any_request_ends_in_the_same_resources",
    "test_a_host_that_is_busy_is_heard_and_nothing_is_done_twice",
    "test_access_that_expires_in_between_costs_no_record",
}
BUSY = {"test_a_host_that_is_busy_is_heard_and_nothing_is_done_twice"}
REFUSED = {"test_a_refusal_is_final_and_not_repeated"}
UNREADABLE = {"test_an_answer_that_cannot_be_read_is_told_as_that"}
THEIRS = {"test_nothing_private_is_written_and_nothing_of_others_touched"}
FORGED = {"test_a_forged_event_is_refused"}
RACE = "test_our_element_changed_there_while_we_write_is_not_written_over"
CONFLICT = "test_our_element_changed_there_is_a_conflict_and_is_left"

SHUT_OUT = "test_access_that_expires_on_a_page_loses_nothing"

SESSIONS = frozenset({ObjectKind.SESSION})
ATTESTATIONS = frozenset({ObjectKind.ATTESTATION})

PLANTED: list[tuple[type[FhirR4], frozenset[ObjectKind], set[str]]] = [
    (plants.Plant, SESSIONS, set()),
    (plants.CreatesUnasked, SESSIONS, CREATED_ONCE),
    (plants.WritesUnguarded, SESSIONS, {RACE}),
    (plants.WritesOver, SESSIONS, {RACE, CONFLICT}),
    (
        plants.SendsAgain,
        SESSIONS,
        {"test_a_put_whose_answer_was_lost_is_found_and_finished"},
    ),
    (plants.DoesNotWait, SESSIONS, BUSY),
    (plants.ForgetsHowLong, SESSIONS, BUSY),
    (plants.BringsBack, SESSIONS, {"test_our_copy_removed_there_is_gone_and_stays_gone"}),
    (
        plants.ForgetsWhatWasNotSettled,
        SESSIONS,
        {"test_an_update_whose_answer_was_lost_is_known_for_ours_by_a_later_version"},
    ),
    (
        plants.ComparesNothing,
        SESSIONS,
        {"test_comparing_says_what_put_would_and_writes_nothing", *REFUSED, *UNREADABLE},
    ),
    (plants.FindsNothing, SESSIONS, {"test_find_finds_what_put_delivered"}),
    (plants.WritesTwice, SESSIONS, {"test_a_second_put_writes_nothing"}),
    (plants.LosesWhatIsTheirs, SESSIONS, {"test_what_is_not_ours_survives_an_update"}),
    (plants.DoesNotWaitForPeople, SESSIONS, {"test_a_record_waits_for_what_it_leans_on"}),
    (plants.TouchesTheirs, SESSIONS, THEIRS),
    (plants.Babbles, SESSIONS, THEIRS),
    (plants.Signs, ATTESTATIONS, {"test_no_request_signs_anything"}),
    (plants.RepeatsRefusals, SESSIONS, REFUSED),
    (plants.TakesAnythingForNothing, SESSIONS, UNREADABLE),
    (plants.KeepsWhatItCouldNotRead, SESSIONS, UNREADABLE),
    (
        plants.RemembersWhatItTold,
        SESSIONS,
        {"test_a_pull_broken_off_anywhere_goes_on_from_the_last_cursor_kept"},
    ),
    (
        plants.TrustsTheOrder,
        SESSIONS,
        {"test_pages_that_repeat_and_come_out_of_order_say_the_same"},
    ),
    (plants.FollowsForEver, SESSIONS, {"test_pages_that_lead_in_a_ring_end"}),
    (
        plants.EndsWhereItIsShutOut,
        SESSIONS,
        {SHUT_OUT},
    ),
    (plants.BelievesAnybody, SESSIONS, FORGED),
    (plants.ProvesTheSenderAlone, SESSIONS, FORGED),
    (plants.BelievesTheNewestAlone, SESSIONS, {"test_each_live_secret_proves_an_event"}),
]


@pytest.mark.parametrize(
    ("plant", "kinds", "meant"), PLANTED, ids=[plant.__name__ for plant, _, _ in PLANTED]
)
def test_a_planted_adapter_fails_exactly_the_tests_meant(
    plant: type[FhirR4], kinds: frozenset[ObjectKind], meant: set[str]
) -> None:
    with planted(plant, kinds) as host:
        assert {name for name in TESTS if fails(name, host)} == meant


@contextmanager
def planted(plant: type[FhirR4], kinds: frozenset[ObjectKind]) -> Iterator[FhirHost]:
    """Start a practice under an adapter that holds no more than these kinds."""
    with closing(in_process(Practice(), "medplum")) as host:
        needs = {kind: ways for kind, ways in host.info.needs.items() if kind in kinds}
        host.info = replace(host.info, needs=needs)
        host.adapter, host.paged = (
            plant(one.client, one.x, one.profile, one.offer)
            for one in (host.adapter, host.paged)
            if isinstance(one, FhirR4)
        )
        yield host


def fails(name: str, host: FhirHost) -> bool:
    """Whether this test of the suite fails against the host."""
    try:
        getattr(AdapterContract(), name)(host)
    except (AssertionError, WitnessmarkError):
        return True
    return False
