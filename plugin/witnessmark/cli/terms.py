"""`witnessmark terms`: what the EHR can hold, what stays here, and why."""

from __future__ import annotations

from dataclasses import dataclass

from witnessmark.application.connecting import agree_now
from witnessmark.application.terms import AgreedTerms
from witnessmark.cli.desk import Desk, at_desk
from witnessmark.cli.exits import Exit
from witnessmark.cli.talk import EVERYWHERE, Everywhere, Talk
from witnessmark.domain.capabilities import Projection

_WHERE = {
    Projection.STRUCTURED: "goes to the EHR",
    Projection.DOCUMENT: "its document goes to the EHR",
    Projection.LOCAL: "stays here",
}


@dataclass(frozen=True, slots=True)
class KindTerms:
    """One kind of record: its projection there, and why not a better one."""

    kind: str
    projection: str
    reason: str


@dataclass(frozen=True, slots=True)
class TermsResult:
    """The terms with one EHR."""

    connection: str
    software: str
    blocked: str
    kinds: tuple[KindTerms, ...]
    agreed: tuple[str, ...]
    refused: dict[str, str]


def terms(connection: str = "", *, everywhere: Everywhere = EVERYWHERE) -> int:
    """Ask the EHR now, and show what it can hold, what stays here, and why.

    Parameters
    ----------
    connection
        Which connection; may be left out while there is one.

    """

    def work(desk: Desk) -> int:
        link = desk.connection(connection)
        with (
            desk.installation.driver(desk.clinic.id) as driver,
            desk.talk.progress(f"asking {link.id}"),
        ):
            adapter = desk.context.adapter(link, None)
            offer = driver.run(adapter.discover(), on=link, operation="discover")
        agreed = agree_now(desk.context, link, offer)
        show_terms(desk.talk, link.id, agreed)
        desk.talk.result(terms_result(link.id, agreed))
        return int(Exit.FINDINGS if agreed.blocked else Exit.OK)

    return at_desk(everywhere, work)


def terms_result(connection: str, agreed: AgreedTerms) -> TermsResult:
    """Return the terms as a command prints them."""
    return TermsResult(
        connection=connection,
        software=agreed.software,
        blocked=agreed.blocked,
        kinds=tuple(
            KindTerms(kind.value, one.projection.value, one.reason)
            for kind, one in agreed.chosen.items()
        ),
        agreed=tuple(sorted(agreed.terms.agreed)),
        refused={word.value: why for word, why in agreed.terms.refused.items()},
    )


def show_terms(talk: Talk, connection: str, agreed: AgreedTerms) -> None:
    """Show a person where each kind of record goes, and what the EHR cannot do."""
    rows = [
        (
            kind.value.replace("_", " "),
            _WHERE[one.projection],
            one.reason,
        )
        for kind, one in agreed.chosen.items()
    ]
    talk.table(f"Terms with {connection} ({agreed.software})", ["what", "where", "why"], rows)
    if agreed.terms.refused:
        refused = [
            (word.value.replace("_", " "), why) for word, why in agreed.terms.refused.items()
        ]
        talk.table("\nNot agreed", ["capability", "why"], refused)
    if agreed.blocked:
        talk.say(f"Nothing is synced: the manifest {agreed.blocked}.", style="red")
