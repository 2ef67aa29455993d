"""What visitors do at the doors, by real addresses and forms: search, open, vote, ask, copy."""

import re
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
_ENTRY = re.compile(r'href="/faq/([a-z0-9-]+)\?[^"]*?from=([0-9a-f]{32})')
_SEARCH = re.compile(r'(?:from=|data-search="|name="from" value=")([0-9a-f]{32})')

SHORTEST_QUESTION = 2


@dataclass(frozen=True, slots=True)
class Seen:
    """What a search showed: the entries in order, empty where it missed."""

    search: str
    outcome: str
    slugs: tuple[str, ...]


class Door(Protocol):
    """One way into the site."""

    def ask(self, text: str) -> Seen: ...
    def type(self, text: str) -> Seen | None: ...
    def take(self, seen: Seen, slug: str) -> None: ...
    def say(self, seen: Seen, kind: str, slug: str = "", text: str = "") -> None: ...


class Refused(Exception):
    """The site answered what a visitor must never see."""


def good(response: TestResponse) -> str:
    """The text of an answer that is no error. Raises ``Refused``."""
    if response.status_code >= 400:
        raise Refused(f"{response.request.path} answered {response.status_code}")
    return response.get_data(as_text=True)


def csrf(page: str) -> str:
    """The token of a page's first form."""
    found = _TOKEN.search(page)
    if found is None:
        raise Refused("a page without a form")
    return found[1]


class WebDoor:
    """The shopper's site."""

    def __init__(self, client: FlaskClient) -> None:
        self._client = client
        self._page = self._entry = ""

    def ask(self, text: str) -> Seen:
        """Search, and read the page of results."""
        self._page = good(self._client.get(f"/search?q={quote(text)}"))
        slugs = tuple(dict.fromkeys(slug for slug, _id in _ENTRY.findall(self._page)))
        found = _SEARCH.search(self._page)
        top = "top-answer" in self._page
        outcome = "answered" if top else "suggested" if slugs else "missed"
        return Seen(found[1] if found else "", outcome, slugs)

    def type(self, text: str) -> None:
        """Let the box suggest."""
        good(self._client.get(f"/suggest?q={quote(text)}"))

    def take(self, seen: Seen, slug: str) -> None:
        """Open an entry."""
        self._entry = good(
            self._client.get(f"/faq/{slug}?from={seen.search}", follow_redirects=True)
        )

    def say(self, seen: Seen, kind: str, slug: str = "", text: str = "") -> None:
        """Vote on the entry that is open, say that none fits, or leave the question."""
        if kind in ("helpful", "unhelpful"):
            answer = "yes" if kind == "helpful" else "no"
            self._post(f"/faq/{slug}/helpful", self._entry, seen, answer=answer)
        elif kind == "none_of_these":
            self._post("/search/none-of-these", self._page, seen, q=text)
        elif kind == "contact" and len(text) >= SHORTEST_QUESTION:  # the form takes no less
            form = good(self._client.get(f"/ask?q={quote(text)}&from={seen.search}"))
            self._post("/ask", form, seen, question=text)

    def _post(self, path: str, page: str, seen: Seen, **values: str) -> None:
        form = {"csrf_token": csrf(page), "from": seen.search, **values}
        good(self._client.post(path, data=form))


class DeskDoor:
    """The agent's desk."""

    def __init__(self, client: FlaskClient) -> None:
        self._client = client
        self._page = ""

    def ask(self, text: str) -> Seen:
        """Look up what a customer asks."""
        self._page = good(self._client.get(f"/desk/?q={quote(text)}"))
        slugs = tuple(dict.fromkeys(re.findall(r'name="slug" value="([a-z0-9-]+)"', self._page)))
        found = _SEARCH.search(self._page)
        return Seen(found[1] if found else "", "suggested" if slugs else "missed", slugs)

    def type(self, text: str) -> None:
        """Nothing is suggested at the desk."""

    def take(self, seen: Seen, slug: str) -> None:
        """Copy the answer."""
        self.say(seen, "copy", slug)

    def say(self, seen: Seen, kind: str, slug: str = "", text: str = "") -> None:  # noqa: ARG002
        """One of the desk's buttons."""
        if _TOKEN.search(self._page):
            form = {"csrf_token": csrf(self._page), "search_id": seen.search, "kind": kind}
            good(self._client.post("/desk/signal", data=form | {"slug": slug}))


class ApiDoor:
    """A program that asks for one of its users, whom it tells apart by ``session``."""

    def __init__(self, client: FlaskClient, token: str, session: str) -> None:
        self._client, self._session = client, session
        self._headers = {"Authorization": f"Bearer {token}"}

    def ask(self, text: str) -> Seen:
        """Search for the user."""
        values = {"q": text, "limit": "3", "session": self._session}
        answer: Any = self._client.get("/api/v1/search", query_string=values, headers=self._headers)
        good(answer)
        slugs = tuple(hit["slug"] for hit in answer.json["hits"])
        return Seen(answer.json["search_id"], answer.json["outcome"], slugs)

    def type(self, text: str) -> Seen:
        """The chatbot's box searches while its user types: these are searches, too."""
        return self.ask(text)

    def take(self, seen: Seen, slug: str) -> None:
        """The user opened the answer."""
        self.say(seen, "click", slug)

    def say(self, seen: Seen, kind: str, slug: str = "", text: str = "") -> None:  # noqa: ARG002
        """Hand on what the user said."""
        said = {"search_id": seen.search, "kind": kind} | ({"slug": slug} if slug else {})
        good(self._client.post("/api/v1/feedback", json=said, headers=self._headers))
