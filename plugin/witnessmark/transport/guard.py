"""Where we may connect and what we may send there. Decides only; the drivers ask it."""

from __future__ import annotations

import ipaddress
import re
import socket
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

from witnessmark.errors import NotLetInError, RefusedError
from witnessmark.ports.host import Connection
from witnessmark.wire import Request

Resolver = Callable[[str, int], Sequence[str]]
"""Host name and port to IP addresses. Raises OSError (socket.gaierror) for an unknown name."""

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def system_addresses(host: str, port: int) -> tuple[str, ...]:
    """Ask this computer's resolver; blocks."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


@cache
def system_trust() -> ssl.SSLContext:
    """Return the TLS settings of both drivers: this computer's own trust, always verified.

    Read once per process. Honours SSL_CERT_FILE and SSL_CERT_DIR, so that a clinic's own authority
    can be trusted.
    """
    import httpx2  # noqa: PLC0415 - heavy; only a driver that is really used needs it

    return httpx2.create_ssl_context()


@dataclass(frozen=True, slots=True)
class Network:
    """How names are looked up and certificates are trusted."""

    resolve: Resolver = system_addresses
    trust: Callable[[], ssl.SSLContext] = system_trust


SYSTEM = Network()


@dataclass(frozen=True, slots=True)
class Reach:
    """Which addresses beyond public ones a connection's settings allow."""

    loopback: bool = False
    private: bool = False

    @classmethod
    def of(cls, on: Connection) -> Reach:
        """Read a connection's settings."""
        return cls(on.allow_loopback, on.allow_private)


_PRIVATE = tuple(
    map(
        ipaddress.ip_network,
        ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"),
    )
)
# Where clouds keep the machine's own credentials, beside link-local 169.254.169.254: Alibaba,
# Azure, Oracle, AWS over IPv6. No EHR lives there, so no setting opens them.
_METADATA = frozenset(
    map(
        ipaddress.ip_address,
        ("100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254"),
    )
)
_SITE_LOCAL = ipaddress.IPv6Network("fec0::/10")  # Python calls it global
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def checked_addresses(host: str, port: int, *, reach: Reach, resolve: Resolver) -> tuple[str, ...]:
    """Resolve a name and return its addresses if every one may be reached.

    One forbidden address refuses the name: connecting to the next one is how rebinding gets in.
    Raises RefusedError, or OSError when the name is not known.
    """
    found = tuple(resolve(host, port))
    if not found:
        raise socket.gaierror(socket.EAI_NONAME, "no address")
    for address in found:
        check_address(address, host=host, reach=reach)
    return found


def check_address(address: str, *, host: str, reach: Reach) -> None:
    """Raise RefusedError unless this address, resolved or found as the peer, may be reached."""
    kind = _forbidden(_innermost(ipaddress.ip_address(address)), reach)
    if kind is None and _is_loopback(host) and not ipaddress.ip_address(address).is_loopback:
        kind = "not this computer, although its name says so"
    if kind is not None:
        raise NotLetInError(f"The address of {host} is refused: {address} is {kind}.")


def _innermost(address: Address) -> Address:
    """Return the IPv4 address inside an IPv6 one, where there is one."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


def _forbidden(address: Address, reach: Reach) -> str | None:
    if address.is_link_local or address in _METADATA:
        return "a link-local or cloud metadata address"
    if address.is_loopback:
        return (
            None
            if reach.loopback
            else "this computer itself, which the setting allow_loopback forbids"
        )
    if any(address in network for network in _PRIVATE):
        return (
            None
            if reach.private
            else "a private address, which the setting allow_private_network forbids"
        )
    if address.is_multicast or address.is_reserved or address in _SITE_LOCAL:
        return "not a public address"
    if not address.is_global:
        return "not a public address"
    return None


_URL = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%|]+")
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_HEADER_VALUE = re.compile(r"[\x20-\x7e]*")
_OURS_TO_SET = frozenset(
    {"authorization", "connection", "content-length", "cookie", "host", "transfer-encoding"}
)
_PORTS = {"https": 443, "http": 80}


def same_origin(base: str, url: str) -> bool:
    """Whether both URLs have one scheme, host and port; False when either cannot be read."""
    origin = _origin(base)
    return origin is not None and origin == _origin(url)


def check_request(request: Request, on: Connection) -> None:
    """Raise RefusedError unless the request goes, encrypted, to the connection's own host.

    Allowed are the origins of `base_url` and `auth.token_url`; http only to this computer itself.
    """
    origin = _origin(request.url)
    if origin is None:
        raise RefusedError("An address to be asked is not a plain http(s) address.")
    scheme, host, _ = origin
    if origin not in {_origin(on.base_url), _origin(on.auth.token_url)}:
        raise RefusedError(f"An address at {host} is refused: it is not the {on.called}'s own.")
    if scheme != "https" and not (on.allow_loopback and _is_loopback(host)):
        raise NotLetInError(f"The address of {host} is not encrypted: it must begin with https.")
    for name, value in request.headers.items():
        allowed = _HEADER_NAME.fullmatch(name) and _HEADER_VALUE.fullmatch(value)
        if not allowed or name.lower() in _OURS_TO_SET:
            raise RefusedError(f"A request to {host} is refused: its header {name!r} is not ours.")


def _origin(url: str) -> tuple[str, str, int] | None:
    """Return scheme, host and port, unless two parsers could read them differently."""
    if not _URL.fullmatch(url):
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not parts.hostname or "@" in parts.netloc:
        return None
    return parts.scheme, parts.hostname.rstrip("."), port or _PORTS[parts.scheme]


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
