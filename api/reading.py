"""From a request to a checked model: each parameter once, none unknown, bodies in JSON only."""

from collections.abc import Callable
from typing import TypeVar

from flask import request
from pydantic import BaseModel, ValidationError

from api.errors import ApiError

Model = TypeVar("Model", bound=BaseModel)


def read_parameters(model: type[Model]) -> Model:
    """The query string as ``model``. Raises ``ApiError`` (422) that names the fault."""
    values = {}
    for name, given in request.args.lists():
        if len(given) > 1:
            known = name in model.model_fields  # another name is whatever the caller sent
            raise _refuse(
                f"{name if known else 'A name'}: given {len(given)} times",
                "Give each parameter once.",
            )
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
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "body"
        hint = "The parameters are described in /api/v1/openapi.json."
        # a name that is not known is not repeated: it is whatever the caller sent
        known = first["loc"] and first["type"] != "extra_forbidden"
        message = f"{place}: {first['msg']}" if known else "A name is not known, or no JSON came."
        raise _refuse(message, hint) from None


def _refuse(message: str, hint: str) -> ApiError:
    return ApiError(422, "invalid_request", message, hint)
