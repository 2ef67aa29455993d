"""Ask every address of the application in every way, and follow every link, as one viewer."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import IntegerConverter, Rule
from werkzeug.test import TestResponse

from tests.trust.canaries import BY_WORD, OPEN_SLUG, SPECIMENS, Canary
from tests.trust.site import said

OTHER_METHODS = ("HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
MOST_PAGES = 250
WAYS_BACK = ("/sign-in?next=", "/register?next=")
"""Every page has one of its own, and all lead to pages that are asked anyway."""
MOST_TRIED = 8
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
            exchange = Exchange("GET", url, client.get(url, buffered=True))
            yield exchange
            waiting += _links(exchange)
        for url in addresses(app, rule)[-MOST_TRIED:]:
            yield from _in_other_methods(client, rule, url, form)
    while waiting and len(seen) < MOST_PAGES:
        url = waiting.pop(0)
        if url not in seen and not url.startswith(("/static/", *WAYS_BACK)):
            seen.add(url)
            exchange = Exchange("GET", url, client.get(url, buffered=True))
            yield exchange
            waiting += _links(exchange)


def addresses(app: Flask, rule: Rule) -> list[str]:
    """The addresses of one rule, filled with values that lead to something and to nothing."""
    names = sorted(rule.arguments)
    columns = [_values(name, rule) for name in names]
    count = max(map(len, columns), default=1)
    adapter = app.url_map.bind("localhost")
    rows = (
        {name: column[row % len(column)] for name, column in zip(names, columns, strict=True)}
        for row in range(count)
    )
    return list(dict.fromkeys(adapter.build(rule.endpoint, row) for row in rows))


def _values(name: str, rule: Rule) -> list[Any]:
    """Values for one placeholder, those that lead somewhere hidden first."""
    if isinstance(rule._converters[name], IntegerConverter):
        return [1, 2, 999_999]
    if name == "slug":
        aliases = [SPECIMENS[-1].field("alias", "en"), SPECIMENS[2].field("alias", "zh")]
        return [*(one.slug for one in SPECIMENS), *aliases, OPEN_SLUG]
    if name.startswith("topic"):
        return [*(one.topic for one in SPECIMENS), "orders", "nowhere"]
    return ["zh", "en"] if name.startswith("lang") else ["css/base.css", "nothing", "1"]


def _in_other_methods(
    client: FlaskClient, rule: Rule, url: str, form: dict[str, str]
) -> Iterator[Exchange]:
    for method in OTHER_METHODS:
        yield Exchange(method, url, client.open(url, method=method, buffered=True))
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
