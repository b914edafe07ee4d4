"""`witnessmark connect`: links a clinic with one EHR."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cyclopts import Parameter

from witnessmark.application.configuring import as_allowed
from witnessmark.application.connecting import connect as connect_host
from witnessmark.cli.desk import Desk, at_desk
from witnessmark.cli.exits import Exit
from witnessmark.cli.staff import show_staff
from witnessmark.cli.talk import Everywhere
from witnessmark.cli.terms import show_terms, terms_result
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


def connect(
    url: str,
    *,
    name: str = "ehr",
    adapter: str = "fhir_r4",
    profile: str = "generic",
    proof: Proof = Proof(),
    everywhere: Everywhere = Everywhere(),
) -> int:
    """Ask the EHR what it can do, prove the credentials, agree terms, and match its staff.

    Nothing is kept when the EHR cannot be reached or refuses us.

    Parameters
    ----------
    url
        The EHR's API address (for FHIR: its base URL).
    name
        What this connection is called here.
    adapter
        Which adapter speaks to this EHR.
    profile
        Which of the adapter's profiles fits this EHR.

    """

    def work(desk: Desk) -> int:
        scopes = (
            desk.context.manifest.hosts[adapter].scopes
            if adapter in (desk.context.manifest.hosts)
            else ()
        )
        link = Connection(
            clinic=desk.clinic.id,
            id=name,
            adapter=adapter,
            profile=profile,
            base_url=url.rstrip("/"),
            auth=Auth(
                kind=AuthKind(proof.auth),
                client_id=proof.client_id,
                secret_ref=proof.secret,
                algorithm=proof.algorithm,
                header=proof.header,
                token_url=proof.token_url,
                scopes=tuple(scopes),
            ),
        )
        with desk.context.store.look(desk.clinic.id) as store:
            link = as_allowed(store, desk.context.manifest, link)
        with (
            desk.installation.driver(desk.clinic.id) as driver,
            desk.talk.progress(f"asking {url}"),
        ):
            agreed = connect_host(desk.context, driver, link, act=desk.act())
        show_terms(desk.talk, name, agreed)
        unmatched = show_staff(desk, name)
        desk.talk.result(terms_result(name, agreed))
        return int(Exit.FINDINGS if agreed.blocked or unmatched else Exit.OK)

    return at_desk(everywhere, work)
