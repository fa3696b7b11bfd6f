"""report.html: one offline file for a reader who was not in the room, complete without its script."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any, Final, Protocol

from simulator.report.charts.base import ChartTable, Told
from simulator.report.contract_answers import ContractAnswers
from simulator.report.page.explorer import Axis, explorer
from simulator.report.page.inline import chart_id, inline_svg, isolated
from simulator.report.page.sections import sections
from simulator.report.studies.made import Decided, DrawnStudy, drawn
from simulator.report.studies.moves import moves
from simulator.report.studies.told import HOLDS
from simulator.report.summary.summary import Summary

TEMPLATE: Final = "page.html.j2"
CURVE: Final = "2-s-curve"
"""The chart on which the slider draws."""


class OnPage(Told, Protocol):
    """A chart with its drawings for a page; None for one that the page does not show.

    Attributes:
        wide, narrow: SVG without title and subtitle, for wide screens and paper, and for a phone.
        wide_axis, narrow_axis: as `axis`, of these drawings.
    """

    @property
    def wide(self) -> bytes | None: ...
    @property
    def narrow(self) -> bytes | None: ...
    @property
    def wide_axis(self) -> Axis | None: ...
    @property
    def narrow_axis(self) -> Axis | None: ...


def page(
    summary: Summary,
    charts: Mapping[str, OnPage],
    questions: Sequence[ContractAnswers],
    about: Mapping[str, Any],
    decided: Decided | None = None,
    tripwires: ChartTable | None = None,
) -> str:
    """Return the report as one HTML file.

    Everything that comes from the scenario is escaped. The content security policy lets nothing be loaded and lets only
    the page's own style and script be used, by their hashes. The same run gives the same text: the date stands in the
    manifest alone.

    Args:
        summary: the numbers of the run.
        charts: by the name of their file.
        questions: the three questions of every contract (`report.questions`).
        about: the manifest.
        decided: answers to the questions of a buyer who decides, for a run with `--decide`.
        tripwires: what to watch after signing; None where there is nothing.
    """
    style, script = _resource("style.css"), _resource("script.js")
    shown = {name: chart for name, chart in charts.items() if chart.wide is not None}
    studies = [] if decided is None else [drawn(each) for each in decided.studies]
    text = _environment().get_template(TEMPLATE).render(
        **sections(summary, questions, about, tripwires),
        charts=shown,
        pictures={name: _drawings(name, chart) for name, chart in shown.items()},
        explorer=explorer(summary, _axes(shown)),
        studies=studies,
        moves=() if decided is None else moves(decided, summary.currency),
        holds=_holds(studies),
        left_out={} if decided is None else decided.left_out,
        study_pictures={each.key: _of_study(each) for each in studies},
        style=style,
        script=script,
        style_hash=_hash(style),
        script_hash=_hash(script),
    )  # fmt: skip
    return isolated(text)


def _holds(studies: Sequence[DrawnStudy]) -> str:
    """Return what all answers hold under, and how to ask again at another price of the recommended contract."""
    key = next((each.told.price_key for each in studies if each.told.price_key), "")
    return f"{HOLDS}; ask again at another with --set {key}=..." if key else f"{HOLDS}."


def _drawings(name: str, chart: OnPage) -> dict[str, Any]:
    """Return the drawings of a chart as markup by their width; one title and one description serve both."""
    named = f"{chart_id(name)}-name {chart_id(name)}-text"
    drawn = {"wide": (name, chart.wide), "narrow": (f"{name}-narrow", chart.narrow)}
    return {width: inline_svg(svg.decode(), key, named) for width, (key, svg) in drawn.items() if svg is not None}


def _of_study(study: DrawnStudy) -> dict[str, Any]:
    """Return the drawings of an answer as markup by their width."""
    key = f"decide-{study.key}"
    named = f"{chart_id(key)}-name {chart_id(key)}-text"
    return {
        "wide": inline_svg(study.wide.decode(), key, named),
        "narrow": inline_svg(study.narrow.decode(), f"{key}-narrow", named),
    }


def _axes(charts: Mapping[str, OnPage]) -> dict[str, Axis]:
    """Return the axes of the curve on which the slider draws, by the ids of its drawings."""
    if CURVE not in charts:
        return {}
    drawn = {CURVE: charts[CURVE].wide_axis, f"{CURVE}-narrow": charts[CURVE].narrow_axis}
    return {chart_id(key): axis for key, axis in drawn.items() if axis is not None}


def _environment() -> Any:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    from simulator.report.words.coded import coded

    made = Environment(
        loader=PackageLoader("simulator.report", "page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["coded"] = coded
    return made


def _resource(name: str) -> Any:
    """Return a file of the package that goes into the page as it is."""
    from markupsafe import Markup

    return Markup((files("simulator.report.page") / name).read_text(encoding="utf-8"))


def _hash(text: str) -> str:
    """Return the source expression of an inline style or script for a content security policy."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
