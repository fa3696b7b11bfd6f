"""Texts with commands in them, as they stand on a page."""

from __future__ import annotations

from markupsafe import Markup, escape


def coded(text: str) -> Markup:
    """Return a text as markup, all of it escaped, in which what stands between a pair of backticks is code."""
    if text.count("`") % 2:
        return escape(text)
    parts = (Markup("<code>{}</code>") if place % 2 else Markup("{}") for place in range(text.count("`") + 1))
    return Markup("").join(form.format(part) for form, part in zip(parts, text.split("`"), strict=True))
