"""The JSON API: one OpenAPI 3.1 for both doors, problem+json for every refusal, session sign-in, deny by default."""

from __future__ import annotations

import importlib
import importlib.util
import json
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.security import SessionAuth
from pydantic import TypeAdapter

from kondusif import __version__
from kondusif.intake.door import ReceiptOut, ReportIn
from kondusif.ledger.errors import NotFound, Refusal


class NotSignedIn(Refusal):
    code = "not-signed-in"
    status = 401
    what = "Masuk dahulu."
    do = "Buka /akun/login/."


class RequestNotUnderstood(Refusal):
    code = "request-not-understood"
    status = 422
    what = "Permintaan tidak sesuai skema."
    do = "Lihat skema di /api/v1/openapi.json."


class Problem(Schema):
    """RFC 9457 problem document with a stable `code`."""

    type: str
    title: str
    status: int
    detail: str = ""
    code: str
    field: str = ""
    errors: list[dict[str, str]] = []


class Session(SessionAuth):
    """The browser's own session (with CSRF token on writes)."""

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        return request.user if request.user.is_authenticated else None


PROBLEMS = (400, 401, 403, 404, 409, 412, 413, 415, 422, 428, 429, 503)
_PROBLEM_REF = {"$ref": "#/components/schemas/Problem"}


def _problem_answers() -> dict[str, Any]:
    return {
        str(s): {"description": "Problem", "content": {"application/problem+json": {"schema": _PROBLEM_REF}}}
        for s in PROBLEMS
    }


class HouseAPI(NinjaAPI):
    """Adds to ninja's schema what it does not know: problem answers everywhere, and the Starlette routes."""

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        schema = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        for methods in schema["paths"].values():
            for operation in methods.values():
                operation["responses"] = {str(k): v for k, v in operation["responses"].items()} | _problem_answers()
        parts = schema.setdefault("components", {}).setdefault("schemas", {})
        parts["Problem"] = TypeAdapter(Problem).json_schema(ref_template="#/components/schemas/{model}")
        for model in (ReportIn, ReceiptOut):
            found = model.model_json_schema(ref_template="#/components/schemas/{model}")
            parts |= found.pop("$defs", {})
            parts[model.__name__] = found
        schema["paths"] |= _hot_paths(schema["paths"])
        return schema


def _hot_paths(known: dict[str, Any]) -> dict[str, Any]:
    receipt = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/ReceiptOut"}}}}
    receive = {
        "operationId": "receive_report",
        "summary": "Hand in a report; answered only when it is durable",
        "description": "Send the same uuid again until answered: exactly once.",
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ReportIn"}}},
        },
        "responses": {
            "201": receipt | {"description": "Stored"},
            "200": receipt | {"description": "Stored before under this uuid"},
        }
        | _problem_answers(),
        "security": [],
    }
    geojson = {"200": {"description": "GeoJSON", "content": {"application/geo+json": {"schema": {"type": "object"}}}}}
    found: dict[str, Any] = {"/api/v1/reports": known.get("/api/v1/reports", {}) | {"post": receive}}
    for name, summary in (
        ("regions", "Kab/kota polygons with shown status"),
        ("incidents", "Open incidents with a place"),
    ):
        found[f"/api/v1/map/{name}"] = {
            "get": {
                "operationId": f"map_{name}",
                "summary": summary,
                "responses": geojson | _problem_answers(),
                "security": [{"Session": []}],
            }
        }
    return found


api = HouseAPI(
    title="Kondusif", version=__version__, urls_namespace="api", auth=Session(), docs_url=None, openapi_url="/openapi.json",
    description="Every sign heard, coordinated, settled. Errors are RFC 9457 problem documents with a stable code.",
)  # fmt: skip


def problem(refusal: Refusal) -> HttpResponse:
    body = json.dumps(refusal.problem(), cls=DjangoJSONEncoder, ensure_ascii=False)
    return HttpResponse(body, status=refusal.status, content_type="application/problem+json")


@api.exception_handler(Refusal)
def _refused(request: HttpRequest, error: Refusal) -> HttpResponse:
    return problem(error)


@api.exception_handler(Http404)
def _missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(NotFound())


@api.exception_handler(AuthenticationError)
def _unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return problem(NotSignedIn())


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    first = error.errors[0] if error.errors else {}
    return problem(RequestNotUnderstood(field=".".join(str(p) for p in first.get("loc", ())[-2:])))


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    refusal = RequestNotUnderstood()
    body = json.dumps(refusal.problem() | {"status": error.status_code}, ensure_ascii=False)
    return HttpResponse(body, status=error.status_code, content_type="application/problem+json")


for _stage in settings.STAGES:
    if _stage in settings.INSTALLED_APPS and importlib.util.find_spec(f"{_stage}.api"):
        api.add_router("/", importlib.import_module(f"{_stage}.api").router)
