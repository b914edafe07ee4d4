"""No signature is ever written with a system's credentials: the last look at whatever goes out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from witnessmark.errors import MappingError
from witnessmark_adapters.fhir_r4.mapping.elements import reference

SIGNATURES = frozenset(
    {
        "attestationSignature",
        "attester",
        "authenticator",
        "legalAuthenticator",
        "proxySignature",
        "signature",
        "signer",
        "sourceSignature",
        "valueSignature",
    }
)
"""The R4 elements by which a person signs: DocumentReference.authenticator, Provenance.signature,
Composition.attester, Contract.signer, those of VerificationResult, and extensions of that type."""


def refuse_signatures(body: object) -> None:
    """Raise MappingError for a body that signs, or that says how a chart's note stands.

    Also for one that only gives back a signature that stands there: what it was given for would be
    another text than what we write. `docStatus` is ours to say of documents about staff alone. All
    of it holds of every resource inside, too. What names elements in texts (Parameters, a patch)
    cannot be looked through, and is no body of ours.
    """
    if not isinstance(body, Mapping):
        raise MappingError("a patch", "it", "only whole resources are written")
    kind = str(body.get("resourceType"))
    for node in _objects(body):
        if node.get("resourceType") == "Parameters":
            raise MappingError(kind, "what names elements in texts", "only resources are written")
        if signs := sorted(SIGNATURES & node.keys()):
            element = f"a person's signature ({signs[0]})"
            raise MappingError(kind, element, "only a person signs, in the EHR itself")
        if "docStatus" in node and not _is_about_staff(node):
            element = "how a chart's note stands (docStatus)"
            raise MappingError(kind, element, "only its author and who signs it change that")


def _objects(node: object) -> Iterator[Mapping[str, object]]:
    if isinstance(node, Mapping):
        yield node
        for value in node.values():
            yield from _objects(value)
    elif isinstance(node, list | tuple):
        for each in node:
            yield from _objects(each)


def _is_about_staff(node: Mapping[str, object]) -> bool:
    return (reference(node, "subject") or "").startswith("Practitioner/")
