"""A host's pages may come twice, in any order, with lying links or an hour's end between them."""

from __future__ import annotations

import pytest
from tests.support.drives import Drive
from tests.support.fault_proxy import (
    ClockOff,
    EntriesReversed,
    EntriesTwice,
    Fault,
    FaultProxy,
    NextElsewhere,
    NextLoops,
    PagesReversed,
    PageTwice,
    Seen,
    Unauthorized,
    always,
    fault_proxy,
    once,
    searches,
)

from witnessmark.errors import RefusedError, UnreadableAnswerError
from witnessmark.ports.host import Connection, Feed, Page, StaffSeen
from witnessmark.sandbox import STAFF, RunningPractice
from witnessmark.wire import Call
from witnessmark_adapters.fhir_r4.changes import Changes
from witnessmark_adapters.fhir_r4.client import Client
from witnessmark_adapters.fhir_r4.names import Names
from witnessmark_adapters.fhir_r4.profile import profile_named

EVERYBODY = sorted(f"Practitioner/{member.id}" for member in STAFF)
SMALL = profile_named("generic").model_copy(update={"page_size": 3})

HARMLESS = {
    "entries twice": EntriesTwice(),
    "entries in another order": EntriesReversed(),
    "pages twice": PageTwice(),
    "pages in another order": PagesReversed(),
    "a day ahead": ClockOff(24),
    "a day behind": ClockOff(-24),
}


def staff(on: Connection) -> Call[Page]:
    """Return a call that reads the practice's staff, three to a page."""
    changes = Changes(
        Client(on.base_url), Names("https://canonical.invalid"), SMALL, can=lambda _: True
    )
    return changes.read(Feed.STAFF, None)


def seen(page: Page) -> list[str]:
    return sorted(each.host_ref for each in page.changes if isinstance(each, StaffSeen))


def is_second_page(request: Seen) -> bool:
    return "_cursor" in request.query


def test_without_faults_there_are_several_pages(
    drive: Drive, proxy: FaultProxy, on: Connection
) -> None:
    assert seen(drive.run(staff(on), on)) == EVERYBODY
    assert proxy.targets == ["POST /auth/token", *["GET Practitioner"] * 3]
    assert proxy.log[2].asked == ("_cursor",)


@pytest.mark.parametrize("fault", HARMLESS.values(), ids=HARMLESS)
def test_pages_that_repeat_or_stray_change_nothing(
    drive: Drive, proxy: FaultProxy, on: Connection, fault: Fault
) -> None:
    proxy.plan = always(fault, only=searches)
    page = drive.run(staff(on), on)
    assert (seen(page), page.more) == (EVERYBODY, False)


def test_a_token_that_ends_between_two_pages_is_renewed_and_the_walk_goes_on(
    drive: Drive, proxy: FaultProxy, on: Connection
) -> None:
    proxy.plan = once(is_second_page, Unauthorized())
    assert seen(drive.run(staff(on), on)) == EVERYBODY
    assert proxy.targets == [
        "POST /auth/token",
        "GET Practitioner",
        "GET Practitioner",
        "POST /auth/token",
        "GET Practitioner",
        "GET Practitioner",
    ]


def test_a_next_link_in_a_loop_ends_the_walk(
    drive: Drive, proxy: FaultProxy, on: Connection
) -> None:
    proxy.plan = always(NextLoops(), only=searches)
    with pytest.raises(UnreadableAnswerError, match="never end"):
        drive.run(staff(on), on)
    assert proxy.targets == ["POST /auth/token", "GET Practitioner"]


def test_a_next_link_to_another_host_is_not_followed(
    drive: Drive, proxy: FaultProxy, on: Connection, ehr: RunningPractice
) -> None:
    with fault_proxy(ehr.base_url) as elsewhere:
        proxy.plan = always(NextElsewhere(f"{elsewhere.base_url}/Practitioner"), only=searches)
        with pytest.raises((UnreadableAnswerError, RefusedError), match="elsewhere"):
            drive.run(staff(on), on)
    assert elsewhere.log == []
