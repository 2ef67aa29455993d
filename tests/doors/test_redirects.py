"""Where to go on: never to another site."""

import html
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.utils import redirect

from doors.redirects import HOME, safe_next

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
