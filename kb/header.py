"""The header of an entry file: its keys, their types, and the problem for each breach.

Every value arrives as text or a list of text; the types are checked here and nowhere else.
There is no default for the level: without exactly one of the four words an entry is invalid.
"""

import difflib
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from kb.disclosure import Level, Status
from kb.names import is_slug
from kb.problem import Problem
from kb.strict_yaml import Location

MAX_LINE = 300
MAX_NOTE = 8_000
MAX_ITEMS = 60
YEARS = (1970, 9998)
"""Years that every time zone can tell; a moment outside them cannot be moved between zones."""
LEVELS = ", ".join(level.label for level in Level)
STATES = ", ".join(Status)
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)", re.ASCII)
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")


def _fault(code: str, message: str, hint: str) -> PydanticCustomError:
    return PydanticCustomError("own", "{code}", {"code": code, "message": message, "hint": hint})


def _text(value: Any, *, longest: int) -> str:
    if not isinstance(value, str):
        raise _fault("type", "must be text, not a list or mapping", "Write one piece of text.")
    if not value.strip():
        raise _fault("empty", "has no value", "Fill it in, or remove the line.")
    if len(value) > longest:
        raise _fault("too-long", f"is longer than {longest} characters", "Shorten it.")
    return value.strip()


def _line(value: Any) -> str:
    text = _text(value, longest=MAX_LINE)
    if unseen := _UNSEEN.search(text):
        message = f"has a line break or an unseen character ({unseen[0]!a})"
        raise _fault("unseen", message, "Write it on one line, in plain characters.")
    return text


def _note(value: Any) -> str:
    text = _text(value, longest=MAX_NOTE)
    if "\x00" in text:
        raise _fault("unseen", "has a NUL character", "Remove it.")
    return text


def _level(value: Any) -> Level:
    try:
        return Level.from_label(value)
    except ValueError:
        message = f"{value!a} is not a disclosure level"
        raise _fault("level", message, f"Write exactly one of {LEVELS}.") from None


def _status(value: Any) -> Status:
    if value in tuple(Status) and isinstance(value, str):
        return Status(value)
    raise _fault("status", f"{value!a} is not a status", f"Write exactly one of {STATES}.")


def _day(value: Any) -> date:
    text = _text(value, longest=MAX_LINE)
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise _fault("date", f"{text!a} is not a date", "Write year-month-day, such as 2027-06-30.")


def _moment(value: Any) -> datetime:
    text = _text(value, longest=MAX_LINE)
    moment = _read_moment(text)
    if moment is None:
        hint = "Write date, time and zone, such as 2026-11-20T09:00+08:00."
        raise _fault("date", f"{text!a} is not a moment with its time zone", hint)
    first, last = YEARS
    if not first <= moment.year <= last:
        hint = "Leave the line out where there is no such limit, or write a nearer year."
        raise _fault("date", f"{text!a} is not in the years {first} to {last}", hint)
    return moment


def _read_moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if _MOMENT.fullmatch(text) else None
    except ValueError:
        return None


def _alias(value: Any) -> str:
    text = _line(value)
    if not is_slug(text):
        hint = "Use a–z, 0–9 and single hyphens, as in a file name."
        raise _fault("alias", f"{text!a} cannot be an address", hint)
    return text


def _items(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise _fault("type", "must be a list", "Write one item per line, each after `- `.")
    if not value:
        raise _fault("empty", "has no items", "Add one, or remove the line.")
    if len(value) > MAX_ITEMS:
        raise _fault("size", f"has more than {MAX_ITEMS} items", "Keep the most telling ones.")
    return value


Line = Annotated[str, BeforeValidator(_line)]
Lines = Annotated[list[Line], BeforeValidator(_items)]
Day = Annotated[date, BeforeValidator(_day)]
Moment = Annotated[datetime, BeforeValidator(_moment)]


class Header(BaseModel):
    """The keys of a header, in the order in which they are written."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    question: Line
    disclosure: Annotated[Level, BeforeValidator(_level)]
    status: Annotated[Status, BeforeValidator(_status)]
    publish_from: Moment | None = None
    publish_until: Moment | None = None
    alternates: Lines = []
    not_for: Lines = []
    tags: Lines = []
    aliases: Annotated[list[Annotated[str, BeforeValidator(_alias)]], BeforeValidator(_items)] = []
    owner: Annotated[str, BeforeValidator(lambda value: _text(_line(value), longest=120))] = ""
    review_by: Day | None = None
    updated: Day | None = None
    agent_note: Annotated[str, BeforeValidator(_note)] = ""


KEYS = tuple(Header.model_fields)


def read_header(
    values: Any, lines: Mapping[Location, int], *, path: str
) -> tuple[Header | None, list[Problem]]:
    """The checked header, or None and every problem with its line."""
    if not isinstance(values, dict):
        hint = f"Begin with `question:`, `disclosure:` ({LEVELS}) and `status:`."
        return None, [Problem(path, 2, "header", "the header holds no keys", hint)]
    try:
        return Header.model_validate(values), []
    except ValidationError as error:
        return None, [_problem(detail, lines, path) for detail in error.errors()]


def _problem(detail: ErrorDetails, lines: Mapping[Location, int], path: str) -> Problem:
    location = tuple(detail["loc"])
    key = str(location[0])
    line = lines.get(location[:2]) or lines.get(location[:1]) or 2
    if detail["type"] == "missing":
        return Problem(path, 2, _missing_code(key), f"`{key}` is missing", _missing_hint(key))
    if detail["type"] == "extra_forbidden":
        return Problem(path, line, "unknown-key", f"unknown key {key!a}", _nearest_key(key))
    context = detail.get("ctx", {})
    place = f"`{key}`" if len(location) == 1 else f"`{key}` item {int(location[1]) + 1}"
    return Problem(path, line, context["code"], f"{place}: {context['message']}", context["hint"])


def _missing_code(key: str) -> str:
    return "level" if key == "disclosure" else "missing"


def _missing_hint(key: str) -> str:
    choices = {"disclosure": LEVELS, "status": STATES}
    return f"Add `{key}:`" + (f" with one of {choices[key]}." if key in choices else ".")


def _nearest_key(key: str) -> str:
    near = difflib.get_close_matches(key.strip().lower(), KEYS, n=1)
    return f"Did you mean `{near[0]}`?" if near else f"The keys are {', '.join(KEYS)}."
