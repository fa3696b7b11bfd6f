"""A drawn chart inside a page: ids of its own, no style of its own, no digits that nobody sees."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

_BEFORE: Final = re.compile(r"^.*?(?=<svg\b)", re.DOTALL)
_DROPPED: Final = re.compile(r"<metadata>.*?</metadata>|<title>.*?</title>|<style\b.*?</style>|<!--.*?-->", re.DOTALL)
_HEAD: Final = re.compile(r"<svg\b[^>]*?viewBox=\"([^\"]*)\"[^>]*>", re.DOTALL)
_STYLE: Final = re.compile(r" style=\"([^\"]*)\"")
_FONT: Final = re.compile(r"(?:(\d+|bold|normal) )?([\d.]+)px (.+)")
_PLACES: Final = re.compile(r"( (?:d|x|y|transform|points)=\")([^\"]*)\"")
_LONG: Final = re.compile(r"(\.\d\d)\d+")
_NUMBERED: Final = re.compile(r'<g id="(?:matplotlib\.)?[A-Za-z]\w*?_\d+"')
"""A group by the name that matplotlib gives it, to which nothing refers: markers and clips are no groups."""
_BARE: Final = re.compile(r"<g>((?:(?!</?g\b).)*)</g>", re.DOTALL)
"""An innermost group without attributes."""
_UPRIGHT: Final = re.compile(r' transform="rotate\(-?0 [^"]*"')
_USUAL: Final = (("text-anchor", "start"), ("stroke-linejoin", "miter"), ("stroke-linecap", "butt"))
"""Attributes that say what holds without them."""
_ID: Final = re.compile(r'\bid="([^"]*)"')
_REFERENCE: Final = re.compile(r'( (?:xlink:)?href="#|url\(#)([^")]*)')
_INHERITED: Final = (' font-size="9px"', ' fill="#222222"')
"""What most texts of a drawing have, said once for all at its root; where no colour is said it would be black."""
_TEXT: Final = re.compile(r"<text\b[^>]*>")
_SPACES: Final = re.compile(r">\s*\n\s*<")
_BIDI: Final = {ord(sign): "\ufffd" for sign in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"}


def inline_svg(svg: str, key: str, named: str) -> Any:
    """Return an SVG of matplotlib's as an element of a page, as markup.

    Ids become numbers with a prefix, so that no two charts share one. Style attributes become presentation attributes,
    because a page with a strict content security policy ignores the former. Places are cut to a hundredth of a point;
    names of groups that nothing refers to, turns by nothing and the family of the page's own font are left out.

    Args:
        key: of the drawing, which its ids start with.
        named: ids of the elements of the page that name and describe it, with a space between.
    """
    from markupsafe import Markup, escape

    text = _DROPPED.sub("", _BEFORE.sub("", svg))
    text = _UPRIGHT.sub("", _NUMBERED.sub("<g", text))
    numbers = {name: f"{key}-{number}" for number, name in enumerate(dict.fromkeys(_ID.findall(text)), 1)}
    text = _ID.sub(lambda found: f'id="{numbers[found.group(1)]}"', text)
    text = _REFERENCE.sub(lambda found: f"{found.group(1).replace('xlink:', '')}{numbers[found.group(2)]}", text)
    text = _STYLE.sub(lambda found: _attributes(found.group(1)), text)
    text = _PLACES.sub(lambda found: f'{found.group(1)}{_shorter(found.group(2))}"', text)
    text = _TEXT.sub(lambda found: _without_inherited(found.group()), text)
    text = _without_bare_groups(_SPACES.sub("><", text).strip())
    found = _HEAD.search(text)
    if found is None:
        raise ValueError(f"chart {key} has no viewBox")
    name, text_id = named.split(" ")
    head = (
        f'<svg id="{chart_id(key)}" viewBox="{found.group(1)}" role="img" aria-labelledby="{escape(name)}" '
        f'aria-describedby="{escape(text_id)}"{"".join(_INHERITED)}>'
    )
    return Markup(head + text[found.end() :])


def _without_bare_groups(text: str) -> str:
    """Return an SVG with what groups without attributes hold in the place of these, from the inside out."""
    while (shorter := _BARE.sub(r"\1", text)) != text:
        text = shorter
    return text


def _without_inherited(text: str) -> str:
    """Return the tag of a text without what it has from the root."""
    for each in _INHERITED:
        text = text.replace(each, "")
    return text


def isolated(text: str) -> str:
    """Return a text without signs that turn the direction of what follows them: each becomes U+FFFD."""
    return text.translate(_BIDI)


def chart_id(key: str) -> str:
    """Return the id of a drawing in the page."""
    return f"chart-{key}"


def _shorter(places: str) -> str:
    """Return places of a drawing without digits that nobody sees, on one line."""
    return " ".join(_LONG.sub(r"\1", places).split())


def _attributes(style: str) -> str:
    """Return a style attribute as presentation attributes, the shorthand for fonts taken apart."""
    parts = (part.split(":", 1) for part in style.replace("&quot;", "'").split(";") if ":" in part)
    pairs = [pair for name, value in parts for pair in _plain(name.strip(), value.strip())]
    return "".join(f' {name}="{value}"' for name, value in dict(pairs).items())


def _plain(name: str, value: str) -> Iterator[tuple[str, str]]:
    """Yield attributes; the family of a font is that of the page's style, the same for all charts."""
    if name == "font-family" or (name, value) in _USUAL:
        return
    if name != "font":
        yield name, value
        return
    found = _FONT.fullmatch(value)
    if found is None:
        raise ValueError(f"the font {value!r} cannot be taken apart")
    if found.group(1):
        yield "font-weight", found.group(1)
    yield "font-size", found.group(2)
