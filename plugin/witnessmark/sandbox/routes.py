"""The FHIR end of the sandbox practice: checks a request against the catalogue, then obeys."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from witnessmark.sandbox.access import Access
from witnessmark.sandbox.bundles import history_bundle, search_bundle
from witnessmark.sandbox.catalogue import Interaction, Kind
from witnessmark.sandbox.messages import (
    FHIR_JSON,
    base_url,
    check_accept,
    json_response,
    parse_json,
    prefers,
    read_bytes,
    version_headers,
    version_response,
)
from witnessmark.sandbox.outcomes import FhirError, Json, operation_outcome
from witnessmark.sandbox.repository import Repository, Saved
from witnessmark.sandbox.search import Pair, Query, parse_query, resume_query
from witnessmark.sandbox.shelf import Version
from witnessmark.sandbox.subset import element_names, subset

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request on one type, with its body already read."""

    request: Request
    kind: Kind
    raw: bytes | None
    base: str

    @property
    def id(self) -> str:
        """The id in the path."""
        return str(self.request.path_params["id"])

    @property
    def if_match(self) -> str | None:
        """The version the caller believes to be current."""
        return self.request.headers.get("if-match")

    @property
    def pairs(self) -> list[Pair]:
        """The query of the address."""
        return parse_qsl(self.request.url.query, keep_blank_values=True)

    def body(self) -> Json:
        """Parse the body; raises 413, 415 or 400."""
        return parse_json(self.raw, self.request.headers.get("content-type", ""))

    def condition(self, pairs: list[Pair]) -> Query:
        """Understand the condition of a conditional write; nothing in it may be unknown."""
        return parse_query(self.kind, pairs, strict=True, base=self.base)


@dataclass(frozen=True, slots=True)
class FhirEnd:
    """The practice's FHIR interactions over its repository."""

    kinds: Mapping[str, Kind]
    repository: Repository
    access: Access
    body_limit: int

    def routes(self) -> list[Route]:
        """Route every interaction that is built."""
        one = "/fhir/{kind}/{id}"
        table: list[tuple[str, str, Interaction, Callable[[Asked], Response]]] = [
            ("GET", "/fhir/{kind}", Interaction.SEARCH, self._search),
            ("POST", "/fhir/{kind}/_search", Interaction.SEARCH, self._search_by_form),
            ("POST", "/fhir/{kind}", Interaction.CREATE, self._create),
            ("PUT", "/fhir/{kind}", Interaction.UPDATE, self._update_matching),
            ("GET", one, Interaction.READ, self._read),
            ("PUT", one, Interaction.UPDATE, self._update),
            ("DELETE", one, Interaction.DELETE, self._delete),
            ("GET", f"{one}/_history", Interaction.HISTORY, self._history),
            ("GET", f"{one}/_history/{{version}}", Interaction.VREAD, self._vread),
        ]
        return [
            Route(path, self._endpoint(interaction, act), methods=[method])
            for method, path, interaction, act in table
        ]

    def _endpoint(
        self, interaction: Interaction, act: Callable[[Asked], Response]
    ) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            # The body is read to its end before any refusal: else the caller may see a reset.
            raw = await read_bytes(request, self.body_limit)
            scopes = self.access.permissions(request.headers)
            kind = self.kinds.get(request.path_params["kind"])
            if kind is None:
                raise FhirError(404, "not-supported", "this host does not hold this type")
            if interaction not in kind.interactions:
                raise FhirError(405, "not-supported", f"no {interaction} of {kind.name} here")
            if not scopes.allows(kind.name, interaction.scope_letter):
                raise FhirError(
                    403,
                    "forbidden",
                    f"the granted scope does not hold {kind.name}.{interaction.scope_letter}",
                    headers={"WWW-Authenticate": 'Bearer error="insufficient_scope"'},
                )
            check_accept(request)
            return act(Asked(request, kind, raw, base_url(request)))

        return endpoint

    def _search(self, asked: Asked) -> Response:
        return self._found(asked, asked.pairs)

    def _search_by_form(self, asked: Asked) -> Response:
        content_type = asked.request.headers.get("content-type", "").partition(";")[0].strip()
        if asked.raw is None or (asked.raw and content_type != FORM):
            raise FhirError(415, "not-supported", f"_search takes a small {FORM}")
        form = parse_qsl(asked.raw.decode("utf-8", "replace"), keep_blank_values=True)
        return self._found(asked, [*asked.pairs, *form])

    def _found(self, asked: Asked, pairs: list[Pair]) -> Response:
        cursor = dict(pairs).get("_cursor")
        if cursor is not None:
            query = resume_query(asked.kind, cursor, base=asked.base)
        else:
            strict = prefers(asked.request, "handling=strict")
            query = parse_query(asked.kind, pairs, strict=strict, base=asked.base)
        page = self.repository.search(asked.kind, query)
        body = search_bundle(page, query, base=asked.base, kind=asked.kind)
        return Response(body, media_type=FHIR_JSON)

    def _create(self, asked: Asked) -> Response:
        condition = asked.request.headers.get("if-none-exist")
        if condition is None:
            return _saved(asked, self.repository.create(asked.kind, asked.body()))
        if not asked.kind.conditional_create:
            raise FhirError(400, "not-supported", "no conditional create here")
        pairs = parse_qsl(condition.partition("?")[2] or condition, keep_blank_values=True)
        body, unless = asked.body(), asked.condition(pairs)
        return _saved(asked, self.repository.create(asked.kind, body, unless=unless))

    def _update(self, asked: Asked) -> Response:
        body = asked.body()
        return _saved(
            asked, self.repository.update(asked.kind, asked.id, body, if_match=asked.if_match)
        )

    def _update_matching(self, asked: Asked) -> Response:
        if not asked.kind.conditional_update:
            raise FhirError(405, "not-supported", "no conditional update here")
        body, where = asked.body(), asked.condition(asked.pairs)
        saved = self.repository.update_matching(
            asked.kind, body, where=where, if_match=asked.if_match
        )
        return _saved(asked, saved)

    def _delete(self, asked: Asked) -> Response:
        self.repository.delete(asked.kind, asked.id, if_match=asked.if_match)
        return Response(status_code=204)

    def _read(self, asked: Asked) -> Response:
        return _part(asked, self.repository.read(asked.kind, asked.id))

    def _vread(self, asked: Asked) -> Response:
        number = str(asked.request.path_params["version"])
        return _part(asked, self.repository.vread(asked.kind, asked.id, number))

    def _history(self, asked: Asked) -> Response:
        versions = self.repository.history(asked.kind, asked.id)
        body = history_bundle(versions, base=asked.base, kind=asked.kind.name)
        return Response(body, media_type=FHIR_JSON)


def _part(asked: Asked, version: Version) -> Response:
    elements = element_names(dict(asked.pairs).get("_elements", ""))
    text = subset(version.text or b"{}", asked.kind, elements)
    return version_response(replace(version, text=text))


def _saved(asked: Asked, saved: Saved) -> Response:
    version = saved.version
    location = f"{asked.base}/{asked.kind.name}/{version.id}/_history/{version.number}"
    if prefers(asked.request, "return=minimal"):
        headers = {**version_headers(version), "Location": location}
        return Response(status_code=saved.status, headers=headers)
    if prefers(asked.request, "return=OperationOutcome"):
        headers = {**version_headers(version), "Location": location}
        outcome = operation_outcome("information", "informational", "it stands as asked")
        return json_response(outcome, saved.status, headers=headers)
    return version_response(version, status=saved.status, location=location)
