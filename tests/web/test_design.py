"""The look holds its promises: contrast by computation, icons that exist."""

import re
from itertools import product
from pathlib import Path

import pytest

from settings import ROOT

SHEETS = sorted(ROOT.glob("static/**/*.css"))
TEMPLATES = sorted(ROOT.glob("templates/**/*.html"))
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|(?:rgb|hsl|hwb|lab|lch|oklab|oklch|color)a?\(")
TOKENS = (ROOT / "static/css/tokens.css").read_text("utf-8")
LIGHT, DARK = TOKENS.split("@media screen and (prefers-color-scheme: dark)")
FRAME = (ROOT / "static/css/frame.css").read_text("utf-8")
TEXT_ON_GROUND = [
    *product(("ink", "ink-soft", "seal"), ("paper", "surface", "sunken")),
    ("seal-ink", "seal-fill"),
    ("seal-ink", "seal-deep"),
    ("seal", "seal-wash"),
    ("ink", "mark"),
    *((tint, f"{tint}-wash") for tint in ("jade", "ochre", "azurite", "plum")),
    *product(("ink", "ink-soft"), ("jade-wash", "ochre-wash", "azurite-wash", "seal-wash")),
]
LINES_ON_GROUND = list(product(("line-strong", "focus"), ("paper", "surface", "sunken")))


def colours(sheet: str) -> dict[str, str]:
    """The colour tokens of one scheme."""
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", sheet))


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2) of ``#rrggbb``."""
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """Contrast ratio (WCAG 2.2) of two colours."""
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("sheet", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_ON_GROUND)
def test_text_has_contrast(sheet: str, text: str, ground: str) -> None:
    """Every pair of text and ground that is used has at least 4.5 to 1."""
    scheme = colours(sheet)
    assert contrast(scheme[text], scheme[ground]) >= 4.5


@pytest.mark.parametrize(("text", "ground"), TEXT_ON_GROUND)
def test_print_has_contrast(text: str, ground: str) -> None:
    """What the print rules change of the light colours is read against all that they leave."""
    scheme = colours(LIGHT) | colours(_long(FRAME.partition("@media print")[2]))
    assert contrast(scheme[text], scheme[ground]) >= 4.5


def _long(sheet: str) -> str:
    """The sheet with colours of three digits written in six."""
    return re.sub(r"#([0-9a-f])([0-9a-f])([0-9a-f]);", r"#\1\1\2\2\3\3;", sheet)


def test_dark_colours_are_for_screens_only() -> None:
    """Paper is light: a dark screen prints as a light one does."""
    for path in ROOT.glob("static/css/*.css"):
        schemes = re.findall(r"@media ([^{]*)prefers-color-scheme", path.read_text("utf-8"))
        assert {"screen and ("} >= set(schemes), path


def test_nothing_moves_on_paper() -> None:
    """A colour that takes its time would be printed halfway from dark to light."""
    for path in ROOT.glob("static/css/*.css"):
        sheet = path.read_text("utf-8")
        moving = re.split(r"@media screen and \(prefers-reduced-motion: no-preference\)", sheet)[0]
        assert "transition: " not in moving.replace("transition: none", ""), path


def test_marked_words_are_written_in_ink() -> None:
    """On the ground of a mark no text is soft, whatever it stands in."""
    rules = re.compile(r"([^{}]+)\{([^{}]*)\}")
    for path in ROOT.glob("static/css/*.css"):
        for name, body in rules.findall(path.read_text("utf-8")):
            if "background: var(--mark)" in body:
                assert re.search(r"(?<![\w-])color: var\(--ink\);", body), (path, name)


@pytest.mark.parametrize("sheet", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("line", "ground"), LINES_ON_GROUND)
def test_borders_of_controls_have_contrast(sheet: str, line: str, ground: str) -> None:
    """Borders of fields and the focus ring have at least 3 to 1."""
    scheme = colours(sheet)
    assert contrast(scheme[line], scheme[ground]) >= 3


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_only_tokens_hold_colours(path: Path) -> None:
    """No other sheet has a colour of its own, but for print."""
    screen = path.read_text("utf-8").split("@media print", maxsplit=1)[0]
    assert path.name == "tokens.css" or [] == COLOUR.findall(screen)


def test_sprite_has_every_icon() -> None:
    """The names that the macro knows are those that are drawn."""
    sprite = (ROOT / "static/icons/sprite.svg").read_text("utf-8")
    macro = (ROOT / "templates/icons.html").read_text("utf-8")
    listed = re.search(r"set ICONS = \[(.*?)\]", macro, re.DOTALL)
    assert listed is not None
    assert sorted(re.findall(r'id="([^"]+)"', sprite)) == sorted(
        re.findall(r'"([^"]+)"', listed[1])
    )


def test_nothing_is_loaded_from_elsewhere() -> None:
    """Neither sheets nor scripts nor templates name another host to load from."""
    for path in (*ROOT.glob("static/**/*.css"), *ROOT.glob("static/**/*.js")):
        assert "://" not in path.read_text("utf-8"), path
    loads = re.compile(
        r'<(?:script|img|iframe|link rel="stylesheet")[^>]+(?:src|href)="(?:https?:)?//'
    )
    for path in TEMPLATES:
        assert loads.search(path.read_text("utf-8")) is None, path


def test_no_inline_style_or_handler() -> None:
    """The strict policy would drop them."""
    inline = re.compile(r"<[^>]+\s(?:style|on[a-z]+)=")
    for path in TEMPLATES:
        assert inline.search(path.read_text("utf-8")) is None, path


def test_all_doors_are_read() -> None:
    """The tests here read the sheets and pages of every door."""
    doors = {path.relative_to(ROOT / "templates").parts[0] for path in TEMPLATES}
    assert {"accounts", "admin", "desk", "errors", "web", "base.html"} <= doors
    assert {"admin.css", "desk.css", "tokens.css", "web.css"} <= {path.name for path in SHEETS}
