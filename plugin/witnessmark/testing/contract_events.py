"""An event is believed when it proves itself by a secret that is live, and by nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from hashlib import sha256

from witnessmark.errors import RefusedError
from witnessmark.ports.events import RawEvent
from witnessmark.testing.bench import HostUnderTest
from witnessmark.testing.bench_claims import claim, raised, silent

_OLD, _NEW, _OTHER = "invented-old-secret", "invented-new-secret", "invented-other-secret"
_CANARY = "canary-of-an-event"
_BODY = f'{{"note": "{_CANARY}"}}'.encode()


class EventsContract:
    """Verifying asks nobody: it is a function of the raw bytes and the secrets."""

    def test_each_live_secret_proves_an_event(self, host: HostUnderTest) -> None:
        """While a secret is changed, both are live; of the body no more than a digest is kept."""
        for secret in (_OLD, _NEW):
            for body in (_BODY, b""):
                event = host.adapter.verify_event(host.event(secret, body), [_NEW, _OLD])
                claim(event.digest == sha256(body).hexdigest(), "another digest")
                claim(_CANARY not in repr(event), "the event holds its body")

    def test_a_forged_event_is_refused(self, host: HostUnderTest) -> None:
        """Another body, another secret, no proof at all, or no secret to prove it by."""
        true = host.event(_NEW, _BODY)
        bare = replace(true, headers={})
        empty = replace(true, headers=dict.fromkeys(true.headers, ""))
        wrong = host.event(_OTHER, _BODY)
        forged: list[tuple[RawEvent, Sequence[str]]] = [
            (wrong, [_NEW, _OLD]),
            (bare, [_NEW, _OLD]),
            (empty, [_NEW, _OLD]),
            (true, []),
            (true, [_OLD]),
            (bare, [""]),
            (empty, [""]),
        ]
        if host.signs_events:
            forged += [(replace(true, body=body), [_NEW]) for body in (_BODY + b" ", b"")]
        for number, (event, secrets) in enumerate(forged):
            act = partial(host.adapter.verify_event, event, secrets)
            try:
                error = raised(RefusedError, act)
            except AssertionError:
                message = f"forged event {number + 1} was believed"
                raise AssertionError(message) from None
            silent(error, (_CANARY, _NEW, _OLD, _OTHER, *filter(None, event.headers.values())))
