"""What every page must hold: no serious accessibility fault, nothing wider than the window."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

AXE = (Path(__file__).parent / "axe.min.js").read_text("utf-8")
WIDE, PHONE = 1280, 390
OpenPage = Callable[..., Page]


def assert_sound(page: Page) -> None:
    """No serious accessibility fault, and nothing wider than the window."""
    page.evaluate(AXE)
    found = page.evaluate(
        "axe.run(document, {resultTypes: ['violations']}).then(result => result.violations"
        ".filter(one => ['serious', 'critical'].includes(one.impact))"
        ".map(one => one.id + ': ' + one.nodes.map(node => node.html).slice(0, 3).join(' | ')))"
    )
    assert [] == found, f"{page.url}: {found}"
    overflow = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert overflow <= 0, f"{page.url} is {overflow} px too wide"
