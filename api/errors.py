"""What the API says when it cannot answer: a stable code, a sentence, and what to do."""

from flask import Response, jsonify

from api.schemas import ErrorAnswer, ErrorDetail


class ApiError(Exception):
    """An answer other than the one asked for; ``status`` is that of HTTP."""

    def __init__(self, status: int, code: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.status = status
        self.detail = ErrorDetail(code=code, message=message, hint=hint)


def not_found() -> ApiError:
    """What a hidden entry and an unknown one answer alike."""
    return ApiError(404, "not_found", "There is no such entry.", "Search for it: /api/v1/search")


def answer_error(error: ApiError) -> tuple[Response, int]:
    """The JSON of an error and its status."""
    return jsonify(ErrorAnswer(error=error.detail).model_dump()), error.status
