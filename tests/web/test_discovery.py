"""What other programs read: only public entries, whoever asks."""

import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.mark.parametrize("role", ["", "admin"])
def test_L17_sitemap_lists_public_entries_only(
    client: FlaskClient, sign_in: Callable[..., Any], role: str
) -> None:
    """Even an admin's sitemap names public entries alone, each in its languages."""
    if role:
        sign_in(client, role)
    tree = ElementTree.fromstring(client.get("/sitemap.xml").get_data())  # noqa: S314
    places = [place.text for place in tree.iter(f"{SITEMAP}loc")]
    assert "http://localhost/faq/send-back?lang=zh" in places
    assert 5 == len(places)


def test_L17_last_change_is_that_of_the_entry(client: FlaskClient) -> None:
    """Entries without a date have no lastmod that a hidden edit could move."""
    assert b"lastmod" not in client.get("/sitemap.xml").get_data()


def test_robots_keep_off_what_is_not_content(client: FlaskClient) -> None:
    """Search results and closed doors are no places for crawlers."""
    text = client.get("/robots.txt").get_data(as_text=True)
    assert "Disallow: /search" in text
    assert "Sitemap: http://localhost/sitemap.xml" in text


def test_opensearch_names_the_search(client: FlaskClient) -> None:
    """A browser can add the search; the description is well-formed."""
    answer = client.get("/opensearch.xml")
    assert "application/opensearchdescription+xml" == answer.mimetype
    ElementTree.fromstring(answer.get_data())  # noqa: S314
    assert b"/search?q={searchTerms}" in answer.get_data()
