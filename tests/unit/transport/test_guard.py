"""Which addresses and URLs are ours to ask."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.installation import client_secret, connection

from witnessmark.errors import RefusedError
from witnessmark.transport.guard import Reach, check_address, check_request, same_origin
from witnessmark.wire import Request


@pytest.mark.parametrize(
    ("base", "url", "same"),
    [
        ("https://ehr.example/fhir", "https://ehr.example/other?page=2", True),
        ("https://ehr.example/fhir", "https://EHR.example:443/fhir", True),
        ("https://ehr.example/fhir", "https://ehr.example./fhir", True),
        ("https://ehr.example/fhir", "https://ehr.example:8443/fhir", False),
        ("https://ehr.example/fhir", "http://ehr.example/fhir", False),
        ("https://ehr.example/fhir", "https://ehr.example.evil.example/fhir", False),
        ("https://ehr.example/fhir", "https://ehr.example@evil.example/fhir", False),
        ("https://ehr.example/fhir", "https://evil.example\\@ehr.example/fhir", False),
        ("https://ehr.example/fhir", "//ehr.example/fhir", False),
        ("https://ehr.example/fhir", "/fhir?page=2", False),
        ("https://ehr.example/fhir", "https://ehr.example:port/", False),
        ("https://ehr.example/fhir", "https://ehr.example/\r\nx: y", False),
        ("", "", False),
    ],
)
def test_one_origin_is_scheme_host_and_port(base: str, url: str, *, same: bool) -> None:
    assert same_origin(base, url) is same


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://evil.example/", "evil.example is refused: it is not the EHR's own"),
        ("ftp://ehr.example/", "not a plain http"),
        ("https://user:password@ehr.example/", "not a plain http"),
        ("https://ehr.example/a b", "not a plain http"),
    ],
)
def test_a_request_elsewhere_is_refused_without_repeating_its_address(url: str, said: str) -> None:
    with pytest.raises(RefusedError, match=said) as refused:
        check_request(Request("GET", url, "read"), connection("https://ehr.example/fhir"))
    assert "password" not in str(refused.value)


def test_the_token_services_origin_may_be_asked_too() -> None:
    on = connection("https://ehr.example/fhir", client_secret("https://login.example/token"))
    check_request(Request("POST", "https://login.example/token", "token"), on)
    check_request(Request("GET", "https://ehr.example/fhir/Practitioner?name=a%20b", "read"), on)


ALL = Reach(loopback=True, private=True)


@pytest.mark.parametrize(
    ("address", "with_nothing", "with_everything"),
    [
        ("9.9.9.9", True, True),
        ("2620:fe::fe", True, True),
        ("64:ff9b::909:909", True, True),
        ("2002:909:909::1", True, True),
        ("127.0.0.9", False, True),
        ("::ffff:10.0.0.1", False, True),
        ("64:ff9b::a00:1", False, True),
        ("2002:a00:1::1", False, True),
        ("100.127.255.255", False, True),
        ("fd00::5", False, True),
        ("169.254.169.254", False, False),
        ("64:ff9b::a9fe:a9fe", False, False),
        ("fd00:ec2::254", False, False),
        ("100.100.100.200", False, False),
        ("168.63.129.16", False, False),
        ("0.0.0.0", False, False),  # noqa: S104 - an address to be refused
        ("::", False, False),
        ("198.18.0.1", False, False),
        ("255.255.255.255", False, False),
        ("ff02::1", False, False),
        ("fec0::1", False, False),
        ("2001:0:909:909::", False, False),
    ],
)
def test_addresses_are_told_apart(
    address: str, *, with_nothing: bool, with_everything: bool
) -> None:
    for reach, allowed in ((Reach(), with_nothing), (ALL, with_everything)):
        try:
            check_address(address, host="ehr.example", reach=reach)
            passed = True
        except RefusedError:
            passed = False
        assert passed is allowed


def test_a_name_of_this_computer_that_leads_elsewhere_is_refused() -> None:
    with pytest.raises(RefusedError, match="its name says so"):
        check_address("9.9.9.9", host="localhost", reach=ALL)


@given(st.ip_addresses())
def test_a_wider_setting_never_forbids_what_a_narrower_one_allows(address: object) -> None:
    narrow = _allowed(str(address), Reach())
    assert not narrow or _allowed(str(address), ALL)


def _allowed(address: str, reach: Reach) -> bool:
    try:
        check_address(address, host="ehr.example", reach=reach)
    except RefusedError:
        return False
    return True
