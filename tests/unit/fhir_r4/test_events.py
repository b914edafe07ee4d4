"""An event counts only when its raw bytes, or the key we gave, prove where it comes from."""

import hmac
from hashlib import sha256

import pytest

from witnessmark.errors import RefusedError
from witnessmark.ports.events import RawEvent
from witnessmark_adapters.fhir_r4.events import verify_event
from witnessmark_adapters.fhir_r4.profile import EventProof

BODY = b'{"resourceType":"Task","id":"t1","meta":{"versionId":"7"},"status":"on-hold"}'
NEW, OLD = "new-secret", "old-secret"


def keyed(key: str, body: bytes = b"", path: str = "") -> RawEvent:
    return RawEvent(path, {"x-witnessmark-key": key}, body)


def signed(secret: str, body: bytes, over: bytes | None = None) -> RawEvent:
    made = hmac.new(secret.encode(), body if over is None else over, sha256).hexdigest()
    return RawEvent("", {"x-signature": made}, body)


@pytest.mark.parametrize("secret", [NEW, OLD])
def test_either_live_secret_proves_an_event(secret: str) -> None:
    both: tuple[tuple[RawEvent, EventProof], ...] = (
        (keyed(secret, BODY), "key"),
        (signed(secret, BODY), "signature"),
    )
    for event, proof in both:
        proven = verify_event(event, [NEW, OLD], proof=proof)
        assert (proven.type, proven.id, proven.version) == ("Task", "t1", "7")
        assert proven.digest == sha256(BODY).hexdigest()


@pytest.mark.parametrize(
    ("event", "proof"),
    [
        (keyed("another", BODY), "key"),
        (keyed("", BODY), "key"),
        (RawEvent("", {}, BODY), "key"),
        (keyed(NEW + "x", BODY), "key"),
        (signed("another", BODY), "signature"),
        (signed(NEW, BODY, over=BODY.replace(b"on-hold", b"completed")), "signature"),
        (signed(NEW, BODY + b" "), "key"),
        (keyed(NEW, BODY), "signature"),
        (RawEvent("", {"x-signature": "é"}, BODY), "signature"),
        (RawEvent("", {}, b""), "signature"),
    ],
)
def test_a_forged_event_is_refused_and_not_repeated(event: RawEvent, proof: EventProof) -> None:
    with pytest.raises(RefusedError) as refused:
        verify_event(event, [NEW, OLD], proof=proof)
    assert "on-hold" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_without_a_live_secret_nothing_is_proven() -> None:
    with pytest.raises(RefusedError):
        verify_event(keyed(""), [], proof="key")
    with pytest.raises(RefusedError):
        verify_event(signed("", b""), [], proof="signature")


def test_a_hint_without_a_body_takes_its_name_from_the_path() -> None:
    proven = verify_event(keyed(NEW, path="/Task/t9"), [NEW], proof="key")
    assert (proven.type, proven.id, proven.version) == ("Task", "t9", "")


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"resourceType": 5}', b"\xff\xfe"])
def test_what_cannot_be_read_is_still_a_hint(body: bytes) -> None:
    assert verify_event(keyed(NEW, body), [NEW], proof="key").version == ""


@pytest.mark.parametrize(
    ("kind", "version"),
    [("Patient John Canary", "v 1"), ("T" * 65, "7" * 65), ("T1", "a|b"), ("\\u0000", "\\ud800")],
)
def test_what_is_no_word_of_fhir_is_not_kept(kind: str, version: str) -> None:
    body = f'{{"resourceType":"{kind}","id":"t1","meta":{{"versionId":"{version}"}}}}'.encode()
    event = verify_event(keyed(NEW, body), [NEW], proof="key")
    assert (event.type, event.version) == ("", "")
    assert verify_event(keyed(NEW, path=f"/{kind}/t1"), [NEW], proof="key").type == ""


def test_of_a_notification_bundle_the_first_resource_is_named() -> None:
    bundle = b'{"resourceType":"Bundle","entry":[{"resource":' + BODY + b"}]}"
    assert verify_event(keyed(NEW, bundle), [NEW], proof="key").id == "t1"
