"""Pages as a browser reads them, and forms as it sends them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

EDITOR_FORM = "data-editor"


def read(response: TestResponse) -> Element:
    """The page of a response."""
    found: Element = html5lib.parse(
        response.get_data(as_text=True), treebuilder="etree", namespaceHTMLElements=False
    )
    return found


def words(page: Element) -> str:
    """Everything that is written on a page, with single spaces."""
    main = next(page.iter("main"), page)
    return " ".join("".join(main.itertext()).split())


def links(page: Element) -> list[str]:
    """Where a page leads."""
    return [str(link.get("href")) for link in page.iter("a")]


def fields(form: Element) -> dict[str, str]:
    """What a browser would send of a form without pressing one of its named buttons."""
    values: dict[str, str] = {}
    for each in form.iter("input"):
        name = each.get("name")
        if name and (each.get("type") not in ("radio", "checkbox") or "checked" in each.attrib):
            values[name] = each.get("value", "")
    for each in form.iter("textarea"):
        values[each.get("name", "")] = each.text or ""
    for each in form.iter("select"):
        chosen = [option for option in each.iter("option") if "selected" in option.attrib]
        first = next(each.iter("option"), None)
        picked = chosen[0] if chosen else first
        values[each.get("name", "")] = "" if picked is None else picked.get("value", "")
    return values


@dataclass
class Editor:
    """Somebody in a browser who opens pages and sends the forms that stand on them."""

    client: FlaskClient

    def page(self, path: str) -> Element:
        """The page at an address, which must be there."""
        response = self.client.get(path)
        assert response.status_code == 200, response.get_data(as_text=True)
        return read(response)

    def form(self, path: str, mark: str = EDITOR_FORM) -> Element:
        """The form at an address that has this attribute or this end of its action."""
        return next(marked(self.page(path), mark))

    def send(self, path: str, mark: str = EDITOR_FORM, **values: str) -> TestResponse:
        """Fill in and send a form of the page at ``path``."""
        return self.submit(self.form(path, mark), **values)

    def submit(self, form: Element, **values: str) -> TestResponse:
        """Send a form, changed by ``values``."""
        return self.client.post(str(form.get("action")), data=fields(form) | values)

    def write(self, question: str, /, **values: Any) -> TestResponse:
        """Write a new entry for everyone, and say yes when asked once more."""
        start = {"question": question, "answer": "答案在此。", "topic": "delivery", "lang": "zh"}
        sure = {"level": "public", "confirmed": "public"}
        return self.send("/admin/entries/new", **(start | sure | values))


def marked(page: Element, mark: str) -> Iterator[Element]:
    """The forms of a page that have this attribute or this end of their action."""
    for form in page.iter("form"):
        if mark in form.attrib or str(form.get("action")).endswith(mark):
            yield form
