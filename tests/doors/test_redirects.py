"""Where to go on: never to another site."""

import html
import re
from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse
from werkzeug.utils import redirect

from doors.redirects import HOME, safe_next

HERE = "/search?q=会员 a%26b&lang=en&page=1"
"""A page whose address needs care: Chinese, a space, an encoded sign."""
PASSWORD = "four plain words here"
HOSTILE = [
    "//evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example", "\t//evil.example",
    "/\n/evil.example", "http:evil.example", "http:///evil.example", "https://ok@evil.example",
    "javascript:alert(1)", "/\r\nSet-Cookie: a=b", "evil.example", "///evil.example", " //evil",
    "/\x00", "//[", "http://[::1", "", None, "?next=x", "/" + "a" * 3000, "/\u2028/evil.example",
]  # fmt: skip


@pytest.mark.parametrize("raw", HOSTILE)
def test_A06_other_sites_lead_home(raw: str | None) -> None:
    """Whatever a browser could read as another site leads to the home page."""
    assert HOME == safe_next(raw)


@pytest.mark.parametrize("path", ["/", "/desk/", "/search?q=a%20b&page=2", "/faq/x#top", "/搜索"])
def test_A06_own_pages_are_kept(path: str) -> None:
    """A page of this site stays as it is."""
    assert path == safe_next(path)


@given(st.text(alphabet=st.sampled_from("/\\\t\r\n :@.?#%eh\u3000\uff0f"), max_size=12))
def test_A06_no_mixture_leaves_the_site(raw: str) -> None:
    """Made-up addresses of the dangerous characters never make a location with a host."""
    location = redirect(safe_next(raw)).location
    assert location.startswith("/")
    assert not location.startswith(("//", "/\\"))


@pytest.mark.parametrize("raw", [text for text in HOSTILE if text])
def test_A06_sign_in_goes_home_for_a_bad_next(
    client: FlaskClient,
    make_person: Callable[..., object],
    csrf_of: Callable[[FlaskClient, str], str],
    raw: str,
) -> None:
    """The real form follows no bad address, by link or by field."""
    make_person("customer", "mei@example.com")
    form = {"email": "mei@example.com", "password": PASSWORD, "next": raw}
    answer = client.post("/sign-in", data={**form, "csrf_token": csrf_of(client, "/sign-in")})
    assert (303, "/") == (answer.status_code, answer.location)
    again = client.get("/sign-in", query_string={"next": raw})
    assert (303, "/") == (again.status_code, again.location)


@pytest.mark.parametrize("path", ["/%09/evil.example/x", "/%0a/evil.example", "/%0d/evil.example",
    "/%09%5cevil.example", "/%5c%09/evil.example", "//evil.example/x", "/%5cevil.example",
    "/%2f/evil.example", "/%0a%09//evil.example", "/%5c%5cevil.example"])  # fmt: skip
def test_A06_the_language_switch_stays_on_the_site(client: FlaskClient, path: str) -> None:
    """A browser drops TAB, CR and LF and turns backslashes: no link of the page is another
    site's then."""
    page = client.get(path).text
    links = [html.unescape(link) for link in re.findall(r'(?:href|action|src)="([^"]*)"', page)]
    read = [re.sub(r"[\t\r\n]", "", link).replace("\\", "/") for link in links]
    assert any("lang=" in link for link in read)
    assert [] == [link for link in read if link.startswith("//") or "://" in link]


@pytest.mark.parametrize(("path", "there"), [("/topics/returns", "/topics/returns?lang=en"),
    ("/faq/退货?in=zh", "/faq/%E9%80%80%E8%B4%A7?in=zh&lang=en")])  # fmt: skip
def test_the_language_switch_leads_to_the_same_page(
    client: FlaskClient, path: str, there: str
) -> None:
    """Path and arguments stay what they are."""
    page = client.get(path, headers={"Accept-Language": "zh"}).text
    assert there in [html.unescape(link) for link in re.findall(r'href="([^"]*)"', page)]


def link_to(page: str, path: str) -> str:
    """The address of the page's first link to ``path``, as a browser reads it."""
    found = re.search(rf'href="({path}(?:\?next=[^"&]*)?)"', page)
    assert found is not None, f"no link to {path}"
    return html.unescape(found[1])


def send(client: FlaskClient, address: str, email: str) -> TestResponse:
    """Fill in the form at an address and send it, hidden fields as they are."""
    page = client.get(address).get_data(as_text=True)
    hidden = re.findall(r'<input[^>]*name="(csrf_token|next)"[^>]*value="([^"]*)"', page)
    form = {name: html.unescape(value) for name, value in hidden}
    path = address.partition("?")[0]
    return client.post(path, data={**form, "email": email, "password": PASSWORD})


def asked_at(location: str) -> tuple[str, list[tuple[str, str]]]:
    """A place of this site: its path and what is asked there, however it is encoded."""
    parts = urlsplit(location)
    assert ("", "") == (parts.scheme, parts.netloc)
    return parts.path, parse_qsl(parts.query)


def test_signing_in_leads_back_to_what_was_asked(
    client: FlaskClient, make_person: Callable[..., object]
) -> None:
    """The link of every page names it, and the form goes back there with the whole question."""
    make_person("customer", "mei@example.com")
    link = link_to(client.get(HERE).get_data(as_text=True), "/sign-in")
    answer = send(client, link, "mei@example.com")
    assert 303 == answer.status_code
    assert asked_at(HERE) == asked_at(answer.location)


def test_registering_keeps_the_way_back(
    client: FlaskClient, make_person: Callable[..., object]
) -> None:
    """From the page to the sign-in, to the form, back to the sign-in and on: known or not."""
    make_person("customer", "known@example.com")
    sign_in = link_to(client.get(HERE).get_data(as_text=True), "/sign-in")
    register = link_to(client.get(sign_in).get_data(as_text=True), "/register")
    for email in ("known@example.com", "new@example.com"):
        answer = send(client, register, email)
        assert (303, sign_in) == (answer.status_code, answer.location)
    assert asked_at(HERE) == asked_at(send(client, answer.location, "new@example.com").location)


def test_a_wrong_password_keeps_the_way_back(
    client: FlaskClient, make_person: Callable[..., object]
) -> None:
    """The page that refuses leads on to the same place, by its field and by its links."""
    page = send(client, "/sign-in?next=/faq/send-back", "nobody@example.com").get_data(as_text=True)
    assert 'value="/faq/send-back"' in page
    assert "/register?next=/faq/send-back" == link_to(page, "/register")


@pytest.mark.parametrize("path", ["/", "/sign-in", "/register"])
def test_the_link_to_sign_in_names_no_page_needlessly(client: FlaskClient, path: str) -> None:
    """From home and from the account pages themselves it names nothing."""
    assert "/sign-in" == link_to(client.get(path).get_data(as_text=True), "/sign-in")


@pytest.mark.parametrize("path", ["//evil.example", "/\\evil.example", "///evil.example/a"])
def test_A06_the_link_to_sign_in_names_no_other_site(client: FlaskClient, path: str) -> None:
    """A path that looks like a host stays a path of this site, or is dropped."""
    page = client.get("/", environ_overrides={"PATH_INFO": path}).get_data(as_text=True)
    (_, asked) = asked_at(link_to(page, "/sign-in"))
    for _, following in asked:
        assert re.match(r"/[^/\\]", following)


@pytest.mark.parametrize("raw", [text for text in HOSTILE if text])
def test_A06_no_bad_next_is_handed_on(client: FlaskClient, raw: str) -> None:
    """The links of the account pages drop an address of another site."""
    page = client.get("/sign-in", query_string={"next": raw}).get_data(as_text=True)
    assert ["/sign-in", "/register"] == [link_to(page, to) for to in ("/sign-in", "/register")]
