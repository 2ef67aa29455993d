"""What goes in and what comes out: the one source of the checks and of the OpenAPI document."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from insights.signals import Signal

Language = Literal["zh", "en"]
Disclosure = Literal["public", "customer", "agent", "internal"]
SEARCH_ID = "^[0-9a-f]{32}$"
SLUG = "^[a-z0-9]+(-[a-z0-9]+)*$"
MOST_HITS = 20
_LIMITS = frozenset(map(str, range(1, MOST_HITS + 1)))


def _plain_limit(value: Any) -> Any:
    if isinstance(value, str) and value not in _LIMITS:
        message = f"write a whole number from 1 to {MOST_HITS} in plain digits"
        raise PydanticCustomError("limit", message)
    return value


class Strict(BaseModel):
    """Refuses what it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SearchParameters(Strict):
    """The question of a search."""

    q: str = Field(
        description="The question, in Chinese, English or both.",
        json_schema_extra={"minLength": 1},  # the search itself refuses an empty one, by its name
    )
    limit: Annotated[int, BeforeValidator(_plain_limit)] = Field(
        5, ge=1, le=MOST_HITS, description="The most entries to answer with."
    )
    lang: Language | None = Field(
        None, description="Preferred language of the entries; without it, that of the question."
    )
    session: str = Field(
        "",
        max_length=128,
        description="What tells one of the program's users from another for one conversation; only"
        " a keyed hash of it is kept, which changes every day.",
    )


class EntryParameters(Strict):
    """How an entry is wanted."""

    lang: Language | None = Field(
        None, description="Preferred language; where it is missing, the other one is answered."
    )


class FeedbackBody(Strict):
    """What was done with the answer to a search."""

    search_id: str = Field(pattern=SEARCH_ID, description="As answered by the search.")
    kind: Signal = Field(description="What happened.")
    slug: str | None = Field(
        None, pattern=SLUG, max_length=120, description="The entry that it is about."
    )
    reason: str = Field("", max_length=1000, description="Why, in the asker's own words.")


class HitAnswer(BaseModel):
    """An entry that may answer the question."""

    slug: str
    lang: Language
    topic: str
    question: str
    snippet: str = Field(description="Plain text from the answer.")
    url: str = Field(description="The page of the entry.")
    confidence: float = Field(ge=0, le=1, description="Probability that the entry answers.")
    matched: str = Field(description="Which part of the entry matched, such as `alternate`.")
    disclosure: Disclosure


class SearchAnswer(BaseModel):
    """What was found, best first."""

    search_id: str = Field(description="Names this search in feedback.")
    query: str = Field(description="The question as it was asked.")
    read_as: str = Field(
        description="The question as it was read, where its pinyin was written in characters or a "
        "typing slip undone; else empty."
    )
    lang: Language
    outcome: Literal["answered", "suggested", "missed"]
    mode: Literal["hybrid", "lexical"]
    hits: list[HitAnswer]


class EntryAnswer(BaseModel):
    """One entry in one language."""

    slug: str = Field(description="The entry's present slug, also where an old one was asked for.")
    lang: Language
    langs: list[Language] = Field(description="The languages that it can be read in.")
    topic: str
    question: str
    html: str = Field(description="The answer, as sanitised HTML.")
    text: str = Field(description="The answer, as plain text.")
    agent_note_html: str = Field(description="For chat agents; empty below their clearance.")
    tags: list[str]
    updated: date | None
    url: str
    disclosure: Disclosure


class ErrorDetail(BaseModel):
    """What went wrong."""

    code: str = Field(description="Stable, for programs.")
    message: str
    hint: str = Field(description="What to do about it.")


class ErrorAnswer(BaseModel):
    """The body of every answer that is not a success."""

    error: ErrorDetail
