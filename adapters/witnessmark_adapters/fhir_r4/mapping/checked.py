"""What we are about to write, checked by the R4B model of fhir.resources. Serialises nothing."""

from __future__ import annotations

from witnessmark.errors import MappingError
from witnessmark.wire import JsonObject
from witnessmark_adapters.fhir_r4.mapping.r4 import model_problems


def checked(body: JsonObject, record: str) -> JsonObject:
    """Return our own part of a resource as it is. Raises MappingError, naming no value.

    Only ever called with what we alone say: the model forbids the hosts' own elements.
    """
    for problem in model_problems(body):
        raise MappingError(record, problem.path, f"is not R4 ({problem.rule}: {problem.message})")
    return body
