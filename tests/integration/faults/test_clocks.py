"""A clock that is a day off, the host's or ours, changes how late things are and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from joserfc.jwk import ECKey
from tests.support.drives import Drive, read
from tests.support.fault_proxy import (
    Answer,
    FaultProxy,
    Host,
    Seen,
    always,
    busy,
    http_date,
    once,
    reads,
)
from tests.support.installation import NOON, Installation

from witnessmark.errors import RefusedError, TryLaterError
from witnessmark.ports.host import AuthKind, Connection
from witnessmark.sandbox import RunningPractice

DAYS_OFF = [-24, 24]
KEY = ECKey.generate_key("P-384", {"use": "sig", "alg": "ES384"}, auto_kid=True)


@pytest.fixture
def signing(on: Connection, ehr: RunningPractice, installation: Installation) -> Connection:
    """Return a connection that proves itself by a signed assertion, which holds four minutes."""
    keys = {"keys": [KEY.as_dict(private=False)]}
    registered = ehr.practice.access.register({"scope": "system/*.rs", "jwks": keys})
    installation.secrets.values = {"env:KEY": KEY.as_pem(private=True).decode()}
    kind, client_id = AuthKind.PRIVATE_KEY_JWT, registered["client_id"]
    return replace(on, auth=replace(on.auth, kind=kind, client_id=client_id, scopes=()))


@dataclass(frozen=True)
class AtNoon:
    """The host says the time that the practice lives at."""

    async def answer(self, seen: Seen, host: Host) -> Answer:
        found = await host.ask(seen)
        return replace(found, headers=found.with_header("date", http_date(NOON)))


@pytest.mark.parametrize("hours", DAYS_OFF)
def test_a_clock_of_ours_that_is_a_day_off_does_not_keep_us_out(
    drive: Drive, proxy: FaultProxy, signing: Connection, installation: Installation, hours: int
) -> None:
    installation.clock.instant = NOON + timedelta(hours=hours)
    proxy.plan = always(AtNoon())
    for _ in range(2):
        assert drive.run(read(f"{signing.base_url}/Practitioner"), signing).status == 200
    # Asked once more by the host's own clock; then the token holds as long as any other.
    assert [f"{each} {each.status}" for each in proxy.log] == [
        "POST /auth/token 401",
        "POST /auth/token 200",
        "GET Practitioner 200",
        "GET Practitioner 200",
    ]


@pytest.mark.parametrize("hours", DAYS_OFF)
def test_a_clock_of_the_hosts_that_is_a_day_off_makes_no_wait_longer_or_shorter(
    drive: Drive, proxy: FaultProxy, on: Connection, hours: int
) -> None:
    there = NOON + timedelta(hours=hours)
    until = busy(503, http_date(there + timedelta(seconds=40)), date=http_date(there))
    proxy.plan = once(reads, until)
    with pytest.raises(TryLaterError) as busy_there:
        drive.run(read(f"{on.base_url}/Practitioner"), on)
    assert busy_there.value.after == 40


def test_a_key_the_host_does_not_know_is_refused_once_when_the_clocks_agree(
    drive: Drive, proxy: FaultProxy, signing: Connection, installation: Installation
) -> None:
    other = ECKey.generate_key("P-384")
    installation.secrets.values = {"env:KEY": other.as_pem(private=True).decode()}
    proxy.plan = always(AtNoon())
    with pytest.raises(RefusedError, match="client id or key"):
        drive.run(read(f"{signing.base_url}/Practitioner"), signing)
    assert proxy.targets == ["POST /auth/token"]
