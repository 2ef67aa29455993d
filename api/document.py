"""``GET /api/v1/openapi.json``: the OpenAPI 3.1 document, made from the schemas that check."""

from functools import cache
from typing import Any

from flask import Response, jsonify
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from api.schemas import (
    SLUG,
    EntryAnswer,
    EntryParameters,
    ErrorAnswer,
    FeedbackBody,
    SearchAnswer,
    SearchParameters,
)

JSON = "application/json"
REFUSALS = {
    400: "The question is empty or too long.",
    401: "The token is not good.",
    404: "There is no such entry, or the token's level may not see it.",
    413: "The body is too large.",
    415: "The body is not JSON.",
    422: "A name is unknown, missing or given twice, or a value is not allowed.",
    429: "Too many requests; Retry-After says when to ask again.",
    503: "Not able to answer for a moment; Retry-After says when to ask again.",
}


def answer_document() -> Response:
    """The document; it is the same for every caller."""
    return jsonify(openapi_document())


@cache
def openapi_document() -> dict[str, Any]:
    """The whole document as JSON values."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Dawen",
            "version": "1",
            "description": "Semantic search over the questions and answers of a shop.",
        },
        "servers": [{"url": "/"}],
        "security": [{}, {"token": []}],
        "paths": {
            "/api/v1/search": {"get": _search()},
            "/api/v1/entries/{slug}": {"get": _entry()},
            "/api/v1/feedback": {"post": _feedback()},
        },
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "Its level is all that the program may see.",
                }
            },
        },
    }


def _search() -> dict[str, Any]:
    return {
        "operationId": "search",
        "summary": "Find the entries that answer a question",
        "parameters": _parameters(SearchParameters),
        "responses": {"200": _answers(SearchAnswer), **_refusals(400, 401, 422, 429, 503)},
    }


def _entry() -> dict[str, Any]:
    slug = {"type": "string", "pattern": SLUG, "maxLength": 120}
    return {
        "operationId": "getEntry",
        "summary": "Read one entry",
        "parameters": [
            {"name": "slug", "in": "path", "required": True, "schema": slug},
            *_parameters(EntryParameters),
        ],
        "responses": {"200": _answers(EntryAnswer), **_refusals(401, 404, 422, 429, 503)},
    }


def _feedback() -> dict[str, Any]:
    return {
        "operationId": "sendFeedback",
        "summary": "Say what was done with the answer to a search",
        "requestBody": {"required": True, "content": {JSON: {"schema": _reference(FeedbackBody)}}},
        "responses": {
            "204": {"description": "Taken."},
            **_refusals(401, 404, 413, 415, 422, 429, 503),
        },
    }


def _parameters(model: type[BaseModel]) -> list[dict[str, Any]]:
    schema = model.model_json_schema()
    required = schema.get("required", [])
    return [
        {
            "name": name,
            "in": "query",
            "required": name in required,
            "description": shape.pop("description", ""),
            "schema": _without_null(shape),
        }
        for name, shape in schema["properties"].items()
    ]


def _without_null(shape: dict[str, Any]) -> dict[str, Any]:
    """A query string has no null: an optional parameter is simply left out."""
    kinds = [kind for kind in shape.get("anyOf", []) if kind != {"type": "null"}]
    return kinds[0] if kinds else {key: value for key, value in shape.items() if key != "title"}


def _answers(model: type[BaseModel]) -> dict[str, Any]:
    description = (model.__doc__ or "").strip()
    return {"description": description, "content": {JSON: {"schema": _reference(model)}}}


def _refusals(*statuses: int) -> dict[str, Any]:
    content = {JSON: {"schema": _reference(ErrorAnswer)}}
    return {
        str(status): {"description": REFUSALS[status], "content": content} for status in statuses
    }


def _reference(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{model.__name__}"}


def _schemas() -> dict[str, Any]:
    _, schema = models_json_schema(
        [
            (FeedbackBody, "validation"),
            (SearchAnswer, "serialization"),
            (EntryAnswer, "serialization"),
            (ErrorAnswer, "serialization"),
        ],
        ref_template="#/components/schemas/{model}",
    )
    definitions: dict[str, Any] = schema["$defs"]
    return definitions
