"""The HTML that an answer may hold, and nothing else.

An allow-list: no script, style, form, frame, SVG or MathML, no handler, no foreign picture.
``nh3`` is always the last step, so nothing that changed the HTML afterwards can undo it.
Ids begin with a prefix of their own, so that an answer can name nothing on the page around it.
"""

import re
from collections.abc import Callable, Collection
from urllib.parse import unquote, urlsplit

import nh3

ID_PREFIX = "a-"
EXTERNAL_REL = "noopener nofollow"
SCHEMES = frozenset({"http", "https", "mailto", "tel"})
HEADINGS = frozenset({"h2", "h3", "h4", "h5", "h6"})
TAGS = HEADINGS | frozenset(
    {"a", "abbr", "b", "br", "code", "del", "em", "i", "img", "ins", "kbd", "mark", "s"}
    | {"strong", "sub", "sup", "p", "div", "blockquote", "pre", "hr", "ul", "ol", "li"}
    | {"dl", "dt", "dd", "table", "thead", "tbody", "tr", "th", "td"}
)
DROPPED_WITH_CONTENT = frozenset(
    {"script", "style", "svg", "math", "iframe", "object", "embed", "applet", "frameset"}
    | {"noscript", "noembed", "noframes", "template", "plaintext", "xmp"}
    | {"title", "textarea", "select"}
)
ATTRIBUTES: dict[str, set[str]] = {
    "a": {"href", "title", "id"},
    "abbr": {"title"},
    "img": {"src", "alt", "title"},
    "ol": {"start"},
    "td": {"align"},
    "th": {"align"},
    **{tag: {"id"} for tag in (*HEADINGS, "li", "sup")},
}
_ADMONITIONS = {"admonition", "note", "tip", "info", "warning", "danger", "important", "caution"}
CLASSES: dict[str, set[str]] = {
    "div": _ADMONITIONS | {"footnote"},
    "p": {"admonition-title"},
    "a": {"footnote-ref", "footnote-backref"},
}
_MEDIA = re.compile(r"/media/(?:[a-z0-9][a-z0-9_-]*/)*[a-z0-9][a-z0-9_-]*\.(?:png|jpe?g|webp|gif)")
_ENTRY = re.compile(r"/faq/([^/]+)/?")
_ANCHOR = re.compile(r'<a((?: [a-z-]+="[^"]*")*)>')
_CONTROL = re.compile(r"[\x00-\x20\x7f-\x9f\\]")

Filter = Callable[[str, str, str], str | None]


def sanitise(html: str) -> str:
    """``html`` with everything that is not allowed taken out. Idempotent."""
    return _clean(_mark_external(_clean(html, _filter)), _filter)


def without_links(html: str, hidden_slugs: Collection[str]) -> str:
    """Sanitised ``html`` in which links to these entries are plain text."""
    if not hidden_slugs:
        return html

    def drop(element: str, attribute: str, value: str) -> str | None:
        if element == "a" and attribute == "href" and entry_of(value) in hidden_slugs:
            return None
        return _filter(element, attribute, value)

    return _clean(_mark_external(_clean(html, drop)), drop)


def links_in(html: str) -> tuple[str, ...]:
    """The slugs of the entries that sanitised ``html`` links to, sorted."""
    slugs: set[str] = set()

    def note(element: str, attribute: str, value: str) -> str | None:
        slug = entry_of(value) if (element, attribute) == ("a", "href") else ""
        if slug:
            slugs.add(slug)
        return value

    _clean(html, note)
    return tuple(sorted(slugs))


def entry_of(href: str) -> str:
    """The slug that an own address ``/faq/<slug>`` names, or an empty text."""
    if not href.startswith("/") or href.startswith("//"):
        return ""
    found = _ENTRY.fullmatch(unquote(urlsplit(href).path))
    return found[1] if found else ""


def _clean(html: str, attribute_filter: Filter) -> str:
    return nh3.clean(
        html,
        tags=set(TAGS),
        clean_content_tags=set(DROPPED_WITH_CONTENT),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        tag_attribute_values={"a": {"rel": {EXTERNAL_REL}}},
        attribute_filter=attribute_filter,
        allowed_classes=CLASSES,
        url_schemes=set(SCHEMES),
        link_rel=None,
        strip_comments=True,
    )


def _mark_external(html: str) -> str:
    """Serialised by nh3, so every attribute is quoted and a quote in a value is an entity."""
    return _ANCHOR.sub(_mark_anchor, html)


def _mark_anchor(anchor: re.Match[str]) -> str:
    attributes = anchor[1].replace(f' rel="{EXTERNAL_REL}"', "")
    if re.search(r' href="https?:', attributes, re.IGNORECASE):
        return f'<a{attributes} rel="{EXTERNAL_REL}">'
    return f"<a{attributes}>"


def _filter(_element: str, attribute: str, value: str) -> str | None:
    if attribute == "id":
        return _prefixed(value)
    if attribute == "href":
        return _link(value)
    if attribute == "src":
        return value if _MEDIA.fullmatch(value) else None
    if attribute == "align":
        return value if value in ("left", "center", "right") else None
    if attribute == "start":
        return value if re.fullmatch(r"\d{1,4}", value) else None
    return value or None if attribute == "class" else value


def _prefixed(name: str) -> str:
    return name if name.startswith(ID_PREFIX) else ID_PREFIX + name


def _link(href: str) -> str | None:
    if _CONTROL.search(href):
        return None
    if href.startswith("#"):
        return "#" + _prefixed(href[1:])
    try:
        parts = urlsplit(href)
    except ValueError:
        return None
    if parts.scheme:
        return href if parts.scheme.lower() in SCHEMES else None
    is_own = href.startswith("/") and not href.startswith("//")
    return href if is_own and ".." not in unquote(parts.path).split("/") else None
