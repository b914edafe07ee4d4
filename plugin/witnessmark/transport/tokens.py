"""The one source of credentials: cached, and refreshed once per expiry however many workers ask."""

from __future__ import annotations

import copy
import threading
import time
from concurrent.futures import Future
from dataclasses import dataclass

from witnessmark.errors import SecretError, TryLaterError, WitnessmarkError
from witnessmark.ports.clock import Clock, Ids
from witnessmark.ports.host import Auth, AuthKind, Connection
from witnessmark.ports.locks import Token, TokenRows
from witnessmark.ports.secrets import Secrets
from witnessmark.transport.exchange import Credentials, Line, exchange
from witnessmark.transport.gate import http_instant
from witnessmark.transport.steps import Conversation, do, wait_for
from witnessmark.transport.token_requests import Proof, read_token, token_request
from witnessmark.wire import Request, Response

EARLY_SECONDS = 60
"""A token is refreshed this long before it expires, or at half its life if that is shorter."""

LEASE_SECONDS = 75
"""Longer than one token request usually takes; one that is overtaken is fenced off."""

FAR_SECONDS = 60
"""A clock that is further from the host's than this may be why an assertion was refused."""

_REFUSED = frozenset({400, 401})
_LOOKS = 20
_SECONDS_BETWEEN_LOOKS = 0.5
_NO_TOKEN = Token("", 0, frozenset())

_Key = tuple[str, str, str, Auth]


@dataclass(frozen=True, slots=True)
class _Held:
    """A token and until when it is used without asking again."""

    token: Token
    until: float

    def usable(self, now: float, rejected: str | None) -> bool:
        return now < self.until and self.token.value not in {"", rejected}


class TokenSource:
    """Credentials of every connection. Shared by both drivers and by threads."""

    def __init__(self, rows: TokenRows, secrets: Secrets, *, clock: Clock, ids: Ids) -> None:
        """Hold nothing yet; `ids` make this worker's name and each assertion's jti."""
        self._rows = rows
        self._secrets = secrets
        self._clock = clock
        self._ids = ids
        self._owner = ids.new()
        self._lock = threading.Lock()
        self._held: dict[_Key, _Held] = {}
        self._refreshes: dict[_Key, Future[object]] = {}
        self._static: dict[_Key, Credentials] = {}

    def credentials(
        self, line: Line, *, rejected: Credentials | None = None
    ) -> Conversation[Credentials | None]:
        """Return what proves who we are; None where nothing is configured to.

        After a 401 give what was `rejected`: fresh credentials come back, or the same when there
        are no others. Before the token address is known (discovery) there are none. Raises
        HostError when the token service refuses or fails, SecretError for a bad reference.
        """
        auth = line.on.auth
        if auth.kind is AuthKind.HEADER:
            return (yield from self._static_header(line.on, rejected))
        if auth.kind is AuthKind.NONE or not auth.token_url:
            return None
        refused = rejected.value.removeprefix("Bearer ") if rejected else None
        token = yield from self._token(line, refused)
        return Credentials("authorization", f"Bearer {token.value}")

    def _static_header(
        self, on: Connection, rejected: Credentials | None
    ) -> Conversation[Credentials]:
        known = self._static.get(_key(on))
        if known is None or known == rejected:
            value = yield from do(lambda: self._secrets.resolve(on.auth.secret_ref))
            if not (value.isascii() and value.isprintable()):
                raise SecretError(f"{on.auth.secret_ref} does not hold one line of plain text.")
            known = Credentials(on.auth.header or "authorization", value)
            self._static[_key(on)] = known
        return known

    def _token(self, line: Line, rejected: str | None) -> Conversation[Token]:
        """Return a usable token: from memory, from whoever is fetching one just now, or fetched."""
        key = _key(line.on)
        while True:
            held = self._held.get(key)
            if held and held.usable(self._now(), rejected):
                return held.token
            mine: Future[object] = Future()
            with self._lock:
                refresh = self._refreshes.setdefault(key, mine)
            if refresh is mine:
                return (yield from self._lead(line, mine, rejected=rejected))
            outcome = yield from wait_for(refresh)
            if isinstance(outcome, Token) and outcome.value != rejected:
                return outcome
            if isinstance(outcome, WitnessmarkError):
                raise copy.copy(outcome)

    def _lead(
        self, line: Line, refresh: Future[object], *, rejected: str | None
    ) -> Conversation[Token]:
        """Fetch for every conversation of this process; tell the others what came of it."""
        # Set running: a waiter that is cancelled must not cancel it for the others.
        refresh.set_running_or_notify_cancel()
        outcome: Token | WitnessmarkError | None = None
        try:
            held = yield from self._renew(line, rejected)
            self._held[_key(line.on)] = held
            outcome = held.token
        except WitnessmarkError as error:
            outcome = error
            raise
        finally:
            # None: this conversation was stopped, and a waiting one takes its place.
            with self._lock:
                del self._refreshes[_key(line.on)]
            refresh.set_result(outcome)
        return held.token

    def _renew(self, line: Line, rejected: str | None) -> Conversation[_Held]:
        """Take the stored token if another worker renewed it, else lease, fetch and store."""
        for _ in range(_LOOKS):
            stored, fence = yield from do(lambda: self._claim(line.on, rejected))
            if stored is not None:
                return stored
            if fence is not None:
                return (yield from self._fetch(line, fence))
            yield from do(lambda: time.sleep(_SECONDS_BETWEEN_LOOKS))
        raise TryLaterError("Another worker is still asking the EHR for access.", after=5)

    def _claim(self, on: Connection, rejected: str | None) -> tuple[_Held | None, int | None]:
        """Return a usable stored token, or the fence of our lease, or neither: another has it."""
        stored = self._stored(on, rejected)
        if stored is not None:
            return stored, None
        now = int(self._now())
        fence = self._rows.lease(on, owner=self._owner, now=now, seconds=LEASE_SECONDS)
        if fence is None:
            return None, None
        # Another worker may have stored a token between our look and our lease.
        stored = self._stored(on, rejected)
        if stored is None:
            return None, fence
        self._rows.write(on, stored.token, fence=fence)
        return stored, None

    def _stored(self, on: Connection, rejected: str | None) -> _Held | None:
        token = self._rows.read(on)
        if token is None:
            return None
        held = _Held(token, token.expires_at - EARLY_SECONDS)
        return held if held.usable(self._now(), rejected) else None

    def _fetch(self, line: Line, fence: int) -> Conversation[_Held]:
        on = line.on
        try:
            asked_at = int(self._now())
            answer = yield from self._ask(line, asked_at)
            token = read_token(answer, on.auth, now=asked_at)
        except GeneratorExit:
            # Stopped: nothing can be asked of the driver any more, and the lease must not stay.
            self._rows.write(on, _NO_TOKEN, fence=fence)
            raise
        except WitnessmarkError:
            # Nothing usable: an expired token gives the lease back, so that nobody waits for it.
            yield from do(lambda: self._rows.write(on, _NO_TOKEN, fence=fence))
            raise
        # When the fence was overtaken the row stays another's; ours holds all the same.
        yield from do(lambda: self._rows.write(on, token, fence=fence))
        life = token.expires_at - asked_at
        return _Held(token, token.expires_at - min(EARLY_SECONDS, life / 2))

    def _ask(self, line: Line, now: int) -> Conversation[Response]:
        """Ask for a token; a refused assertion once more by the host's clock if ours is far off."""
        answer = yield from self._asked_by(line, now)
        theirs = http_instant(answer.headers.get("date", ""))
        signed = line.on.auth.kind is AuthKind.PRIVATE_KEY_JWT
        if answer.status in _REFUSED and signed and theirs is not None:
            there = int(theirs.timestamp())
            if abs(there - now) > FAR_SECONDS:
                return (yield from self._asked_by(line, there))
        return answer

    def _asked_by(self, line: Line, now: int) -> Conversation[Response]:
        request, basic = yield from do(lambda: self._request(line.on.auth, now))
        return (yield from exchange(request, line, credentials=basic, repeatable=True))

    def _request(self, auth: Auth, now: int) -> tuple[Request, Credentials | None]:
        secret = self._secrets.resolve(auth.secret_ref)
        return token_request(auth, Proof(secret, now, self._ids.new()))

    def _now(self) -> float:
        return self._clock.now().timestamp()


def _key(on: Connection) -> _Key:
    return on.clinic, on.id, on.base_url, on.auth
