"""What the sandbox practice says of itself: printed from the catalogue, so it cannot overclaim."""

from collections.abc import Iterable
from datetime import datetime

from witnessmark.sandbox.access import AUTH_METHODS, KEY_HEADER
from witnessmark.sandbox.assertion import ALGORITHMS
from witnessmark.sandbox.catalogue import Interaction, Kind
from witnessmark.sandbox.outcomes import Json
from witnessmark.sandbox.repository import instant_text

_OAUTH_URIS = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"
_SECURITY_SERVICE = "http://terminology.hl7.org/CodeSystem/restful-security-service"
_ELEMENTS = {
    "name": "_elements",
    "type": "special",
    "documentation": "on read, vread and search of every type: elements at the root of a resource",
}


def capability_statement(
    kinds: Iterable[Kind], *, base: str, token_url: str, since: datetime
) -> Json:
    """Build the CapabilityStatement (R4 4.0.1)."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": instant_text(since),
        "kind": "instance",
        "software": {"name": "Witnessmark sandbox practice"},
        "implementation": {"description": "An invented practice; no real people", "url": base},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json", "json"],
        "rest": [
            {
                "mode": "server",
                "security": _security(token_url),
                "resource": [_resource(kind) for kind in kinds],
                "searchParam": [_ELEMENTS],
            }
        ],
    }


def smart_configuration(kinds: Iterable[Kind], *, token_url: str, register_url: str) -> Json:
    """Build the SMART App Launch 2.2 configuration of a host with backend services only."""
    return {
        "token_endpoint": token_url,
        "registration_endpoint": register_url,
        "grant_types_supported": ["client_credentials"],
        "token_endpoint_auth_methods_supported": list(AUTH_METHODS),
        "token_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
        "scopes_supported": [f"system/{kind.name}.{_letters(kind)}" for kind in kinds],
        "capabilities": [
            "permission-v2",
            "client-confidential-asymmetric",
            "client-confidential-symmetric",
        ],
    }


def _letters(kind: Kind) -> str:
    held = {interaction.scope_letter for interaction in kind.interactions}
    return "".join(letter for letter in "cruds" if letter in held)


def _security(token_url: str) -> Json:
    return {
        "extension": [{"url": _OAUTH_URIS, "extension": [{"url": "token", "valueUri": token_url}]}],
        "service": [{"coding": [{"system": _SECURITY_SERVICE, "code": "SMART-on-FHIR"}]}],
        "description": f"SMART backend services, or a static key in the header {KEY_HEADER}",
    }


def _resource(kind: Kind) -> Json:
    return {
        "type": kind.name,
        "interaction": [
            {"code": interaction.value}
            for interaction in Interaction
            if interaction in kind.interactions
        ],
        "versioning": "versioned",
        "readHistory": Interaction.VREAD in kind.interactions,
        "updateCreate": kind.update_create,
        "conditionalCreate": kind.conditional_create,
        "conditionalRead": "not-supported",
        "conditionalUpdate": kind.conditional_update,
        "conditionalDelete": "not-supported",
        "searchParam": [{"name": each.name, "type": each.type} for each in kind.parameters],
    }
