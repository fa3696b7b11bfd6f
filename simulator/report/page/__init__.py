"""report.html: one offline file for a reader who was not in the room, complete without its script."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any, Final

from simulator.report.charts.base import Told
from simulator.report.page.explorer import explorer
from simulator.report.page.inline import inline_svg, isolated
from simulator.report.page.sections import sections
from simulator.report.words.summary_block import Block

TEMPLATE: Final = "page.html.j2"


def page(
    summary: Block, charts: Mapping[str, Told], drawn: Mapping[str, bytes], questions: Sequence[Block], about: Block
) -> str:
    """Return the report as one HTML file.

    Everything that comes from the scenario is escaped. The content security policy lets nothing be loaded and lets only
    the page's own style and script be used, by their hashes. The same run gives the same text: the date stands in the
    manifest alone.

    Args:
        summary: the numbers of the run.
        charts: by the name of their file.
        drawn: the same as SVG.
        questions: the three questions of every contract (`report.questions`).
        about: the manifest.
    """
    style, script = _resource("style.css"), _resource("script.js")
    context = sections(summary, questions, about)
    pictures = {name: inline_svg(drawn[name].decode(), name, chart) for name, chart in charts.items()}
    text = _environment().get_template(TEMPLATE).render(
        **context,
        charts=charts,
        pictures=pictures,
        explorer=explorer(summary, charts),
        style=style,
        script=script,
        style_hash=_hash(style),
        script_hash=_hash(script),
    )  # fmt: skip
    return isolated(text)


def _environment() -> Any:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("simulator.report", "page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _resource(name: str) -> Any:
    """Return a file of the package that goes into the page as it is."""
    from markupsafe import Markup

    return Markup((files("simulator.report.page") / name).read_text(encoding="utf-8"))


def _hash(text: str) -> str:
    """Return the source expression of an inline style or script for a content security policy."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
