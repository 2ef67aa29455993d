"""From a request to a checked model: each parameter once, none unknown, bodies in JSON only."""

import re
from collections.abc import Callable
from typing import TypeVar

from flask import request
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from api.errors import ApiError

Model = TypeVar("Model", bound=BaseModel)
LONGEST_NAME = 40
MOST_FAULTS = 3


def read_parameters(model: type[Model]) -> Model:
    """The query string as ``model``. Raises ``ApiError`` (422) that names the fault."""
    values = {}
    for name, given in request.args.lists():
        if len(given) > 1:
            message = f"{_legible(name)}: given {len(given)} times"
            raise _refuse(message, "Give each parameter once.")
        values[name] = given[0]
    return _check(lambda: model.model_validate(values))


def read_body(model: type[Model]) -> Model:
    """The JSON body as ``model``. Raises ``ApiError`` (415 or 422)."""
    if request.mimetype != "application/json":
        hint = "Send Content-Type: application/json."
        raise ApiError(415, "unsupported_media_type", "The body is not JSON.", hint)
    if request.args:
        raise _refuse("there are no parameters here", "Put everything into the body.")
    data = request.get_data()
    return _check(lambda: model.model_validate_json(data))


def _check(validate: Callable[[], Model]) -> Model:
    try:
        return validate()
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False, include_context=False)
        hint = "Parameters and fields are described in /api/v1/openapi.json."
        message = "; ".join(_said(fault) for fault in faults[:MOST_FAULTS])
        raise _refuse(message, hint) from None


def _said(fault: ErrorDetails) -> str:
    place = ".".join(_legible(str(part)) for part in fault["loc"]) or "body"
    return f"{place}: {'not known here' if fault['type'] == 'extra_forbidden' else fault['msg']}"


def _legible(name: str) -> str:
    """A name as the caller sent it: its beginning, and nothing of it but letters and digits."""
    return re.sub(r"[^\w.-]", "?", name[:LONGEST_NAME])


def _refuse(message: str, hint: str) -> ApiError:
    return ApiError(422, "invalid_request", message, hint)
