"""What the sandbox practice answers when it refuses: an OperationOutcome, never a bare status."""

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]


class SandboxError(Exception):
    """Anything that goes wrong in the sandbox practice."""


class FhirError(SandboxError):
    """A refusal with its HTTP status and its FHIR issue type (R4 value set issue-type)."""

    def __init__(
        self, status: int, code: str, diagnostics: str, *, headers: Mapping[str, str] | None = None
    ) -> None:
        """Keep what the answer will say; diagnostics never quote a body."""
        super().__init__(f"{status} {code}: {diagnostics}")
        self.status = status
        self.code = code
        self.diagnostics = diagnostics
        self.headers = dict(headers or {})


def operation_outcome(severity: str, code: str, diagnostics: str) -> Json:
    """Build an OperationOutcome with one issue (R4 4.0.1)."""
    issue = {"severity": severity, "code": code, "diagnostics": diagnostics}
    return {"resourceType": "OperationOutcome", "issue": [issue]}
