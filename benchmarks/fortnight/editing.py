"""An editor in a browser: opens the admin's pages, reads them, fills in and sends their forms."""

from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element

import html5lib
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from accounts.roles import Role
from benchmarks.fortnight.doors import csrf, good
from benchmarks.fortnight.site import PASSWORD, Site

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
WHY = "looked at, and it must be so"


class Editor:
    """Somebody with the right to publish. Counts the pages opened and the forms sent."""

    def __init__(self, site: Site, number: int = 90) -> None:
        self.client: FlaskClient = site.client()
        self.client.environ_base["HTTP_USER_AGENT"] = BROWSER
        self.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
        self.pages = self.forms = 0
        email = site.person(Role.EDITOR, number)
        token = csrf(good(self.client.get("/sign-in")))
        self.client.post(
            "/sign-in", data={"email": email, "password": PASSWORD, "csrf_token": token}
        )

    def page(self, path: str) -> Element:
        """The page at an address of the admin."""
        self.pages += 1
        return parsed(self.client.get(path))

    def send(self, form: Element, values: Mapping[str, str | list[str]], to: str = "") -> Element:
        """Send a form with these values in place of its own; the page that comes then.

        A question back is answered: yes to "shoppers will see this", and a reason where a
        publication is held.
        """
        self.forms += 1
        data: dict[str, str | list[str]] = {**fields(form), **values}
        response = self.client.post(to or str(form.get("action")), data=data, follow_redirects=True)
        page = parsed(response, held=True)
        again = _asking_back(page)
        if again is None:
            return page
        if response.status_code == 409:
            return self.send(again, {"overrule_reason": WHY, **_button(again)})
        return self.send(again, _button(again))


def parsed(response: TestResponse, *, held: bool = False) -> Element:
    """A page as a browser reads it. Raises ``Refused`` for errors, but not for ``held`` ones."""
    text = response.get_data(as_text=True)
    if not (held and response.status_code == 409):
        text = good(response)
    found: Element = html5lib.parse(text, treebuilder="etree", namespaceHTMLElements=False)
    return found


def text_of(element: Element) -> str:
    """What is written in an element, with single spaces."""
    return " ".join("".join(element.itertext()).split())


def marked(page: Element, name: str, value: str = "") -> Iterator[Element]:
    """The elements with this attribute, holding ``value`` where one is given."""
    for element in page.iter():
        if name in element.attrib and value in str(element.get(name)):
            yield element


def has(page: Element, name: str, value: str = "") -> bool:
    """Whether there is such an element. An element without children is falsy, so none is tested."""
    return next(marked(page, name, value), None) is not None


def form_to(page: Element, action: str) -> Element:
    """The form whose action ends so."""
    return next(one for one in page.iter("form") if str(one.get("action")).endswith(action))


def fields(form: Element) -> dict[str, str | list[str]]:
    """What a browser would send without pressing a named button."""
    values: dict[str, str | list[str]] = {}
    for each in form.iter("input"):
        name = each.get("name")
        if name and (each.get("type") not in ("radio", "checkbox") or "checked" in each.attrib):
            values[name] = each.get("value", "")
    for each in form.iter("textarea"):
        values[each.get("name", "")] = each.text or ""
    for each in form.iter("select"):
        options = list(each.iter("option"))
        chosen = [one for one in options if "selected" in one.attrib] or options[:1]
        values[each.get("name", "")] = chosen[0].get("value", "") if chosen else ""
    return values


def _asking_back(page: Element) -> Element | None:
    """The form that asks once more, if there is one."""
    for form in page.iter("form"):
        is_sure = any("confirm" in str(one.get("class")).split() for one in form.iter("div"))
        if is_sure or has(form, "name", "overrule_reason"):
            return form
    return None


def _button(form: Element) -> dict[str, str | list[str]]:
    """What the first named button of a form says."""
    for button in form.iter("button"):
        if button.get("name") == "confirmed":
            return {"confirmed": button.get("value", "")}
    return {}
