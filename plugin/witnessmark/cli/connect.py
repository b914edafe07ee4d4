"""`witnessmark connect`: links a clinic with one EHR."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cyclopts import Parameter

from witnessmark.application.configuring import in_force
from witnessmark.application.connecting import connect as connect_host
from witnessmark.cli.desk import Desk, at_desk
from witnessmark.cli.exits import Exit
from witnessmark.cli.staff import StaffLine, show_staff
from witnessmark.cli.talk import EVERYWHERE, Everywhere
from witnessmark.cli.terms import TermsResult, show_terms, terms_result
from witnessmark.ports.host import Auth, AuthKind, Connection


@Parameter(name="*", group="How we prove who we are")
@dataclass(frozen=True)
class Proof:
    """How this installation proves itself. Secrets are references, never values."""

    auth: Literal["none", "client_secret", "private_key_jwt", "header"] = "private_key_jwt"
    """SMART backend services (private_key_jwt) unless the EHR's admin says otherwise."""
    client_id: str = ""
    """The client id that the EHR's admin gave you."""
    secret: str = ""
    """Where the secret or private key is: env:NAME, file:PATH or keyring:SERVICE/NAME."""
    algorithm: Literal["RS384", "ES384"] = "ES384"
    """What the private key signs with."""
    header: str = ""
    """For `--auth header`: the header that carries the key."""
    token_url: str = ""
    """The token endpoint, where the EHR does not announce it."""


@Parameter(name="*", group="Which EHR")
@dataclass(frozen=True)
class Which:
    """What this connection is called, and who speaks to this EHR."""

    name: str = "ehr"
    """What this connection is called here."""
    adapter: str = "fhir_r4"
    """The adapter that speaks to this EHR."""
    profile: str = "generic"
    """Which of the adapter's profiles fits this EHR."""


@dataclass(frozen=True, slots=True)
class ConnectResult:
    """The terms with the EHR just linked, and who could not be matched with its staff."""

    terms: TermsResult
    unmatched: tuple[StaffLine, ...]


WHICH = Which()
PROOF = Proof()


def connect(
    url: str,
    *,
    which: Which = WHICH,
    proof: Proof = PROOF,
    everywhere: Everywhere = EVERYWHERE,
) -> int:
    """Ask the EHR what it can do, prove the credentials, agree terms, and match its staff.

    Nothing is kept when the EHR cannot be reached or refuses us. A name stays with its EHR: link
    another EHR under another --name.

    Parameters
    ----------
    url
        The EHR's API address (for FHIR: its base URL).
    """

    def work(desk: Desk) -> int:
        link = _connection(desk, url, which, proof)
        with (
            desk.installation.driver(desk.clinic.id) as driver,
            desk.talk.progress(f"asking {url}"),
        ):
            agreed = connect_host(desk.context, driver, link, act=desk.act())
        show_terms(desk.talk, link.id, agreed)
        unmatched = show_staff(desk, link.id)
        desk.talk.result(ConnectResult(terms_result(link.id, agreed), unmatched))
        return int(Exit.FINDINGS if agreed.blocked or unmatched else Exit.OK)

    return at_desk(everywhere, work)


def _connection(desk: Desk, url: str, which: Which, proof: Proof) -> Connection:
    link = Connection(
        clinic=desk.clinic.id,
        id=which.name,
        adapter=which.adapter,
        profile=which.profile,
        base_url=url.rstrip("/"),
        auth=Auth(
            kind=AuthKind(proof.auth),
            client_id=proof.client_id,
            secret_ref=proof.secret,
            algorithm=proof.algorithm,
            header=proof.header,
            token_url=proof.token_url,
        ),
    )
    with desk.context.store.look(desk.clinic.id) as store:
        return in_force(store, desk.context.manifest, link)
