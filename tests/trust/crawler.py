"""Ask every address of the application in every way, and follow every link, as one viewer."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.trust.canaries import BY_WORD, OPEN_SLUG, SPECIMENS, Canary
from tests.trust.site import said

SAFE = ("GET", "HEAD", "OPTIONS")
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
MOST_PAGES = 400
_LINK = re.compile(r'(?:href|src|action|hx-get)="([^"#]+)')
_WORDS = re.compile("|".join(BY_WORD))
SIGNS_OUT = "accounts.sign_out"


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and all that its answer said."""

    method: str
    url: str
    answer: TestResponse

    @property
    def name(self) -> str:
        """The request, for messages."""
        return f"{self.method} {self.url} → {self.answer.status_code}"

    def told(self) -> frozenset[Canary]:
        """The canaries in the answer that the request itself did not hold."""
        found = {*_WORDS.findall(said(self.answer))} - {*_WORDS.findall(self.url)}
        return frozenset(BY_WORD[word] for word in found)


def crawl(app: Flask, client: FlaskClient, *, form: dict[str, str]) -> Iterator[Exchange]:
    """Every rule with real and made-up values in every method, then every link from the pages.

    ``form`` is sent with unsafe requests; it holds the viewer's own CSRF token, if they have one.
    """
    seen: set[str] = set()
    waiting: list[str] = []
    for rule in app.url_map.iter_rules():
        for url in addresses(app, rule):
            for exchange in _in_every_method(client, rule, url, form):
                yield exchange
                waiting += _links(exchange)
    while waiting and len(seen) < MOST_PAGES:
        url = waiting.pop(0)
        if url not in seen and not url.startswith("/static/"):
            seen.add(url)
            exchange = Exchange("GET", url, client.get(url))
            yield exchange
            waiting += _links(exchange)


def addresses(app: Flask, rule: Rule) -> Iterator[str]:
    """The addresses of one rule, filled with values that lead to something and to nothing."""
    names = sorted(rule.arguments)
    adapter = app.url_map.bind("localhost")
    rows = zip(*(_values(name) for name in names), strict=True) if names else [()]
    for row in rows:
        yield adapter.build(rule.endpoint, dict(zip(names, row, strict=True)))


def _values(name: str) -> list[str]:
    """Values for one placeholder, the same number for each, so that they go together."""
    slugs = [one.slug for one in SPECIMENS]
    count = len(slugs) + 3
    if name == "slug":
        aliases = [SPECIMENS[-1].field("alias", "en"), SPECIMENS[2].field("alias", "zh")]
        return [*slugs, *aliases, OPEN_SLUG]
    if name.startswith("topic"):
        return [*(one.topic for one in SPECIMENS), "orders", "nowhere", "orders"]
    if name in ("lang", "language"):
        return ["zh", "en", *["zh"] * (count - 2)]
    return [*("1" for _ in slugs), "nothing", "2", "3"]


def _in_every_method(
    client: FlaskClient, rule: Rule, url: str, form: dict[str, str]
) -> Iterator[Exchange]:
    for method in SAFE:
        yield Exchange(method, url, client.open(url, method=method))
    for method in UNSAFE:
        yield Exchange(method, url, client.open(url, method=method))
        if method in (rule.methods or ()) and rule.endpoint != SIGNS_OUT:
            yield Exchange(method, url, client.open(url, method=method, data=form))


def _links(exchange: Exchange) -> list[str]:
    if exchange.method != "GET" or not (exchange.answer.mimetype or "").startswith("text/html"):
        return []
    found = (
        urlsplit(urljoin(exchange.url, html.unescape(link)))
        for link in _LINK.findall(exchange.answer.text)
    )
    return [
        f"{link.path}?{link.query}".rstrip("?")
        for link in found
        if link.netloc in ("", "localhost") and link.scheme in ("", "http")
    ]
