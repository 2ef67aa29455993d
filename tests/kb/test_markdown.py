"""``kb.markdown`` and ``kb.sanitise``: what an answer may become on a page.

The HTML is parsed as a browser would (html5lib), never searched as text.
"""

import time
from xml.etree.ElementTree import Element

import html5lib
import markdown as python_markdown
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kb.markdown
from kb.markdown import render, without_links
from kb.sanitise import ATTRIBUTES, TAGS, entry_of, sanitise

SAFE_SCHEMES = ("http:", "https:", "mailto:", "tel:", "#", "/")


def elements(html: str) -> list[Element]:
    """Every element that a browser would make of ``html``."""
    tree = html5lib.parseFragment(html, namespaceHTMLElements=False)
    return [element for element in tree.iter() if isinstance(element.tag, str)][1:]


def serialised(html: str) -> str:
    """``html`` as a browser would write what it read."""
    tree = html5lib.parseFragment(html)
    return str(html5lib.serialize(tree, quote_attr_values="always", omit_optional_tags=False))


def assert_harmless(html: str) -> None:
    """Only allowed elements, attributes and addresses, twice through a browser."""
    for again in (html, serialised(html), serialised(serialised(html))):
        for element in elements(again):
            assert element.tag in TAGS | {"tbody", "colgroup"}, again
            allowed = ATTRIBUTES.get(element.tag, set()) | {"class", "rel"}
            assert set(element.attrib) <= allowed, again
            for name in ("href", "src"):
                value = element.attrib.get(name, "/")
                assert value.lower().startswith(SAFE_SCHEMES), again
                assert not value.startswith("//"), again


def only(html: str, tag: str) -> Element:
    """The one element of that kind."""
    found = [element for element in elements(html) if element.tag == tag]
    assert 1 == len(found), html
    return found[0]


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<ScRipt/x>alert(1)</ScRipt>",
        "<scr<script>ipt>alert(1)</scr</script>ipt>",
        "<script>alert(1)",
        "a <script src=//e.x> b",
        "`</code><script>alert(1)</script>`",
        "```\n</code></pre><script>alert(1)</script>\n```",
    ],
)
def test_M01_no_script(text: str) -> None:
    """However it is written, no script element comes through."""
    assert_harmless(render(text).html)


@pytest.mark.parametrize(
    "text",
    [
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](java\tscript:alert(1))",
        "[x](&#x6A;avascript:alert(1))",
        "[x](javascript&colon;alert(1))",
        "[x](\x01javascript:alert(1))",
        "[x](<javascript:alert(1)>)",
        "[x][r]\n\n[r]: javascript:alert(1)",
        "<javascript:alert(1)>",
        "[x](vbscript:x)",
        "[x](data:text/html,<script>alert(1)</script>)",
        '<a href="java&#10;script:alert(1)">x</a>',
        '<a href=" javascript:alert(1)">x</a>',
        "[x](//evil.example/a)",
        "[x](/\\evil.example)",
        "[x](/faq/../admin)",
        "[x](/faq/%2e%2e/admin)",
        "[x](file:///etc/passwd)",
        "[x](relative/path)",
    ],
)
def test_M02_links_lead_nowhere_harmful(text: str) -> None:
    """The address is gone; the words stay."""
    html = render(text).html
    assert_harmless(html)
    assert all("href" not in element.attrib for element in elements(html))


@pytest.mark.parametrize(
    "text",
    [
        '[a](/u "t\\" onmouseover=\\"x")',
        '![a"onerror="x](/media/a.png)',
        "[a](/u 't\" onmouseover=\"x')",
        "<a href='/u' title='\"onclick=x'>a</a>",
        '![a](/media/a.png "x\\"onload=\\"y")',
    ],
)
def test_M03_titles_stay_one_attribute(text: str) -> None:
    """A quote in a title or description never begins another attribute."""
    html = render(text).html
    assert_harmless(html)
    assert {"a", "img"} & {element.tag for element in elements(html)}


@pytest.mark.parametrize(
    "text",
    [
        "<img src=x onerror=alert(1)>",
        "<details open ontoggle=alert(1)>x</details>",
        "<body onload=alert(1)>",
        "<form action=/x><button formaction=javascript:alert(1)>x</button></form>",
        "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
        "<object data=x></object><embed src=x>",
        "<base href=//e.x/>",
        "<meta http-equiv=refresh content='0;url=//e.x'>",
        "<style>*{display:none}</style><link rel=stylesheet href=//e.x>",
        "<p style='position:fixed' onclick=x class='wrap' id=x>y</p>",
        "<input autofocus onfocus=alert(1)><textarea>",
        "<video><source onerror=alert(1)></video><audio src=x onerror=x>",
        "<dialog open>x</dialog><marquee onstart=x>",
    ],
)
def test_M04_raw_html_is_reduced(text: str) -> None:
    """Handlers, forms, frames and styles are gone."""
    html = render(text).html
    assert_harmless(html)
    assert all("class" not in element.attrib for element in elements(html))


@pytest.mark.parametrize(
    "text",
    [
        "<svg onload=alert(1)>",
        "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
        "<svg><animate attributeName=href values=javascript:alert(1) /></svg>",
        "<svg><use href='data:image/svg+xml,<svg id=x onload=alert(1)>'/></svg>",
        "<svg><foreignObject><body onload=alert(1)></foreignObject></svg>",
        "<math href='javascript:alert(1)'>x</math>",
    ],
)
def test_M05_no_svg_or_mathml(text: str) -> None:
    """Neither language is ever part of an answer."""
    assert_harmless(render(text).html)


@pytest.mark.parametrize(
    "text",
    [
        '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
        (
            "<math><mtext><table><mglyph><style><!--</style>"
            '<img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">'
        ),
        '<svg><iframe><a title="</iframe><img src onerror=alert(1)>">x',
        "<math><annotation-xml encoding='text/html'><img src=x onerror=x></annotation-xml></math>",
        "<!-- --!><img src=x onerror=alert(1)> -->",
        "a <!--><img src=x onerror=alert(1)>--> b",
        '<xmp><p title="</xmp><img src=x onerror=alert(1)>">',
        '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
        "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
        "<table><a href='javascript:x'><tr><td><svg><desc><table><b>x",
    ],
)
def test_M06_no_mutation_brings_it_back(text: str) -> None:
    """What a browser reads, writes and reads again stays harmless and the same."""
    html = render(text).html
    assert_harmless(html)
    assert serialised(html) == serialised(serialised(html))
    assert html == sanitise(html)


def test_M07_attribute_lists_are_text() -> None:
    """There is no syntax for attributes, and ids carry a prefix."""
    html = render("# cookie {: onclick=alert(1) id=cookie }\n\ntext\n{: style=color:red }").html
    assert_harmless(html)
    assert only(html, "h2").attrib["id"].startswith("a-")
    raw = render('<h2 id="cookie">x</h2><a id=getElementById>y</a>').html
    assert {"a-cookie", "a-getElementById"} == {e.attrib.get("id") for e in elements(raw)} - {None}


@pytest.mark.parametrize(
    "text",
    [
        '*[SVG]: <img src=x onerror=x>"onload="x\n\nSVG',
        "a[^1]\n\n[^1]: <img src=x onerror=x>",
        'a[^"onclick="x]\n\n[^"onclick="x]: n',
        "| a | b |\n|--|--|\n| <img src=x onerror=x> | `<script>` |",
        '!!! note "<img src=x onerror=x>"\n    <script>x</script>',
        '!!! "><script> "t"\n    x',
        "# <img src=x onerror=x> h",
        '```"><script>\nx\n```',
        "``` {.python onclick=x style=x}\nx\n```",
        "<b>term</b>\n: <img src=x onerror=x>",
    ],
)
def test_M08_extensions_are_sanitised(text: str) -> None:
    """What tables, notes and abbreviations write is held to the same list."""
    assert_harmless(render(text).html)


def test_extensions_work() -> None:
    """The shapes that editors use come out as such."""
    html = render(
        '# 标题\n\n!!! warning "小心"\n    text\n\n| a | b |\n|:-:|--:|\n| 1 | 2 |\n\n'
        "ERP[^1]\n\n[^1]: note\n\n*[ERP]: planning\n\nterm\n: meaning\n\n```\n<b>\n```\n"
    ).html
    assert_harmless(html)
    tags = {element.tag for element in elements(html)}
    assert {"h2", "div", "table", "sup", "abbr", "dl", "pre", "code"} <= tags
    assert "center" == next(e for e in elements(html) if e.tag == "th").attrib["align"]
    assert "a-标题" == only(html, "h2").attrib["id"]
    assert ["#a-fn:1", "#a-fnref:1"] == [e.attrib["href"] for e in elements(html) if e.tag == "a"]
    ids = {e.attrib.get("id") for e in elements(html)}
    assert {"a-标题", "a-fn:1", "a-fnref:1", None} == ids


def test_M09_sanitising_is_last() -> None:
    """Whatever is fed in, the output is a fixed point of the sanitiser."""
    for text in ("[x](https://e.x)", "a[^1]\n\n[^1]: b", "# h\n\n<div class='admonition'>x"):
        html = render(text).html
        assert html == sanitise(html)


def test_M10_text_is_decoded_once() -> None:
    """Escaped markup in an answer is text in the passage, and stays escaped in the HTML."""
    rendered = render("`<b>` &lt;img onerror=x&gt; &amp;lt;i&amp;gt;")
    assert "<b> <img onerror=x> &lt;i&gt;" == rendered.text
    assert {"p", "code"} == {element.tag for element in elements(rendered.html)}


@pytest.mark.parametrize(
    "source",
    [
        *("http://e.x/a.png", "https://e.x/a.png", "//e.x/a.png", "/media/../admin"),
        *("/static/x.png", "data:image/png;base64,AA", "/media/%2e%2e/x.png"),
        *("/media/a.svg", "a.png", "/media//x.png"),
    ],
)
def test_M11_no_foreign_pictures(source: str) -> None:
    """A picture comes from the site's own media or not at all."""
    html = render(f"![a]({source})\n\n<img src='{source}' srcset='{source} 2x'>").html
    assert all({"src", "srcset"}.isdisjoint(e.attrib) for e in elements(html))


def test_M11_own_pictures_stay() -> None:
    """The site's own media is shown, with its description."""
    picture = only(render("![Size table](/media/sizes/bed-1.png)").html, "img")
    assert {"alt": "Size table", "src": "/media/sizes/bed-1.png"} == picture.attrib


@pytest.mark.parametrize("text", ["{{7*7}}", "{% raw %}", "%s %(x)s", "{0.a}", "${x}"])
def test_M14_templates_are_literal(text: str) -> None:
    """No template language is run on an answer."""
    assert text == render(text).text


HOSTILE = [
    "[" * 20_000,
    "![" * 10_000,
    "<![CDATA[" * 5_000,
    "[a](" * 10_000,
    "[a][" * 10_000,
    "*a **b " * 8_000,
    "_a __b " * 8_000,
    "<a " * 20_000,
    "<!--" * 15_000,
    "`" * 60_000,
    "`a" * 30_000,
    "\\" * 60_000,
    "&" * 60_000,
    "> " * 20_000,
    "- " * 20_000,
    "1. " * 20_000,
    "a\n: b\n" * 10_000,
    "*[a]: b\n" * 8_000,
    "[^1]: b\n" * 8_000,
    "[a]: b\n" * 8_000,
    "".join("    " * depth + "- x\n" for depth in range(150)),
    "x" * 2_000_000,
    "|" * 60_000,
    "|a|b|\n|-|-|\n" + "|" * 8_000,
    "~~~\n" * 15_000,
    "!!! a\n" * 10_000,
    "<div>" * 13_000,
    "# a\n" * 15_000,
    '[a](b "' * 8_000,
    "www.a@" * 10_000,
    "<" * 60_000,
    "a\n" * 32_000,
    "a\n\n" * 20_000,
    "- a\n\n" * 13_000,
]


def capped(text: str) -> str:
    """The most of a hostile pattern that the limits let through, found by halving."""
    text = text[: kb.markdown_limits.MAX_CHARS]
    while kb.markdown_limits.find_faults(text):
        text = text[: len(text) * 9 // 10]
    return text


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:12]))
def test_M15_hostile_text_is_cheap(text: str) -> None:
    """Refused by weight or cut at the deadline, in full and at the edge of what is allowed."""
    for attempt in (text, capped(text)):
        begun = time.thread_time()
        assert_cheap = render(attempt, time_limit=1.0)
        assert time.thread_time() - begun < 3.0
        assert assert_cheap.html is not None


@settings(deadline=None, max_examples=150)
@given(
    st.lists(
        st.sampled_from([*list("[]()!<>*_`&\\|#:\"'~\n -=ab"), "\n\n", "    ", "[^1]", "!!! "]),
        max_size=300,
    ).map("".join)
)
def test_M15_any_markup_is_harmless(text: str) -> None:
    """Random markup renders to allowed elements only, and never raises."""
    rendered = render(text)
    assert_harmless(rendered.html)
    assert "\x00" not in rendered.text


def test_M15_the_deadline_cuts() -> None:
    """Text that outlasts its time comes back escaped, with the reason."""
    rendered = render("*a* [b](/c) `d`\n\n" * 300, time_limit=0.0)
    assert "rendering took longer than 0 s" == rendered.fault
    assert {"p"} == {element.tag for element in elements(rendered.html)}


def test_M16_an_exception_shows_escaped_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """When Markdown itself fails, the words are shown and the fault is told."""

    def fail(_converter: object, _text: str) -> str:
        raise IndexError("inside an extension")

    monkeypatch.setattr(python_markdown.Markdown, "convert", fail)
    rendered = render("a <b>\n\nc")
    assert "Markdown could not read it (IndexError)" == rendered.fault
    assert "<p>a &lt;b&gt;</p><p>c</p>" == rendered.html
    assert "a <b>\n\nc" == rendered.text


def test_external_links_say_so() -> None:
    """Links that leave the site vouch for nothing and give no handle on the page."""
    html = render('[a](https://e.x "a>b") [b](/faq/c) <a rel="opener" href="HTTP://f.x">d</a>').html
    rels = [e.attrib.get("rel") for e in elements(html) if e.tag == "a"]
    assert ["noopener nofollow", None, "noopener nofollow"] == rels


def test_L13_links_to_entries_are_found_and_can_be_dropped() -> None:
    """A link to a hidden entry becomes its words; others stay as they are."""
    text = "[a](/faq/one) [b](/faq/two?lang=en#x) [c](/faq/%6fne/) [d](https://e.x/faq/one)"
    rendered = render(text)
    assert ("one", "two") == rendered.links
    html = without_links(rendered.html, {"one"})
    links = [e.attrib["href"] for e in elements(html) if "href" in e.attrib]
    assert ["/faq/two?lang=en#x", "https://e.x/faq/one"] == links
    assert "one" not in without_links(render("[a](/faq/one)").html, {"one"})
    assert html == sanitise(html)
    assert rendered.html == without_links(rendered.html, {"other"})


@pytest.mark.parametrize(
    ("href", "slug"),
    [
        ("/faq/a-b", "a-b"),
        ("/faq/a-b/", "a-b"),
        ("/faq/", ""),
        ("/faq/a/b", ""),
        ("//e.x/faq/a", ""),
        ("https://e.x/faq/a", ""),
        ("#a", ""),
    ],
)
def test_own_addresses_are_recognised(href: str, slug: str) -> None:
    """Only the site's own entry addresses name an entry."""
    assert slug == entry_of(href)


def test_text_has_a_line_for_each_block() -> None:
    """A passage keeps the answer's pieces apart and leaves the marks of footnotes out."""
    text = "# H\n\none **two**[^1]\n\n- a\n- b\n\n| x | y |\n|--|--|\n| 1 | 2 |\n\n[^1]: note\n"
    assert "H\none two\na\nb\nx y\n1 2\nnote" == render(text).text
