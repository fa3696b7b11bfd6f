"""The report as text: safe with any names, strict about what it loads, complete, small, and the same bytes."""

from __future__ import annotations

import base64
import hashlib
import html
import itertools
import json
import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator.forecast.forecast import forecast
from simulator.report.blocks.studies import Studies, clauses_block
from simulator.report.blocks.summary import summary
from simulator.report.charts import REGISTRY, charts
from simulator.report.page import page
from simulator.report.page.explorer import CELL_HEADS, explorer
from simulator.report.page.inline import inline_svg
from simulator.report.page.sections import INDEPENDENT, alternatives
from simulator.report.questions import questions
from simulator.report.style import svg
from simulator.report.words.figures import compact
from simulator.report.words.sentences import contract_of
from tests.report.studied import made_anatomy, made_study
from tests.synthetic import CONTRACTS, CORRELATED, results, scenario

NASTY = "</script><script>alert(1)</script> =cmd() \"'&<b> \u202eevil\u202c \u05e9\u05dc\u05d5\u05dd 🤖 " + "x" * 120
ABOUT: dict[str, Any] = {
    "command": f"simulate '{NASTY}'", "seed": 5, "engine": "sampled", "scenario_sha256": "0" * 64,
    "versions": {"python": "3"},
    "overrides": [NASTY], "scenario_text": f"title = {NASTY}", "sources": [
        {"name": NASTY, "center": 1.5, "kind": "judgement", "source": NASTY, "as_of": "2026-10"}],
}  # fmt: skip
TEMPLATE = Path(__file__).parents[2] / "simulator" / "report" / "page" / "page.html.j2"
SECTIONS = ("answer", "alternatives", "enough", "definition", "cases", "drivers", "when", "unit-cost", "questions",
            "assumptions", "checks", "repeat", "appendix")  # fmt: skip


def made(**changes: Any) -> tuple[dict[str, Any], str]:
    of = scenario(**changes)
    run = forecast(results(of, scale=60_000.0))
    numbers = summary(run, None, Studies(made_study(of, scale=60_000.0), made_anatomy()))
    drawings = charts(numbers)
    drawn = {name: svg(chart.figure, chart.title, chart.alt) for name, chart in drawings.items()}
    return numbers, page(numbers, drawings, drawn, questions(run), ABOUT)


@cache
def usual() -> tuple[dict[str, Any], str]:
    return made(trials=600, budget=98_000)


@cache
def hostile() -> tuple[dict[str, Any], str]:
    named = {
        name: {**terms, "title": NASTY[place : place + 80]} for place, (name, terms) in enumerate(CONTRACTS.items())
    }
    return made(contracts=named, title=NASTY, trials=60)


class Reader(HTMLParser):
    """Collects elements, ids and attributes of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        self.ids += [value or "" for name, value in attrs if name == "id"]


@pytest.mark.parametrize("which", [usual, hostile])
def test_page_loads_nothing_and_runs_only_its_own_script(which: Any) -> None:
    _, text = which()
    read = Reader(text)
    assert read.tags.count("script") == 2 and "img" not in read.tags and "iframe" not in read.tags
    assert not [name for name, _ in read.attributes if name.startswith("on") or name in ("style", "src")]
    links = [value for name, value in read.attributes if name in ("href", "xlink:href")]
    assert all(value is not None and value.startswith("#") for value in links)
    assert "unsafe-inline" not in text and "default-src 'none'" in text


def test_hashes_of_the_policy_are_those_of_style_and_script() -> None:
    _, text = usual()
    for tag, key in (("style", "style-src"), ("script", "script-src")):
        body = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(body[-1].encode()).digest()).decode()
        assert f"{key} 'sha256-{digest}'" in text


def test_page_of_hostile_names_is_escaped_and_readable() -> None:
    _, text = hostile()
    assert "<script>alert" not in text and "<b>" not in text and "\u202e" not in text
    assert "&lt;/script&gt;&lt;script&gt;alert(1)" in text and "🤖" in text and "שלום" in text
    data = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert data is not None and set(json.loads(data.group(1))) == {"slider", "clauses"}


@pytest.mark.parametrize("which", [usual, hostile])
def test_ids_are_unique_and_every_reference_has_its_target(which: Any) -> None:
    read = Reader(which()[1])
    assert len(read.ids) == len(set(read.ids))
    assert len([name for name in read.ids if name.endswith("-name")]) >= 10, "charts are inlined"
    targets = [value[1:] for name, value in read.attributes if name in ("href", "xlink:href") and value]
    targets += re.findall(r"url\(#([^)]+)\)", which()[1])
    labels = [part for name, value in read.attributes if name == "aria-labelledby" and value for part in value.split()]
    assert targets and set(targets) | set(labels) <= set(read.ids)


def test_inlined_charts_keep_their_ids_apart() -> None:
    numbers, _ = usual()
    drawn = {
        name: (chart, svg(chart.figure, chart.title, chart.alt).decode()) for name, chart in charts(numbers).items()
    }
    plain = [name for _, text in drawn.values() for name in re.findall(r'\bid="([^"]+)"', text)]
    assert len(plain) > len(set(plain)), "as drawn they share ids: the check can fail"
    inlined = "".join(inline_svg(text, name, chart) for name, (chart, text) in drawn.items())
    names = re.findall(r'\bid="([^"]+)"', inlined)
    assert len(names) == len(set(names)) and "style=" not in inlined and "<style" not in inlined


def test_sections_stand_in_their_order_with_all_charts() -> None:
    numbers, text = usual()
    assert re.findall(r'<section id="([^"]+)"', text) == list(SECTIONS)
    assert text.count('role="img"') == len(charts(numbers)) == text.count('<figure class="chart">')
    levels = [int(level) for level in re.findall(r"<h([1-6])", text)]
    assert levels[0] == 1 and all(after <= before + 1 for before, after in itertools.pairwise(levels))


def not_shown(template: str) -> set[str]:
    """Return the charts of the registry that a template of the page shows nowhere."""
    return set(REGISTRY) - set(re.findall(r'{{ chart\("([^"]+)"\) }}', template))


def test_every_chart_of_the_registry_has_a_place_on_the_page() -> None:
    template = TEMPLATE.read_text(encoding="utf-8")
    left = not_shown(template)
    assert not left, f"{sorted(left)}: show it in a section of page/{TEMPLATE.name}, as {{{{ chart(NAME) }}}}"
    assert not_shown(template.replace('{{ chart("6-tornado") }}', "")) == {"6-tornado"}


def test_page_holds_the_answer_and_the_whole_scenario() -> None:
    numbers, text = usual()
    assert numbers["sentence"] in html.unescape(text)
    assert "title = &lt;/script&gt;" in text
    assert len(text.encode()) < 600_000


def test_page_of_the_same_run_has_the_same_bytes() -> None:
    assert made(trials=60, budget=98_000)[1] == made(trials=60, budget=98_000)[1]


@pytest.mark.parametrize(
    "changes",
    [
        {"contracts": {"a": {"type": "per_conversation", "price": 0.5}}, "months": 1, "trials": 1},
        {"contracts": {"a": {"type": "per_resolution", "definition": "assumed_24h", "price": 0}}, "today": None},
        {"currency": "JPY", "budget": {"amount": 2e6, "of": "cost_to_serve"}},
    ],
)
def test_page_of_a_poor_scenario_is_whole(changes: dict[str, Any]) -> None:
    _, text = made(**changes)
    assert re.findall(r'<section id="([^"]+)"', text) == list(SECTIONS)
    assert "None" not in re.sub(r"<pre>.*?</pre>", "", text, flags=re.DOTALL)


def test_slider_covers_the_costs_and_the_budget_and_its_steps_are_round() -> None:
    numbers, _ = usual()
    slider = explorer(numbers, charts(numbers))["slider"]
    assert slider["low"] <= slider["amounts"][0] and slider["high"] >= slider["amounts"][-1]
    assert slider["low"] <= slider["start"] <= slider["high"]
    assert f"{slider['step']:g}".lstrip("0.").rstrip("0") in {"1", "2", "5"}
    (best,) = (each for each in numbers["contracts"] if each["name"] == numbers["recommended"])
    assert slider["amounts"][900] == pytest.approx(best["invoice"]["p90"], rel=1e-8)


def read_back(text: str) -> float:
    """Return the amount that a text in dollars shows."""
    sign, digits, unit = re.fullmatch(r"([+-]?)\$([\d,.]+)([KMB]?)", text).groups()  # type: ignore[union-attr]
    return float(f"{sign}{digits.replace(',', '')}") * {"": 1, "K": 1e3, "M": 1e6, "B": 1e9}[unit]


def tables_of(text: str) -> list[list[list[str]]]:
    """Return the rows of every table of a page as texts, heads left out."""
    bodies = re.findall(r"<tbody>(.*?)</tbody>", text, re.DOTALL)
    return [
        [
            [
                html.unescape(re.sub("<[^>]*>", "", cell))
                for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
            ]
            for row in re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
        ]
        for body in bodies
    ]


@pytest.mark.parametrize("scale", [100.0, 60_000.0])
def test_every_column_of_money_of_every_table_has_one_unit(scale: float) -> None:
    """No column has $394K under $1.23M; a column is all texts of money under one another."""
    of = scenario(trials=60, budget=98_000, contracts={**CONTRACTS, "dear": {"type": "per_conversation", "price": 12}})
    run = forecast(results(of, scale=scale))
    numbers = summary(run, None, Studies(made_study(of, scale=scale), made_anatomy()))
    drawings = charts(numbers)
    drawn = {name: svg(chart.figure, chart.title, chart.alt) for name, chart in drawings.items()}
    text = page(numbers, drawings, drawn, questions(run), ABOUT)
    money = re.compile(r"[+-]?\$[\d,]+(?:\.\d+)?([KMB]?)")
    columns = [column for rows in tables_of(text) for column in zip(*rows, strict=True)]
    units = [{found[1] for cell in column if (found := money.fullmatch(cell))} for column in columns]
    assert sum(map(bool, units)) > 40
    assert [column for column, each in zip(columns, units, strict=True) if len(each) > 1] == []


def test_what_is_owed_is_a_column_only_where_somebody_owes_it() -> None:
    """A fee of 1,000 a month for 12 months: after month 6 six are owed, and after month 12 nothing."""
    fee = {"type": "per_conversation", "price": 0.5, "platform_fee": 1_000, "term_months": 12}
    free = {"type": "per_conversation", "price": 0.5}
    for contracts, heads in (({"a": fee, "b": free}, ["owed, stopped after month 6"]), ({"a": free, "b": free}, [])):
        numbers = summary(forecast(results(scenario(contracts, months=12))))
        shown = alternatives(numbers, [contract_of(numbers, name) for name in numbers["ranking"]])
        assert [head for head in shown.columns if "owed" in head] == heads
        owed = {row[0]: row[shown.columns.index(heads[0])] for row in shown.rows} if heads else {}
        assert not heads or set(owed.values()) == {"$6,000", "$0", ""}


def test_grid_of_the_explorer_has_the_numbers_of_the_study() -> None:
    numbers, _ = usual()
    found, grid = numbers["clauses"], explorer(numbers, charts(numbers))["clauses"]
    sizes = [len(axis["choices"]) for axis in found["axes"]]
    assert len(grid["cells"]) == len(found["cells"]) == sizes[0] * sizes[1] * sizes[2] * sizes[3]
    for cell, texts in zip(found["cells"], grid["cells"], strict=True):
        shown = dict(zip(CELL_HEADS, texts, strict=True))
        for head, key in (("expected", "mean"), ("P90", "p90"), ("its standard error", "standard_error")):
            assert read_back(shown[head]) == pytest.approx(cell[key], rel=0.006), head


def test_page_compares_definitions_on_all_futures_and_says_how_well_they_are_known() -> None:
    of = scenario(trials=600, budget=98_000)
    study = made_study(of, scale=60_000.0)
    assert study is not None
    cost = study.own.cost
    (other,) = (each for each in clauses_block(study)["compared"] if each["name"] == "verified_72h")
    assert other["standard_error"] == pytest.approx(np.std(study.compared["verified_72h"].cost, ddof=1) / 600**0.5)
    apart = study.compared["verified_72h"].cost - cost
    assert other["less_own_error"] == pytest.approx(np.std(apart, ddof=1) / 600**0.5, rel=1e-9)
    numbers, text = usual()
    assert numbers["clauses"]["trials"] == numbers["trials"] == 600
    error = compact(float(np.std(cost, ddof=1)) / 600**0.5, "USD")
    section = text[text.index('id="definition"') : text.index('id="cases"')]
    assert section.count("all 600 futures") >= 5, "in the text, at three charts, at the explorer"
    assert f"with a standard error of {error}" in section


def test_stated_correlations_are_among_the_assumptions_with_source_and_date() -> None:
    numbers, text = made(trials=60, **CORRELATED)
    assert [each["rho"] for each in numbers["correlations"]] == [-0.25, 0.4]
    rows = re.sub("<[^>]*>", "|", text[text.index('id="assumptions"') : text.index('id="checks"')])
    assert re.search(
        r"complexity from month to month\|+demand from month to month\|+-0.25\|+"
        r"measured\|+our log &lt;of&gt; 2026\|+2026-10",
        rows,
    )
    assert re.search(r"demand from month to month\|+tokens from month to month\|+\+0.4\|+judgement\|+-\|+-\|", rows)
    assert INDEPENDENT not in text


def test_a_scenario_without_correlations_says_so() -> None:
    numbers, text = usual()
    assert numbers["correlations"] == [] and INDEPENDENT in text
